/* SPDX-License-Identifier: Apache-2.0 */
/* The program, to be called like any other function. */

#include "oom.h"

#define main oom_program
#include "cli/main.c"
