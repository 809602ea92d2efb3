/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_FACTS_REDACT_SCAN_H
#define AR_FACTS_REDACT_SCAN_H
/* Finds in a text what should not leave a machine. It errs on the side of
 * finding too much: what is taken out by mistake costs a verdict, and what is
 * left in by mistake cannot be called back. */

#include "base/str.h"

/* AR_SECRET_KIND(name, sensitivity): what is found, as the name in
 * placeholders ("<user-1>") and in reports. */
enum ar_secret_kind {
#define AR_SECRET_KIND(name, sensitivity) AR_SECRET_##name,
#include "facts/redact.def"
#undef AR_SECRET_KIND
    AR_N_SECRET_KINDS
};
extern const char *const ar_secret_kind_names[AR_N_SECRET_KINDS];

/* A text that is looked for literally: letters of ASCII in capitals or not. */
struct ar_secret_word {
    ar_str text;
    enum ar_secret_kind kind;
    bool is_part; /* also within a longer word */
};

/* Who and what the machine can be known by. */
typedef AR_VECTOR(struct ar_secret_word) ar_secret_words;

struct ar_secret_span {
    size_t start;
    size_t end; /* behind the last byte */
    enum ar_secret_kind kind;
};

/* The first place at or after from; false if there is none. without: kinds
 * that are not looked for, as bits 1 << kind. */
bool ar_secret_find(const ar_secret_words *words, ar_str text, size_t from,
                    unsigned without, struct ar_secret_span *out);

/* Whether what is called so is a secret: DB_PASSWORD, apiToken. */
bool ar_secret_is_name(ar_str name);

/* -----BEGIN ... PRIVATE KEY----- and its END, for texts that lie in several
 * strings: whether text opens a key that it does not close, or closes one. */
bool ar_secret_opens_key(ar_str text);
bool ar_secret_closes_key(ar_str text);

#endif
