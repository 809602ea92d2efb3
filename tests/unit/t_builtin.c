/* SPDX-License-Identifier: Apache-2.0 */
/* The table of embedded files is what lies in stdlib, rules and examples: same
 * bytes, sorted, ended by NUL. Runs in the source folder. */

#include "pack/builtin.h"

/* cmocka.h needs what stands before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

static void compare_file(const struct ar_builtin_file *builtin)
{
    FILE *file = fopen(builtin->path, "rb");
    if (!file)
        fail_msg("%s is embedded but not there", builtin->path);
    for (size_t i = 0; i < builtin->len; i++)
        assert_int_equal(fgetc(file), (unsigned char)builtin->text[i]);
    assert_int_equal(fgetc(file), EOF);
    assert_int_equal(builtin->text[builtin->len], '\0');
    fclose(file);
}

static void test_files_are_embedded(void **state)
{
    (void)state;
    for (size_t i = 0; i < ar_n_builtin_files; i++)
        compare_file(&ar_builtin_files[i]);
}

static void test_paths_are_sorted_and_relative(void **state)
{
    (void)state;
    for (size_t i = 0; i < ar_n_builtin_files; i++) {
        const char *path = ar_builtin_files[i].path;
        assert_true(strncmp(path, "stdlib/", 7) == 0 ||
                    strncmp(path, "rules/", 6) == 0 ||
                    strncmp(path, "examples/", 9) == 0);
        if (i > 0)
            assert_true(strcmp(ar_builtin_files[i - 1].path, path) < 0);
    }
}

static void test_end_is_marked(void **state)
{
    (void)state;
    assert_null(ar_builtin_files[ar_n_builtin_files].path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_are_embedded),
        cmocka_unit_test(test_paths_are_sorted_and_relative),
        cmocka_unit_test(test_end_is_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
