/* SPDX-License-Identifier: MIT */
/* A workbook while it is written; internal to xlsx.c, xlsx_about.c and xlsx_pack.c. */
#ifndef SKILLSD_REPRESENT_XLSX_SHEETS_H
#define SKILLSD_REPRESENT_XLSX_SHEETS_H

#include "represent/plan.h"
#include "represent/xlsx.h"

#include <stdio.h>
#include <xlsxwriter.h>

enum sheet { SHEET_ABOUT, SHEET_DATA, SHEET_DEFINITIONS, SHEET_COUNT };

enum format {
    FORMAT_TITLE,
    FORMAT_HEADER,
    FORMAT_LABEL,
    FORMAT_WRAPPED,
    FORMAT_WRAPPED_DAY,
    FORMAT_WRAPPED_MOMENT,
    FORMAT_WHOLE,
    FORMAT_DAY,
    FORMAT_MOMENT,
    FORMAT_COUNT
};

/* A column of the sheet of the rows. */
struct sheet_column {
    enum column_kind kind;
    bool whole;     /* of a number: an integer */
    bool inexact;   /* of a number: a double in PostgreSQL too */
    unsigned width; /* in characters, of what has been written */
};

struct xlsx {
    FILE *output; /* has no name; libxlsxwriter reaches it by its descriptor */
    lxw_workbook *book;
    lxw_worksheet *sheets[SHEET_COUNT];
    lxw_format *formats[FORMAT_COUNT];
    const struct operation *operation;
    const struct column_plan *plan;
    struct sheet_column *columns; /* by data column of the plan */
    lxw_row_t rows[SHEET_COUNT];  /* the next of each sheet */
    long row_count;
};

/* Writes text within the limits of a cell. */
void xlsx_write_text(struct xlsx *workbook, enum sheet sheet, lxw_col_t column, const char *text, enum format format);

/* The schema of a property with this name; NULL when there is none. */
json_t *xlsx_property(const struct xlsx_facts *facts, json_t *schema, const char *name);
/* The name of a property for people: its title, or "people_at_or_above" as "People at or above". To be freed. */
char *xlsx_label(const char *name, json_t *schema);

/* The first sheet, but for the number of rows and whether more follow, which is known at the end; and the last. */
void xlsx_write_about(struct xlsx *workbook, const struct xlsx_facts *facts);
void xlsx_write_row_count(struct xlsx *workbook, bool more);
void xlsx_write_definitions(struct xlsx *workbook, const struct xlsx_facts *facts);

/* The output under a name that libxlsxwriter can open. */
enum { XLSX_PATH_LENGTH = 40 };
const char *xlsx_path(const struct xlsx *workbook, char path[XLSX_PATH_LENGTH]);
/* Packs the sheets into the output, and frees libxlsxwriter's part where it can. False with *why set. */
bool xlsx_pack(struct xlsx *workbook, char **why);

#endif
