/* SPDX-License-Identifier: MIT */
/* What a workbook says of itself: the report's own words, what was asked for, and what each column means. */
#include "base/memory.h"
#include "represent/cell.h"
#include "represent/xlsx_sheets.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The columns of the first sheet, and of the last. */
enum { ABOUT_LABEL, ABOUT_VALUE, ABOUT_MEANING };
enum { DEFINITION_TITLE, DEFINITION_NAME, DEFINITION_TYPE, DEFINITION_MEANING };

static const char *text_of(json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

json_t *xlsx_property(const struct xlsx_facts *facts, json_t *schema, const char *name) {
    json_t *property = json_object_get(json_object_get(schema, "properties"), name);
    return property ? contract_resolve(facts->contract, property) : NULL;
}

char *xlsx_label(const char *name, json_t *schema) {
    const char *title = text_of(schema, "title");
    char *label = xstrdup(title ? title : name);
    if (title)
        return label;
    for (char *c = label; *c; c++)
        *c = (char)(*c == '_' ? ' ' : *c);
    *label = (char)toupper((unsigned char)*label);
    return label;
}

static void write_section(struct xlsx *workbook, const char *title, const char *meaning) {
    lxw_row_t *row = &workbook->rows[SHEET_ABOUT];
    *row += 1; /* an empty one before it */
    xlsx_write_text(workbook, SHEET_ABOUT, ABOUT_LABEL, title, FORMAT_HEADER);
    xlsx_write_text(workbook, SHEET_ABOUT, ABOUT_VALUE, "", FORMAT_HEADER);
    xlsx_write_text(workbook, SHEET_ABOUT, ABOUT_MEANING, meaning, FORMAT_HEADER);
    *row += 1;
}

/* A day or a moment becomes one where the contract says that it is one; an exact time, which can be asked for again,
 * stays the text that it is. */
static void write_string(struct xlsx *workbook, const char *text, json_t *schema) {
    const char *format = text_of(schema, "format");
    double day;
    if (format && strcmp(format, "date") == 0 && cell_day(text, strlen(text), &day))
        worksheet_write_number(workbook->sheets[SHEET_ABOUT], workbook->rows[SHEET_ABOUT], ABOUT_VALUE, day,
                               workbook->formats[FORMAT_WRAPPED_DAY]);
    else
        xlsx_write_text(workbook, SHEET_ABOUT, ABOUT_VALUE, text, FORMAT_WRAPPED);
}

static void write_scalar(struct xlsx *workbook, const char *label, json_t *value, json_t *schema, const char *meaning) {
    lxw_worksheet *sheet = workbook->sheets[SHEET_ABOUT];
    lxw_row_t *row = &workbook->rows[SHEET_ABOUT];
    lxw_format *format = workbook->formats[FORMAT_WRAPPED];
    xlsx_write_text(workbook, SHEET_ABOUT, ABOUT_LABEL, label, FORMAT_LABEL);
    if (json_is_string(value))
        write_string(workbook, json_string_value(value), schema);
    else if (json_is_boolean(value))
        worksheet_write_boolean(sheet, *row, ABOUT_VALUE, json_is_true(value), format);
    else if (json_is_number(value))
        worksheet_write_number(sheet, *row, ABOUT_VALUE, json_number_value(value), format);
    xlsx_write_text(workbook, SHEET_ABOUT, ABOUT_MEANING, meaning, FORMAT_WRAPPED);
    *row += 1;
}

/* Where the walk through the meta is: a value, its schema (or NULL) and the label so far. */
struct member {
    const struct xlsx_facts *facts;
    const char *label;
    json_t *value;
    json_t *schema;
};

static void write_member(struct xlsx *workbook, const struct member *member);

/* A member of an object or of an array: its label begins with that of what it is in. */
static void write_inner(struct xlsx *workbook, const struct member *outer, const char *name, json_t *value,
                        json_t *schema) {
    char *own = xlsx_label(name, schema);
    char *label = xstrdup(own);
    if (outer->label) {
        free(label);
        *own = (char)tolower((unsigned char)*own);
        label = xasprintf("%s %s", outer->label, own);
    }
    write_member(workbook, &(struct member){outer->facts, label, value, schema});
    free(label);
    free(own);
}

/* In the order of the schema, and then what it does not name. */
static void write_object(struct xlsx *workbook, const struct member *member) {
    json_t *properties = json_object_get(member->schema, "properties"), *property, *value;
    const char *name;
    json_object_foreach(properties, name, property) {
        value = json_object_get(member->value, name);
        if (value)
            write_inner(workbook, member, name, value, contract_resolve(member->facts->contract, property));
    }
    json_object_foreach(member->value, name, value) {
        if (!json_object_get(properties, name))
            write_inner(workbook, member, name, value, NULL);
    }
}

static void write_array(struct xlsx *workbook, const struct member *member) {
    json_t *items = json_object_get(member->schema, "items"), *value;
    size_t index;
    json_array_foreach(member->value, index, value) {
        char number[24];
        snprintf(number, sizeof number, "%zu", index + 1);
        char *label = xasprintf("%s %s", member->label, number);
        write_member(workbook, &(struct member){member->facts, label, value,
                                                items ? contract_resolve(member->facts->contract, items) : NULL});
        free(label);
    }
}

static void write_member(struct xlsx *workbook, const struct member *member) {
    if (json_is_object(member->value))
        write_object(workbook, member);
    else if (json_is_array(member->value))
        write_array(workbook, member);
    else
        write_scalar(workbook, member->label, member->value, member->schema, text_of(member->schema, "description"));
}

static void write_meta(struct xlsx *workbook, const struct xlsx_facts *facts) {
    json_t *meta = facts->meta ? json_loads(facts->meta, 0, NULL) : NULL;
    write_section(workbook, "About the figures", "What it means");
    write_member(workbook, &(struct member){facts, NULL, meta ? meta : json_null(), facts->operation->meta_schema});
    json_decref(meta);
}

/* The filters, by name and value, those too that the contract has set. */
static void write_asked(struct xlsx *workbook, const struct xlsx_facts *facts) {
    const struct operation *operation = facts->operation;
    lxw_row_t before;
    write_section(workbook, "Asked for", "What it means");
    before = workbook->rows[SHEET_ABOUT];
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const struct parameter *parameter = &operation->parameters[i];
        if (parameter->place == PLACE_HEADER || !facts->values[i])
            continue;
        json_t *value = json_string(facts->values[i]);
        char *label = xlsx_label(parameter->name, parameter->definition);
        write_scalar(workbook, label, value, parameter->definition, parameter->description);
        free(label);
        json_decref(value);
    }
    if (workbook->rows[SHEET_ABOUT] == before)
        write_scalar(workbook, "Nothing", NULL, NULL, "The whole report, as it is without a filter.");
}

static void write_made(struct xlsx *workbook, const struct xlsx_facts *facts) {
    char *made_by = xasprintf("Skills Ledger, skillsd %s", SKILLSD_VERSION);
    char *report = xasprintf("%s (%s)", facts->operation->id, facts->operation->path);
    json_t *by = json_string(made_by), *of = json_string(report);
    write_section(workbook, "How it was made", "What it means");
    xlsx_write_text(workbook, SHEET_ABOUT, ABOUT_LABEL, "Made at", FORMAT_LABEL);
    worksheet_write_number(workbook->sheets[SHEET_ABOUT], workbook->rows[SHEET_ABOUT], ABOUT_VALUE,
                           (double)facts->made_at / 86400 + 25569, workbook->formats[FORMAT_WRAPPED_MOMENT]);
    xlsx_write_text(workbook, SHEET_ABOUT, ABOUT_MEANING, "In UTC, as all times of day in this workbook.",
                    FORMAT_WRAPPED);
    workbook->rows[SHEET_ABOUT]++;
    write_scalar(workbook, "Made by", by, NULL, "The service and its version.");
    write_scalar(workbook, "Report", of, NULL, "Its name and address in the service.");
    json_decref(by);
    json_decref(of);
    free(report);
    free(made_by);
}

void xlsx_write_about(struct xlsx *workbook, const struct xlsx_facts *facts) {
    lxw_worksheet *sheet = workbook->sheets[SHEET_ABOUT];
    worksheet_set_column(sheet, ABOUT_LABEL, ABOUT_LABEL, 28, NULL);
    worksheet_set_column(sheet, ABOUT_VALUE, ABOUT_VALUE, 70, NULL);
    worksheet_set_column(sheet, ABOUT_MEANING, ABOUT_MEANING, 70, NULL);
    xlsx_write_text(workbook, SHEET_ABOUT, ABOUT_LABEL, facts->operation->summary, FORMAT_TITLE);
    workbook->rows[SHEET_ABOUT]++;
    write_meta(workbook, facts);
    write_asked(workbook, facts);
    write_made(workbook, facts);
}

void xlsx_write_row_count(struct xlsx *workbook, bool more) {
    json_t *count = json_integer(workbook->row_count);
    write_scalar(workbook, "Rows", count, NULL, "In the sheet Data, without its header.");
    json_decref(count);
    if (more)
        write_scalar(workbook, "More rows follow", json_true(), NULL,
                     "This is a page: there are more rows than the limit that was asked for. Ask without a limit, or "
                     "follow the Link header of the reply.");
}

/* What a column means; the words that it may hold, where the contract lists them. To be freed. */
static char *meaning_of(json_t *schema) {
    const char *description = text_of(schema, "description");
    char *meaning = xstrdup(description ? description : "");
    json_t *value;
    size_t index, listed = 0;
    json_array_foreach(json_object_get(schema, "enum"), index, value) {
        if (!json_is_string(value))
            continue;
        const char *before = listed++ ? ", " : *meaning ? " One of: " : "One of: ";
        char *longer = xasprintf("%s%s%s", meaning, before, json_string_value(value));
        free(meaning);
        meaning = longer;
    }
    if (!listed)
        return meaning;
    char *whole = xasprintf("%s.", meaning);
    free(meaning);
    return whole;
}

static const char *type_of(const struct sheet_column *column) {
    static const char *const types[KIND_COUNT + 1] = {
        [KIND_BOOL] = "true or false", [KIND_NUMBER] = "number",     [KIND_TEXT] = "text",
        [KIND_DATE] = "day",           [KIND_TIME] = "time, in UTC", [KIND_JSON] = "text, as it is JSON",
        [KIND_COUNT] = "text",
    };
    return column->whole ? "whole number" : types[column->kind];
}

void xlsx_write_definitions(struct xlsx *workbook, const struct xlsx_facts *facts) {
    static const char *const titles[] = {"Column", "Name in JSON and CSV", "Type",
                                         "What it means; null is an empty cell"};
    static const double widths[] = {28, 28, 16, 90};
    for (lxw_col_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        worksheet_set_column(workbook->sheets[SHEET_DEFINITIONS], i, i, widths[i], NULL);
        xlsx_write_text(workbook, SHEET_DEFINITIONS, i, titles[i], FORMAT_HEADER);
    }
    for (int i = 0; i < facts->plan->column_count; i++) {
        const char *name = facts->plan->columns[i].name;
        json_t *schema = xlsx_property(facts, facts->operation->row, name);
        char *label = xlsx_label(name, schema), *meaning = meaning_of(schema);
        workbook->rows[SHEET_DEFINITIONS]++;
        xlsx_write_text(workbook, SHEET_DEFINITIONS, DEFINITION_TITLE, label, FORMAT_LABEL);
        xlsx_write_text(workbook, SHEET_DEFINITIONS, DEFINITION_NAME, name, FORMAT_WRAPPED);
        xlsx_write_text(workbook, SHEET_DEFINITIONS, DEFINITION_TYPE, type_of(&workbook->columns[i]), FORMAT_WRAPPED);
        xlsx_write_text(workbook, SHEET_DEFINITIONS, DEFINITION_MEANING, meaning, FORMAT_WRAPPED);
        free(label);
        free(meaning);
    }
}
