/* SPDX-License-Identifier: MIT */
/* A JWKS file that is read again when it changes: the keys of the issuer that the settings name. */
#ifndef SKILLSD_ACCESS_KEY_FILE_H
#define SKILLSD_ACCESS_KEY_FILE_H

#include "access/keyset.h"

#include <stdbool.h>
#include <time.h>

struct key_file;

/* NULL with *why set (to be freed) when it cannot be read or holds no usable key. */
struct key_file *key_file_new(const char *path, char **why);
void key_file_free(struct key_file *file);

/* The keys that were read last, borrowed until the next call that says that they have changed. */
const struct keyset *key_file_keys(const struct key_file *file);

/* Looks at the file, at most once in a second of the clock, and reads it when it is another; true when the keys have
 * changed. A broken file leaves the old keys and is logged once. */
bool key_file_follow(struct key_file *file, time_t now);
/* Reads it whether it has changed or not. */
bool key_file_refresh(struct key_file *file);

#endif
