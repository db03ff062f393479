/* SPDX-License-Identifier: MIT */
/* Small files, written whole or not at all. */
#ifndef SKILLSD_BASE_FILE_H
#define SKILLSD_BASE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

/* What to do when there is a file of that name already. */
enum file_mode { FILE_REPLACE, FILE_LEAVE };

/* Writes a file of this mode under a passing name, and gives it its own only when it is whole and on the disk. False
 * with *why set to a sentence (to be freed). */
bool file_write(const char *file, const char *text, mode_t permissions, enum file_mode mode, char **why);

/* The text of a file, to be freed; NULL with *why set. */
char *file_read(const char *file, char **why);

#endif
