/* SPDX-License-Identifier: MIT */
/* Follows a JWKS file by its stamp. */
#include "access/key_file.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What tells one state of a file from the next. */
struct stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
};

struct key_file {
    char *path;
    struct keyset *keys;
    struct stamp read; /* of the file that the keys came from */
    time_t looked_at;  /* when the file was last compared with it */
    char *fault;       /* what is wrong with the file now, so that it is logged once; NULL when nothing is */
};

/* A stamp of zeros stands for a file that is not there. */
static struct stamp stamp_file(const char *file) {
    struct stat status;
    if (stat(file, &status) != 0)
        return (struct stamp){0};
    return (struct stamp){status.st_dev, status.st_ino, status.st_size, status.st_mtim};
}

static bool stamps_equal(const struct stamp *one, const struct stamp *other) {
    return one->device == other->device && one->inode == other->inode && one->size == other->size &&
           one->modified.tv_sec == other->modified.tv_sec && one->modified.tv_nsec == other->modified.tv_nsec;
}

/* Takes the keys that the file holds now. The stamp is taken before the file is read: what is written between the two
 * is seen at the next look. A broken file leaves everything as it was and is tried again at the next look. */
static bool read_keys(struct key_file *file, char **why) {
    struct stamp stamp = stamp_file(file->path);
    struct keyset *keys = keyset_new(file->path, why);
    if (!keys)
        return false;
    keyset_free(file->keys);
    file->keys = keys;
    file->read = stamp;
    return true;
}

static bool reread_keys(struct key_file *file) {
    char *why = NULL;
    bool good = read_keys(file, &why);
    if (good)
        log_event(LOG_INFO, "keys_read", "file", file->path, NULL);
    else if (!file->fault || strcmp(file->fault, why) != 0)
        log_event(LOG_ERROR, "keys_not_read", "reason", why, NULL);
    free(file->fault);
    file->fault = why;
    return good;
}

struct key_file *key_file_new(const char *path, char **why) {
    struct key_file *file = xcalloc(1, sizeof *file);
    file->path = xstrdup(path);
    if (read_keys(file, why))
        return file;
    key_file_free(file);
    return NULL;
}

bool key_file_follow(struct key_file *file, time_t now) {
    if (file->looked_at == now)
        return false;
    file->looked_at = now;
    struct stamp stamp = stamp_file(file->path);
    return !stamps_equal(&stamp, &file->read) && reread_keys(file);
}

bool key_file_refresh(struct key_file *file) {
    free(file->fault);
    file->fault = NULL;
    return reread_keys(file);
}

const struct keyset *key_file_keys(const struct key_file *file) {
    return file->keys;
}

void key_file_free(struct key_file *file) {
    if (!file)
        return;
    keyset_free(file->keys);
    free(file->fault);
    free(file->path);
    free(file);
}
