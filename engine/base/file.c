/* SPDX-License-Identifier: Apache-2.0 */
/* What reading files has in common on all systems: the words for its
 * outcome. The rest is in file_posix.c and file_windows.c. */

#include "base/file.h"

const char *ar_file_status_text(enum ar_file_status status)
{
    switch (status) {
    case AR_FILE_OK: return "no error";
    case AR_FILE_NOT_FOUND: return "no such file";
    case AR_FILE_DENIED: return "permission denied";
    case AR_FILE_IS_FOLDER: return "it is a folder";
    case AR_FILE_NOT_REGULAR: return "not a regular file";
    case AR_FILE_TOO_LARGE: return "too large";
    case AR_FILE_FAILED: return "reading failed";
    }
    AR_UNREACHABLE();
}
