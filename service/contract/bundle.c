/* SPDX-License-Identifier: MIT */
/* Puts the files of api-spec/ together, and finds what is in them that nobody would read. */
#include "contract/bundle.h"

#include "base/memory.h"
#include "contract/faults.h"
#include "contract/inputs.h"
#include "contract/yaml.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDER "api-spec"
#define ROOT   "openapi.yaml"

/* A file that openapi.yaml names. It is read once; what is put in its place is taken out of it. */
struct source {
    char *file;       /* "api-spec/paths/cpd.yaml" */
    json_t *document; /* NULL if it could not be read, which is a fault already */
    json_t *lines;
    bool taken; /* whether anything was */
};

struct bundler {
    const char *home;
    struct bundle *bundle;
    struct faults *faults;
    struct source *sources;
    size_t source_count;
};

static char *read_whole(const char *path, size_t *length) {
    FILE *in = fopen(path, "rbe");
    if (!in)
        return NULL;
    char *bytes = NULL;
    size_t got;
    *length = 0;
    do {
        bytes = xreallocarray(bytes, *length + 65536, 1);
        got = fread(bytes + *length, 1, 65536, in);
        *length += got;
    } while (got > 0);
    bool good = !ferror(in);
    fclose(in);
    if (good)
        return bytes;
    free(bytes);
    return NULL;
}

/* NULL with faults added. That the file is not there is left to the caller, who knows where it is named. */
static json_t *read_file(const struct bundler *bundler, const char *file, json_t **lines, bool *there) {
    char *path = xasprintf("%s/%s", bundler->home, file);
    size_t length = 0;
    char *bytes = read_whole(path, &length);
    *there = bytes != NULL;
    json_t *document = bytes ? yaml_read(file, bytes, length, lines, bundler->faults) : NULL;
    free(bytes);
    free(path);
    return document;
}

static struct source *find_source(const struct bundler *bundler, const char *file) {
    for (size_t i = 0; i < bundler->source_count; i++)
        if (strcmp(bundler->sources[i].file, file) == 0)
            return &bundler->sources[i];
    return NULL;
}

/* The file of this name, read when it is named for the first time; `pointer` is where. */
static struct source *open_source(struct bundler *bundler, const char *file, const char *pointer) {
    struct source *source = find_source(bundler, file);
    if (source)
        return source;
    bundler->sources = xreallocarray(bundler->sources, bundler->source_count + 1, sizeof *bundler->sources);
    source = &bundler->sources[bundler->source_count++];
    *source = (struct source){.file = xstrdup(file)};
    bool there;
    source->document = read_file(bundler, file, &source->lines, &there);
    if (!there)
        bundle_fault(bundler->bundle, bundler->faults, pointer, "this file cannot be read", file);
    return source;
}

/* A path below api-spec/ in its plainest form: no step is empty or begins with a dot, so that none leads out and every
 * file has one name. */
static bool stays_inside(const char *path) {
    for (const char *step = path;; step++) {
        if (*step == '/' || *step == '.' || *step == '\0')
            return false;
        step += strcspn(step, "/");
        if (*step == '\0')
            return true;
    }
}

/* How a file below api-spec/ names openapi.yaml: one "../" for each folder that it is in. */
static char *name_of_root(const char *file) {
    char *name = xstrdup(ROOT);
    for (const char *slash = strchr(file + sizeof FOLDER, '/'); slash; slash = strchr(slash + 1, '/')) {
        char *longer = xasprintf("../%s", name);
        free(name);
        name = longer;
    }
    return name;
}

/* Makes the references of a part, which stands at `pointer` now, local to the document. */
static void refer_locally(struct bundler *bundler, const char *root, json_t *value, const char *pointer) {
    const char *reference = json_string_value(json_object_get(value, "$ref"));
    size_t length = strlen(root), index;
    const char *key;
    json_t *child;
    if (reference && strncmp(reference, root, length) == 0 && reference[length] == '#')
        json_object_set_new(value, "$ref", json_string(reference + length));
    else if (reference) {
        char *detail = xasprintf("%s#/..., not %s", root, reference);
        char *place = pointer_join(pointer, "$ref");
        bundle_fault(bundler->bundle, bundler->faults, place, "a $ref of this file must be", detail);
        free(place);
        free(detail);
    }
    json_object_foreach(value, key, child) {
        char *place = pointer_join(pointer, key);
        refer_locally(bundler, root, child, place);
        free(place);
    }
    json_array_foreach(value, index, child) {
        char *place = xasprintf("%s/%zu", pointer, index);
        refer_locally(bundler, root, child, place);
        free(place);
    }
}

/* The lines of what stands at `from` in the source, for the same below `to` of the document. */
static void copy_lines(const struct bundle *bundle, const struct source *source, const char *from, const char *to) {
    size_t length = strlen(from);
    const char *pointer;
    json_t *line;
    json_object_foreach(source->lines, pointer, line) {
        if (strncmp(pointer, from, length) != 0 || (pointer[length] != '\0' && pointer[length] != '/'))
            continue;
        char *place = xasprintf("%s%s", to, pointer + length);
        json_object_set(bundle->lines, place, line);
        free(place);
    }
}

/* Takes a part out of its source: the member `key`, or all of it when the key is NULL. NULL if it is not there, or not
 * any more. */
static json_t *take_part(struct source *source, const char *key) {
    if (!key && source->taken)
        return NULL;
    json_t *part = json_incref(key ? json_object_get(source->document, key) : source->document);
    source->taken |= part != NULL;
    if (key) {
        json_object_del(source->document, key);
    } else if (part) {
        json_decref(source->document);
        source->document = json_object();
    }
    return part;
}

/* What is wrong with a "$ref" to another file, from where `key` is its place; NULL when nothing is. */
static const char *reference_fault(json_t *value, const char *file, const char *fragment, const char *key) {
    char *own = pointer_join("", key);
    char *decoded = percent_decode(fragment, strlen(fragment), false);
    bool named = *fragment == '\0' || (decoded && strcmp(decoded, own) == 0);
    free(decoded);
    free(own);
    if (json_object_size(value) != 1)
        return "nothing may stand beside a $ref to another file";
    if (strcmp(file, ROOT) == 0)
        return "this is the file itself: a $ref within it begins with #/";
    if (!stays_inside(file))
        return "a file must be named as it stands below " FOLDER "/";
    return named ? NULL : "a part must have the name of its place";
}

static void put_source(struct bundler *bundler, json_t *parent, const char *key, const char *pointer,
                       struct source *source, bool whole) {
    struct bundle *bundle = bundler->bundle;
    char *from = whole ? xstrdup("") : pointer_join("", key);
    json_t *part = take_part(source, whole ? NULL : key);
    if (part) {
        char *root = name_of_root(source->file);
        copy_lines(bundle, source, from, pointer);
        json_object_set_new(bundle->files, pointer, json_string(source->file));
        refer_locally(bundler, root, part, pointer);
        json_object_set_new(parent, key, part);
        free(root);
    } else if (source->document) {
        bool taken = json_object_get(source->lines, from);
        bundle_fault(bundle, bundler->faults, pointer,
                     taken ? "this part has its place already" : "this $ref leads nowhere",
                     json_string_value(json_object_get(json_object_get(parent, key), "$ref")));
    }
    free(from);
}

/* Puts the part that the member `key` of `parent` names in its place. */
static void put_part(struct bundler *bundler, json_t *parent, const char *key, const char *pointer) {
    json_t *value = json_object_get(parent, key);
    const char *reference = json_string_value(json_object_get(value, "$ref"));
    size_t length = strcspn(reference, "#");
    char *name = xstrndup(reference, length);
    const char *fragment = reference + length + (reference[length] == '#');
    const char *fault = reference_fault(value, name, fragment, key);
    if (fault) {
        bundle_fault(bundler->bundle, bundler->faults, pointer, fault, reference);
    } else {
        char *file = xasprintf("%s/%s", FOLDER, name);
        put_source(bundler, parent, key, pointer, open_source(bundler, file, pointer), *fragment == '\0');
        free(file);
    }
    free(name);
}

/* Puts every part that openapi.yaml names below `value` in its place; what is put there names no more. */
static void put_parts(struct bundler *bundler, json_t *value, const char *pointer) {
    const char *key;
    size_t index;
    void *next;
    json_t *child;
    json_object_foreach_safe(value, next, key, child) {
        const char *reference = json_string_value(json_object_get(child, "$ref"));
        char *place = pointer_join(pointer, key);
        if (reference && reference[0] != '#')
            put_part(bundler, value, key, place);
        else
            put_parts(bundler, child, place);
        free(place);
    }
    json_array_foreach(value, index, child) {
        char *place = xasprintf("%s/%zu", pointer, index);
        put_parts(bundler, child, place);
        free(place);
    }
}

/* What is left in the sources is dead: nobody would miss it. */
static void report_leftovers(const struct bundler *bundler) {
    for (size_t i = 0; i < bundler->source_count; i++) {
        const struct source *source = &bundler->sources[i];
        const char *key;
        json_t *value;
        json_object_foreach(source->document, key, value) {
            char *pointer = pointer_join("", key);
            int line = (int)json_integer_value(json_object_get(source->lines, pointer));
            faults_add(bundler->faults, source->file, line, "%s does not name this part: %s", ROOT, key);
            free(pointer);
        }
    }
}

static bool ends_in(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length > tail && strcmp(text + length - tail, end) == 0;
}

/* Every YAML file of the folder, and of those in it, is one that openapi.yaml names. */
static void report_strays(const struct bundler *bundler, const char *folder) {
    char *path = xasprintf("%s/%s", bundler->home, folder);
    DIR *directory = opendir(path);
    free(path);
    if (!directory) {
        faults_add(bundler->faults, folder, 0, "cannot be read");
        return;
    }
    for (struct dirent *entry; (entry = readdir(directory));) {
        struct stat status;
        if (entry->d_name[0] == '.' || fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        char *file = xasprintf("%s/%s", folder, entry->d_name);
        if (S_ISDIR(status.st_mode))
            report_strays(bundler, file);
        else if ((ends_in(file, ".yaml") || ends_in(file, ".yml")) && strcmp(file, FOLDER "/" ROOT) != 0 &&
                 !find_source(bundler, file))
            faults_add(bundler->faults, file, 0, "%s does not name this file", ROOT);
        free(file);
    }
    closedir(directory);
}

static void bundler_clear(struct bundler *bundler) {
    for (size_t i = 0; i < bundler->source_count; i++) {
        free(bundler->sources[i].file);
        json_decref(bundler->sources[i].document);
        json_decref(bundler->sources[i].lines);
    }
    free(bundler->sources);
}

bool bundle_load(const char *home, struct bundle *bundle, struct faults *faults) {
    size_t before = faults->count;
    struct bundler bundler = {home, bundle, faults, NULL, 0};
    bool there;
    *bundle = (struct bundle){.files = json_pack("{s:s}", "", FOLDER "/" ROOT)};
    bundle->document = read_file(&bundler, FOLDER "/" ROOT, &bundle->lines, &there);
    if (!there)
        faults_add(faults, FOLDER "/" ROOT, 0, "cannot be read");
    if (bundle->document) {
        put_parts(&bundler, bundle->document, "");
        report_leftovers(&bundler);
        report_strays(&bundler, FOLDER);
    }
    bundler_clear(&bundler);
    return faults->count == before;
}

void bundle_clear(struct bundle *bundle) {
    json_decref(bundle->document);
    json_decref(bundle->lines);
    json_decref(bundle->files);
    *bundle = (struct bundle){0};
}

/* The file of the nearest value above the place that has one of its own. */
static const char *file_at(const struct bundle *bundle, const char *pointer) {
    char *place = xstrdup(pointer), *slash;
    json_t *file;
    while (!(file = json_object_get(bundle->files, place)) && (slash = strrchr(place, '/')))
        *slash = '\0';
    free(place);
    return file ? json_string_value(file) : FOLDER "/" ROOT;
}

void bundle_fault(const struct bundle *bundle, struct faults *faults, const char *pointer, const char *message,
                  const char *detail) {
    int line = (int)json_integer_value(json_object_get(bundle->lines, pointer));
    faults_add(faults, file_at(bundle, pointer), line, "%s%s%s", message, detail ? ": " : "", detail ? detail : "");
}
