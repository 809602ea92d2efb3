/* SPDX-License-Identifier: Apache-2.0 */
/* What a service of Windows does, and when it starts. Elsewhere programs tell
 * it, and probes ask them. */

#include "probe/signs.h"

/* Two words: "RUNNING AUTO_START". */
static ar_value find_word(struct ar_question *question, unsigned which)
{
    struct ar_host_output output = {0};
    ar_str word = {"", 0};
    question->host->functions->service(question->host, question->arena,
                                       question->arguments[0].as.string,
                                       &output);
    if (output.status != AR_HOST_DONE)
        return ar_question_lack(&output);
    for (unsigned ix = 0; ix <= which; ix++)
        ar_sign_word(&output.out, &word);
    return ar_sign_parse(question, word);
}

ar_value ar_builtin_find_service_state(struct ar_question *question)
{
    return find_word(question, 0);
}

ar_value ar_builtin_find_service_start(struct ar_question *question)
{
    return find_word(question, 1);
}
