/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_PROBE_HTTP_H
#define AR_PROBE_HTTP_H
/* One answer of a local service in HTTP/1.1 (RFC 9112), read as it comes in.
 * Whoever answers is not trusted: what is not exactly an answer is BAD, and
 * what came of it up to then counts for nothing. */

#include "base/buf.h"

enum ar_http_state {
    AR_HTTP_READING,  /* more has to come */
    AR_HTTP_DONE,     /* a whole answer */
    AR_HTTP_BAD,      /* no answer: detail says why */
    AR_HTTP_TOO_LARGE /* longer than allowed: detail says what */
};

/* Bytes of all lines in front of the content, and of each of them. */
enum { AR_HTTP_HEAD_BYTES = 65536, AR_HTTP_LINE_BYTES = 8192 };

enum ar_http_part {
    AR_HTTP_STATUS_LINE,
    AR_HTTP_FIELD,
    AR_HTTP_CONTENT,
    AR_HTTP_CHUNK_SIZE,
    AR_HTTP_CHUNK,
    AR_HTTP_CHUNK_END,
    AR_HTTP_TRAILER
};

struct ar_http {
    enum ar_http_state state;
    const char *detail; /* for people; NULL while READING and DONE */
    int status;         /* 200 to 599; 0 before it is known */
    struct ar_buf content;
    bool may_cut; /* set by the caller: what is longer than allowed is DONE
                     once that much of it is there */
    bool is_cut;  /* there was more */

    /* Where the reader is. */
    size_t max_bytes;
    enum ar_http_part part;
    struct ar_buf line;
    size_t n_head_bytes;
    size_t n_left; /* bytes of the content or chunk that are still to come */
    bool has_length;
    bool is_chunked;
    bool is_old; /* HTTP/1.0 */
};

/* max_bytes: of the content. */
void ar_http_start(struct ar_http *http, struct ar_arena *arena,
                   size_t max_bytes);
/* The next bytes. After DONE any more are BAD: it said that there are none. */
void ar_http_feed(struct ar_http *http, ar_str bytes);
/* Nothing comes any more: what is still READING is BAD. */
void ar_http_end(struct ar_http *http);

/* Puts a value into a path, percent-encoded (RFC 3986): it stays one part of
 * it, with its slashes. False if a server could take it for another path: it
 * is empty, or something between its slashes is empty, `.` or `..`. */
bool ar_http_put_value(struct ar_buf *path, ar_str value);

/* The text that asks for a path; empty if the path does not begin with '/' or
 * has anything but printable ASCII characters in it. */
ar_str ar_http_request(struct ar_arena *arena, ar_str path);

#endif
