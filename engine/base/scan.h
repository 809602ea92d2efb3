/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_BASE_SCAN_H
#define AR_BASE_SCAN_H
/* Looks over text for bytes, many at a time: with SSE2 or NEON where the
 * compiler has them, else in words of 8 bytes. */

#include "base/str.h"

#if !defined(AR_SCAN_PORTABLE) && defined(__SSE2__)
#include <emmintrin.h>
#define AR_SCAN_SSE2 1
#elif !defined(AR_SCAN_PORTABLE) && defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#define AR_SCAN_NEON 1
#endif

/* Which bit is the lowest that is 1; there is one. */
static inline unsigned ar_scan_first_bit(uint64_t bits)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned at = 0;
    for (; !(bits & 1); bits >>= 1)
        at++;
    return at;
#endif
}

/* Whether a byte is one that ar_scan_plain() stops at. */
static inline bool ar_scan_is_special(unsigned char byte)
{
    return byte < 0x20 || byte >= 0x7F || byte == '"' || byte == '\\';
}

/* The high bit of each byte of word that is 0; of others only above one. */
static inline uint64_t ar_scan_zero_bytes(uint64_t word)
{
    return (word - UINT64_C(0x0101010101010101)) & ~word &
           UINT64_C(0x8080808080808080);
}

/* Whether none of 8 bytes is special, or `also`. */
static inline bool ar_scan_is_plain_word(const char *bytes, char also)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    uint64_t special = word & (0x80 * each);
    special |= (word - 0x20 * each) & ~word & (0x80 * each);
    special |= ar_scan_zero_bytes(word ^ ('"' * each));
    special |= ar_scan_zero_bytes(word ^ ('\\' * each));
    special |= ar_scan_zero_bytes(word ^ (0x7F * each));
    special |= ar_scan_zero_bytes(word ^ ((unsigned char)also * each));
    return special == 0;
}

#if defined(AR_SCAN_SSE2)

enum { AR_SCAN_STEP = 16 };

/* How many of the first AR_SCAN_STEP bytes come before a special one or one
 * that is `also`. */
static inline unsigned ar_scan_step(const char *bytes, char also)
{
    __m128i block = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    /* Signed, so that bytes from 0x80 on count as small. */
    __m128i special = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F)));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(block, _mm_set1_epi8(also)));
    unsigned mask = (unsigned)_mm_movemask_epi8(special);
    return mask == 0 ? 16 : (unsigned)__builtin_ctz(mask);
}

/* A bit for each of the AR_SCAN_STEP places where one byte is at `first` and
 * the other at `last`. Only where AR_SCAN_PAIR_BITS says how many there are for
 * each place. */
enum { AR_SCAN_PAIR_BITS = 1 };
#define AR_SCAN_PAIRS 1

static inline uint64_t ar_scan_pair(const char *first, char one,
                                    const char *last, char other)
{
    __m128i a = _mm_loadu_si128((const __m128i *)(const void *)first);
    __m128i b = _mm_loadu_si128((const __m128i *)(const void *)last);
    a = _mm_cmpeq_epi8(a, _mm_set1_epi8(one));
    b = _mm_cmpeq_epi8(b, _mm_set1_epi8(other));
    return (unsigned)_mm_movemask_epi8(_mm_and_si128(a, b));
}

/* Whether one of the first AR_SCAN_STEP bytes is NUL or not ASCII. */
static inline bool ar_scan_step_is_odd(const char *bytes)
{
    __m128i block = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    return _mm_movemask_epi8(_mm_cmplt_epi8(block, _mm_set1_epi8(1))) != 0;
}

#elif defined(AR_SCAN_NEON)

enum { AR_SCAN_STEP = 16 };

static inline unsigned ar_scan_step(const char *bytes, char also)
{
    uint8x16_t block = vld1q_u8((const uint8_t *)bytes);
    uint8x16_t special = vcltq_u8(block, vdupq_n_u8(0x20));
    special = vorrq_u8(special, vcgeq_u8(block, vdupq_n_u8(0x7F)));
    special = vorrq_u8(special, vceqq_u8(block, vdupq_n_u8('"')));
    special = vorrq_u8(special, vceqq_u8(block, vdupq_n_u8('\\')));
    special = vorrq_u8(special, vceqq_u8(block, vdupq_n_u8((uint8_t)also)));
    /* Four bits for each byte. */
    uint8x8_t halves = vshrn_n_u16(vreinterpretq_u16_u8(special), 4);
    uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(halves), 0);
    return mask == 0 ? 16 : (unsigned)__builtin_ctzll(mask) / 4;
}

enum { AR_SCAN_PAIR_BITS = 4 };
#define AR_SCAN_PAIRS 1

static inline uint64_t ar_scan_pair(const char *first, char one,
                                    const char *last, char other)
{
    uint8x16_t a =
        vceqq_u8(vld1q_u8((const uint8_t *)first), vdupq_n_u8((uint8_t)one));
    uint8x16_t b =
        vceqq_u8(vld1q_u8((const uint8_t *)last), vdupq_n_u8((uint8_t)other));
    uint8x16_t both = vandq_u8(a, b);
    uint8x8_t halves = vshrn_n_u16(vreinterpretq_u16_u8(both), 4);
    return vget_lane_u64(vreinterpret_u64_u8(halves), 0) &
           UINT64_C(0x1111111111111111);
}

static inline bool ar_scan_step_is_odd(const char *bytes)
{
    int8x16_t block = vld1q_s8((const int8_t *)bytes);
    return vmaxvq_u8(vcltq_s8(block, vdupq_n_s8(1))) != 0;
}

#else

enum { AR_SCAN_STEP = 8 };

static inline unsigned ar_scan_step(const char *bytes, char also)
{
    unsigned count = 0;
    if (ar_scan_is_plain_word(bytes, also))
        return 8;
    while (count < 8 && bytes[count] != also &&
           !ar_scan_is_special((unsigned char)bytes[count]))
        count++;
    return count;
}

static inline bool ar_scan_step_is_odd(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    return (word & UINT64_C(0x8080808080808080)) != 0 ||
           ar_scan_zero_bytes(word) != 0;
}

#endif

/* The first offset from at on that is len or has a byte that is not printable
 * ASCII, or '"', or '\\', or `also`. */
static inline size_t ar_scan_plain_but(const char *text, size_t at, size_t len,
                                       char also)
{
    while (len - at >= AR_SCAN_STEP) {
        unsigned count = ar_scan_step(text + at, also);
        at += count;
        if (count < AR_SCAN_STEP)
            return at;
    }
    if (len - at >= 8 && ar_scan_is_plain_word(text + at, also))
        at += 8;
    if (len >= 8 && len - at <= 8 &&
        ar_scan_is_plain_word(text + len - 8, also))
        return len; /* some of them for the second time */
    while (at < len && text[at] != also &&
           !ar_scan_is_special((unsigned char)text[at]))
        at++;
    return at;
}

static inline size_t ar_scan_plain(const char *text, size_t at, size_t len)
{
    return ar_scan_plain_but(text, at, len, '"');
}

/* Whether no byte is special. Of few bytes all are looked at at once. */
static inline bool ar_scan_is_plain(const char *text, size_t len)
{
    if (len > 16)
        return ar_scan_plain(text, 0, len) == len;
    uint64_t words[2];
    words[0] = len > 8 ? ar_str_word(text) : ar_str_short_word(text, len);
    if (len < 4) /* letters where no bytes are */
        words[0] |= len == 0 ? 'a' * UINT64_C(0x0101010101010101)
                             : 'a' * UINT64_C(0x0101010101000000);
    words[1] = len > 8 ? ar_str_word(text + len - 8) : words[0];
    const char *bytes = (const char *)words;
    return ar_scan_step(bytes, '"') == AR_SCAN_STEP &&
           (AR_SCAN_STEP == 16 || ar_scan_step(bytes + 8, '"') == 8);
}

/* The first offset from at on that is len or has a byte that is NUL or not
 * ASCII. */
static inline size_t ar_scan_ascii(const char *text, size_t at, size_t len)
{
    while (len - at >= AR_SCAN_STEP && !ar_scan_step_is_odd(text + at))
        at += AR_SCAN_STEP;
    while (at < len && (unsigned char)(text[at] - 1) < 0x7F)
        at++;
    return at;
}

#endif
