/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: the reader of answers in HTTP. However the bytes are cut into
 * pieces, the same comes of them; a refusal says why, and nothing is larger
 * than allowed. The first byte says how they are cut, and whether the start of
 * a content is enough. */

#include "fuzz.h"
#include "probe/http.h"

enum { CONTENT_BYTES = 200 };

static void read_in_pieces(struct ar_arena *arena, struct ar_http *http,
                           ar_str text, size_t piece, bool may_cut)
{
    ar_http_start(http, arena, CONTENT_BYTES);
    http->may_cut = may_cut;
    for (size_t at = 0; at < text.len; at += piece)
        ar_http_feed(http, ar_str_slice(text, at, at + piece));
    ar_http_end(http);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ar_arena arena;
    struct ar_http whole;
    struct ar_http pieces;
    if (size == 0)
        return 0;
    ar_str text = fuzz_text(&arena, data + 1, size - 1);
    bool may_cut = (data[0] & 0x80) != 0;
    read_in_pieces(&arena, &whole, text, size, may_cut);
    read_in_pieces(&arena, &pieces, text, (size_t)data[0] + 1, may_cut);
    fuzz_require(whole.is_cut == pieces.is_cut);
    fuzz_require(whole.state != AR_HTTP_READING);
    fuzz_require(whole.state == pieces.state);
    fuzz_require(whole.content.len <= CONTENT_BYTES);
    if (whole.state == AR_HTTP_DONE) {
        fuzz_require(!whole.detail && whole.status >= 200 &&
                     whole.status <= 599 && whole.status == pieces.status);
        fuzz_require(ar_str_equal(ar_buf_view(&whole.content),
                                  ar_buf_view(&pieces.content)));
    } else {
        fuzz_require(whole.detail && whole.detail == pieces.detail);
    }
    ar_arena_reset(&arena);
    return 0;
}
