/* SPDX-License-Identifier: MIT */
/* Standing folders: checksums say whether a folder must be run anew, and then all of it is. */
#include "commands/standing.h"

#include "base/digest.h"
#include "base/memory.h"
#include "commands/importer.h"
#include "db/session.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* One line `-- import: NAME PATH`. */
struct directive {
    char *name;
    char *file; /* from HOME: "sql/reference/gdd/skills.csv" */
};

/* Called for each directive of a file; false ends the walk. */
typedef bool directive_visit(const struct standing *standing, const struct directive *directive, void *owner,
                             char **why);

static bool visit_line(const struct standing *standing, const char *line, directive_visit *visit, void *owner,
                       char **why) {
    char name[64], path[256];
    if (sscanf(line, "-- import: %63s %255s", name, path) != 2)
        return true;
    struct directive directive = {name, xasprintf("%s/%s", standing->folder, path)};
    bool good = visit(standing, &directive, owner, why);
    free(directive.file);
    return good;
}

static bool visit_directives(const struct standing *standing, const struct script *script, directive_visit *visit,
                             void *owner, char **why) {
    bool good = true;
    for (const char *line = script->text; good && strncmp(line, "--", 2) == 0;) {
        good = visit_line(standing, line, visit, owner, why);
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return good;
}

/* What a file stands for includes the data that it imports and the script of the import. */
static bool add_import_text(const struct standing *standing, const struct directive *directive, void *owner,
                            char **why) {
    struct import_form form;
    struct script data;
    if (!import_form_load(standing->home, NULL, directive->name, &form, why))
        return false;
    bool good = script_load(standing->home, directive->file, &data, why);
    if (good) {
        evbuffer_add(owner, form.script.text, form.script.length);
        evbuffer_add(owner, data.text, data.length);
        script_clear(&data);
    }
    import_form_clear(&form);
    return good;
}

/* Two arrays in PostgreSQL's text form: the files' names and their checksums. */
struct sums {
    struct evbuffer *names;
    struct evbuffer *checksums;
};

static bool add_sum(const struct standing *standing, const struct script *script, struct sums *sums, char **why) {
    struct evbuffer *whole = evbuffer_new();
    evbuffer_add(whole, script->text, script->length);
    bool good = visit_directives(standing, script, add_import_text, whole, why);
    char checksum[DIGEST_HEX_SIZE];
    digest_hex(evbuffer_pullup(whole, -1), evbuffer_get_length(whole), checksum);
    evbuffer_free(whole);
    const char *comma = evbuffer_get_length(sums->names) > 1 ? "," : "";
    evbuffer_add_printf(sums->names, "%s\"%s\"", comma, script->file);
    evbuffer_add_printf(sums->checksums, "%s\"%s\"", comma, checksum);
    return good;
}

static bool sums_make(const struct standing *standing, const struct scripts *scripts, struct sums *sums, char **why) {
    *sums = (struct sums){evbuffer_new(), evbuffer_new()};
    evbuffer_add(sums->names, "{", 1);
    evbuffer_add(sums->checksums, "{", 1);
    bool good = true;
    for (size_t i = 0; good && i < scripts->count; i++)
        good = add_sum(standing, &scripts->list[i], sums, why);
    evbuffer_add(sums->names, "}", 2);
    evbuffer_add(sums->checksums, "}", 2);
    return good;
}

static void sums_clear(struct sums *sums) {
    evbuffer_free(sums->names);
    evbuffer_free(sums->checksums);
}

/* A statement over $1 folder, $2 names and $3 checksums; its result, or NULL with *why set. */
static PGresult *query_sums(const struct standing *standing, const struct sums *sums, const char *sql, char **why) {
    const char *values[] = {standing->folder, (const char *)evbuffer_pullup(sums->names, -1),
                            (const char *)evbuffer_pullup(sums->checksums, -1)};
    return session_query(standing->connection, sql, 3, values, why);
}

static bool folder_differs(const struct standing *standing, const struct sums *sums, bool *differs, char **why) {
    static const char sql[] = "select count(*) > 0 "
                              "from unnest($2::text[], $3::text[]) as file (name, checksum) "
                              "full join (select name, checksum from skills.domain_file "
                              "where starts_with(name, $1::text || '/')) as applied using (name) "
                              "where file.checksum is distinct from applied.checksum";
    PGresult *result = query_sums(standing, sums, sql, why);
    *differs = result && PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return result != NULL;
}

static bool record_sums(const struct standing *standing, const struct sums *sums, char **why) {
    static const char sql[] = "with gone as (delete from skills.domain_file where starts_with(name, $1::text || '/') "
                              "and name <> all ($2::text[])) "
                              "insert into skills.domain_file (name, checksum) "
                              "select file.name, file.checksum "
                              "from unnest($2::text[], $3::text[]) as file (name, checksum) "
                              "on conflict (name) do update "
                              "set checksum = excluded.checksum, applied_at = now(), applied_by = session_user";
    PGresult *result = query_sums(standing, sums, sql, why);
    PQclear(result);
    return result != NULL;
}

static bool run_import(const struct standing *standing, const struct directive *directive, void *owner, char **why) {
    (void)owner;
    struct import_form form;
    if (!import_form_load(standing->home, NULL, directive->name, &form, why))
        return false;
    char *path = xasprintf("%s/%s", standing->home, directive->file);
    const struct import_task task = {standing->connection, &form, path, stdout};
    struct import_tally tally;
    bool good = importer_run(&task, &tally, why);
    if (good)
        printf("imported %s (%ld rows, %ld faults reported)\n", directive->file, tally.rows, tally.bad);
    free(path);
    import_form_clear(&form);
    return good;
}

static bool run_file(const struct standing *standing, const struct script *script, char **why) {
    if (!visit_directives(standing, script, run_import, NULL, why))
        return false;
    PGresult *result = session_run(standing->connection, script, why);
    PQclear(result);
    return result != NULL;
}

static bool run_folder(const struct standing *standing, const struct scripts *scripts, const struct sums *sums,
                       char **why) {
    if (!session_execute(standing->connection, "begin", why))
        return false;
    for (size_t i = 0; i < scripts->count; i++) {
        if (!run_file(standing, &scripts->list[i], why))
            return false;
    }
    if (!record_sums(standing, sums, why) || !session_execute(standing->connection, "commit", why))
        return false;
    printf("applied %s (%zu files)\n", standing->folder, scripts->count);
    return true;
}

static int apply_scripts(const struct standing *standing, const struct scripts *scripts, bool force, bool *ran,
                         char **why) {
    struct sums sums;
    bool differs = false;
    int code = 0;
    if (!sums_make(standing, scripts, &sums, why))
        code = EX_CONFIG;
    else if (!folder_differs(standing, &sums, &differs, why))
        code = EX_UNAVAILABLE;
    *ran = code == 0 && (differs || (force && scripts->count));
    if (*ran && !run_folder(standing, scripts, &sums, why))
        code = EX_DATAERR;
    sums_clear(&sums);
    return code;
}

int standing_apply(const struct standing *standing, bool force, bool *ran, char **why) {
    *ran = false;
    struct scripts scripts;
    if (!scripts_load(standing->home, standing->folder, &scripts, why))
        return EX_NOINPUT;
    int code = apply_scripts(standing, &scripts, force, ran, why);
    scripts_clear(&scripts);
    return code;
}

int standing_print(const struct standing *standing, char **why) {
    struct scripts scripts;
    if (!scripts_load(standing->home, standing->folder, &scripts, why))
        return EX_NOINPUT;
    struct sums sums;
    bool differs = false;
    bool good = sums_make(standing, &scripts, &sums, why) && folder_differs(standing, &sums, &differs, why);
    if (good)
        printf("%-50s %s\n", standing->folder, differs ? "changed" : "as applied");
    sums_clear(&sums);
    scripts_clear(&scripts);
    return good ? 0 : EX_CONFIG;
}
