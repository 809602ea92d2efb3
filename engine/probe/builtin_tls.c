/* SPDX-License-Identifier: Apache-2.0 */
/* Which certificates programs trust: what the environment says, and else the
 * bundle of the distribution. */

#include "base/limits.h"
#include "probe/signs.h"

/* A bundle has some hundred certificates of some thousand bytes. */
enum { MAX_BUNDLE_BYTES = 16 << 20 };

/* ---- certificates in a file ---- */

static size_t count_certificates(ar_str text)
{
    static const char *const marks[] = {"-----BEGIN CERTIFICATE-----",
                                        "-----BEGIN TRUSTED CERTIFICATE-----",
                                        "-----BEGIN X509 CERTIFICATE-----"};
    size_t count = 0;
    for (ar_str line; ar_sign_line(&text, &line);) {
        for (size_t ix = 0; ix < AR_COUNT_OF(marks); ix++)
            count += ar_str_equal_c(ar_str_trim(line), marks[ix]);
    }
    return count;
}

static ar_value read_bundle(struct ar_question *question, ar_str path)
{
    struct ar_host_output output = {0};
    question->host->functions->read_file(question->host, question->arena, path,
                                         MAX_BUNDLE_BYTES, &output);
    return output.status == AR_HOST_DONE
               ? ar_value_int((int64_t)count_certificates(output.out))
               : ar_question_lack(&output);
}

ar_value ar_builtin_find_certificates(struct ar_question *question)
{
    question->how = question->arguments[0].as.string;
    return read_bundle(question, question->how);
}

/* ---- the bundle in force ---- */

ar_value ar_builtin_find_bundle(struct ar_question *question)
{
    /* Debian, Alpine, Arch; Fedora; openSUSE; RHEL; macOS, BSD. */
    static const char *const paths[] = {
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/cert.pem",
        "/usr/local/share/certs/ca-root-nss.crt",
    };
    ar_str named = ar_sign_variable(question, "SSL_CERT_FILE");
    question->how = AR_STR("SSL_CERT_FILE");
    if (named.len > 0)
        return ar_question_string(named);
    if (ar_str_equal_c(ar_str_from_c(question->host->platform), "windows"))
        return ar_sign_unknown(AR_REASON_unsupported,
                               "Windows keeps certificates in a store");
    for (size_t ix = 0; ix < AR_COUNT_OF(paths); ix++) {
        struct ar_host_entry entry = {0};
        ar_str path = ar_str_from_c(paths[ix]);
        question->how = path;
        question->host->functions->look(question->host, question->arena, path,
                                        true, &entry);
        if (entry.status == AR_HOST_DONE)
            return ar_value_string(path);
        if (entry.status != AR_HOST_NOT_FOUND)
            return ar_question_lack(&(struct ar_host_output){
                .status = entry.status, .detail = entry.detail});
    }
    question->how = AR_STR("the places of the known distributions");
    return ar_value_absent();
}

ar_value ar_builtin_find_tls_certificates(struct ar_question *question)
{
    ar_value path = ar_builtin_find_bundle(question);
    return path.state == AR_STATE_VALUE ? read_bundle(question, path.as.string)
                                        : path;
}

/* ---- what the environment says ---- */

enum { VARIABLE, PATH, EXISTS, READABLE, CERTIFICATES, N_FIELDS };

static void describe(struct ar_question *question, ar_str path,
                     ar_value fields[N_FIELDS])
{
    struct ar_host_entry entry = {0};
    question->host->functions->look(question->host, question->arena, path, true,
                                    &entry);
    const struct ar_host_output lack = {.status = entry.status,
                                        .detail = entry.detail};
    bool is_known = entry.status == AR_HOST_DONE;
    bool is_missing = entry.status == AR_HOST_NOT_FOUND;
    fields[EXISTS] = is_known || is_missing ? ar_value_bool(is_known)
                                            : ar_question_lack(&lack);
    fields[READABLE] = ar_question_lack(&lack);
    fields[CERTIFICATES] = ar_question_lack(&lack);
    if (!is_known)
        return;
    fields[READABLE] = entry.has_rights
                           ? ar_value_bool(entry.is_readable)
                           : ar_sign_unknown(AR_REASON_unsupported,
                                             "Windows has other rights");
    fields[CERTIFICATES] = entry.kind == AR_HOST_KIND_REGULAR
                               ? read_bundle(question, path)
                               : ar_value_absent();
}

ar_value ar_builtin_find_tls_settings(struct ar_question *question)
{
    static const char *const names[] = {
        "SSL_CERT_FILE",      "SSL_CERT_DIR",   "NODE_EXTRA_CA_CERTS",
        "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "OPENSSL_CONF",
        "GIT_SSL_CAINFO",     "AWS_CA_BUNDLE",  "PIP_CERT",
        "CARGO_HTTP_CAINFO",  "DENO_CERT",      "npm_config_cafile",
    };
    AR_VECTOR(ar_value) settings = {0};
    question->how = AR_STR("the environment");
    for (size_t ix = 0; ix < AR_COUNT_OF(names); ix++) {
        ar_str path = ar_sign_variable(question, names[ix]);
        if (path.len == 0)
            continue;
        ar_value *fields = AR_NEW_ARRAY(question->arena, ar_value, N_FIELDS);
        fields[VARIABLE] = ar_value_string(ar_str_from_c(names[ix]));
        fields[PATH] = ar_question_string(path);
        describe(question, path, fields);
        ar_vector_push(question->arena, &settings,
                       ar_value_record(question->decl->type->element, fields));
    }
    return ar_value_list(question->decl->type, settings.at, settings.count);
}
