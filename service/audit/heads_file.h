/* SPDX-License-Identifier: MIT */
/* The heads outside the database: a file with the last head of each day and the newest, a compact JWS a line. It is
 * what makes it visible that the end of the trail has been cut off, or that all of it was made anew. */
#ifndef SKILLSD_AUDIT_HEADS_FILE_H
#define SKILLSD_AUDIT_HEADS_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct heads_file {
    char **lines;
    size_t count;
};

/* Reads the file; one that is not there has no heads. False with *why set. */
bool heads_file_load(const char *file, struct heads_file *heads, char **why);
void heads_file_clear(struct heads_file *heads);

/* The last line; NULL when there is none. */
const char *heads_file_newest(const struct heads_file *heads);
/* Adds a head, in the place of the newest if that is of the same day and the chain still leads through it (`holds`);
 * one that it does not lead through is kept for ever, for it is evidence. */
void heads_file_add(struct heads_file *heads, const char *jws, bool holds);
/* Writes the file whole or not at all; false with *why set. */
bool heads_file_save(const char *file, const struct heads_file *heads, char **why);

#endif
