/* SPDX-License-Identifier: MIT */
/* Reading the columns of an import from the contract, or from the comment of its script. */
#include "imports/import_form.h"

#include "base/memory.h"
#include "contract/contract.h"
#include "contract/faults.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char folder[] = "sql/imports";

static bool name_is_plain(const char *name) {
    return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0' &&
           !isdigit((unsigned char)*name);
}

static void add_column(struct import_form *form, char *take_name, bool optional) {
    form->columns = xreallocarray(form->columns, form->column_count + 1, sizeof *form->columns);
    form->columns[form->column_count++] = (struct import_column){take_name, optional};
}

/* The words of one line of the declaration. */
static void read_words(struct import_form *form, const char *line, size_t length, bool *optional) {
    char *text = xstrndup(line, length);
    char *rest = NULL;
    for (char *word = strtok_r(text, " ,;.\t\r", &rest); word; word = strtok_r(NULL, " ,;.\t\r", &rest)) {
        if (strcmp(word, "optional:") == 0)
            *optional = true;
        else
            add_column(form, xstrdup(word), *optional);
    }
    free(text);
}

static const char *next_line(const char *line) {
    line += strcspn(line, "\n");
    return *line ? line + 1 : line;
}

static void read_columns(struct import_form *form) {
    static const char begin[] = "-- columns:";
    const char *line = form->script.text;
    while (strncmp(line, "--", 2) == 0 && strncmp(line, begin, sizeof begin - 1) != 0)
        line = next_line(line);
    if (strncmp(line, begin, sizeof begin - 1) != 0)
        return;
    bool optional = false;
    size_t head = sizeof begin - 1;
    do {
        read_words(form, line + head, strcspn(line + head, "\n"), &optional);
        line = next_line(line);
        head = 2;
    } while (strncmp(line, "--   ", 5) == 0 || strncmp(line, "-- optional:", 12) == 0);
}

static bool is_required(json_t *schema, const char *name) {
    size_t index;
    json_t *required;
    json_array_foreach(json_object_get(schema, "required"), index, required) {
        if (strcmp(json_string_value(required), name) == 0)
            return true;
    }
    return false;
}

static void read_properties(struct import_form *form, const struct contract *contract) {
    json_t *schemas = json_object_get(json_object_get(contract->document, "components"), "schemas");
    json_t *schema = json_object_get(schemas, form->schema), *property;
    const char *name;
    json_object_foreach(json_object_get(schema, "properties"), name, property) {
        add_column(form, xstrdup(name), !is_required(schema, name));
    }
}

static bool read_schema(struct import_form *form, const char *home, const struct contract *contract, char **why) {
    struct faults faults = {0};
    struct contract *loaded = contract ? NULL : contract_load(home, &faults);
    if (!contract && !loaded)
        *why = xstrdup("The contract has faults; `skillsd check` names them.");
    else
        read_properties(form, contract ? contract : loaded);
    contract_free(loaded);
    faults_clear(&faults);
    return *why == NULL;
}

static bool columns_are_plain(const struct import_form *form, char **why) {
    if (form->column_count == 0) {
        *why = xasprintf("%s declares no columns in its leading comment, or a row that the contract does not have.",
                         form->script.file);
        return false;
    }
    for (size_t i = 0; i < form->column_count; i++) {
        const char *name = form->columns[i].name;
        bool twice = false;
        for (size_t j = 0; j < i; j++)
            twice = twice || strcmp(form->columns[j].name, name) == 0;
        if (twice || !name_is_plain(name) || strcmp(name, "line") == 0) {
            *why = xasprintf("%s declares the column \"%s\", which %s.", form->script.file, name,
                             twice ? "it has declared before" : "is no name for a column");
            return false;
        }
    }
    return true;
}

bool import_form_load(const char *home, const struct contract *contract, const char *name, struct import_form *form,
                      char **why) {
    *form = (struct import_form){0};
    *why = NULL;
    if (!name_is_plain(name)) {
        *why = xasprintf("\"%s\" is no name of an import.", name);
        return false;
    }
    char *file = xasprintf("%s/%s.sql", folder, name);
    bool good = script_load(home, file, &form->script, why);
    free(file);
    if (good) {
        form->schema = script_directive(&form->script, "row");
        if (form->schema)
            good = read_schema(form, home, contract, why);
        else
            read_columns(form);
        good = good && columns_are_plain(form, why);
    }
    if (!good)
        import_form_clear(form);
    return good;
}

void import_form_clear(struct import_form *form) {
    script_clear(&form->script);
    for (size_t i = 0; i < form->column_count; i++)
        free(form->columns[i].name);
    free(form->columns);
    free(form->schema);
    *form = (struct import_form){0};
}

int import_form_find(const struct import_form *form, const char *name) {
    for (size_t i = 0; i < form->column_count; i++) {
        if (strcmp(form->columns[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

static void print_form(const struct import_form *form, FILE *out) {
    fprintf(out, "\n%s\n  columns:", form->script.name);
    for (size_t i = 0; i < form->column_count; i++) {
        const struct import_column *column = &form->columns[i];
        fprintf(out, column->optional ? " [%s]" : " %s", column->name);
    }
    fputc('\n', out);
}

void import_forms_list(const char *home, FILE *out) {
    struct scripts scripts;
    char *why = NULL;
    if (!scripts_load(home, folder, &scripts, &why)) {
        fprintf(out, "%s\n", why);
        free(why);
        return;
    }
    for (size_t i = 0; i < scripts.count; i++) {
        struct import_form form;
        bool good = import_form_load(home, NULL, scripts.list[i].name, &form, &why);
        if (good) {
            print_form(&form, out);
            import_form_clear(&form);
        } else {
            fprintf(out, "\n%s\n", why);
            free(why);
        }
    }
    scripts_clear(&scripts);
}
