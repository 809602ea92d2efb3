/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AR_EXPLAIN_RESIDUAL_H
#define AR_EXPLAIN_RESIDUAL_H
/* Private to explain: what is left of a rule once all that is known is put in
 * its place. */

#include "explain/explainer.h"

/* A condition without names of the rule that is certainly true exactly if the
 * rule, or the element of its list, matches, and can be true exactly if it is
 * neither clear nor not applicable; also once more is known. NULL if it would
 * be too long. */
const struct ar_expr *ar_residual(struct ar_explainer *explainer,
                                  ptrdiff_t element);
/* As the language has it. Empty for NULL. */
ar_str ar_residual_text(struct ar_explainer *explainer,
                        const struct ar_expr *residual);

/* Whether the expression, or what it stands for, asks `x unknown`: what that
 * comes to may change when x becomes known. */
bool ar_expr_asks_unknown(const struct ar_expr *expr);

#endif
