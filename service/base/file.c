/* SPDX-License-Identifier: MIT */
/* Writing and reading small files as a whole. */
#include "base/file.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How a finished file takes its name: like rename(2), or as name_if_free does. */
typedef int name_giver(const char *from, const char *to);

/* Leaves what has the name already: another process made the file meanwhile, and then that one is the file. */
static int name_if_free(const char *from, const char *to) {
    return link(from, to) == 0 || errno == EEXIST ? 0 : -1;
}

static name_giver *const name_givers[] = {[FILE_REPLACE] = rename, [FILE_LEAVE] = name_if_free};

static bool write_whole(int descriptor, const char *text) {
    for (size_t left = strlen(text); left > 0;) {
        ssize_t written = write(descriptor, text, left);
        if (written < 0 && errno != EINTR)
            return false;
        if (written < 0)
            continue;
        text += written;
        left -= (size_t)written;
    }
    return true;
}

bool file_write(const char *file, const char *text, mode_t permissions, enum file_mode mode, char **why) {
    char *passing = xasprintf("%s.XXXXXX", file);
    int descriptor = mkostemp(passing, O_CLOEXEC);
    bool good = descriptor >= 0 && fchmod(descriptor, permissions) == 0 && write_whole(descriptor, text) &&
                fsync(descriptor) == 0 && name_givers[mode](passing, file) == 0;
    if (!good)
        *why = xasprintf("%s: %s", file, strerror(errno));
    if (descriptor >= 0) {
        close(descriptor);
        unlink(passing); /* which is gone already if it was renamed */
    }
    free(passing);
    return good;
}

char *file_read(const char *file, char **why) {
    FILE *stream = fopen(file, "re");
    char *text = NULL;
    size_t used = 0, got;
    if (stream) {
        do {
            text = xreallocarray(text, used + BUFSIZ + 1, 1);
            got = fread(text + used, 1, BUFSIZ, stream);
            used += got;
        } while (got > 0);
        text[used] = '\0';
    }
    if (!stream || ferror(stream)) {
        *why = xasprintf("%s: %s", file, strerror(errno));
        free(text);
        text = NULL;
    }
    if (stream)
        fclose(stream);
    return text;
}
