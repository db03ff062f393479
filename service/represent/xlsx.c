/* SPDX-License-Identifier: MIT */
/* Writes a workbook: opens its file and sheets, and puts rows into typed cells. */
#include "represent/xlsx.h"

#include "base/memory.h"
#include "represent/cell.h"
#include "represent/sink.h"
#include "represent/xlsx_sheets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const sheet_names[SHEET_COUNT] = {"About", "Data", "Definitions"};

/* Rows beyond which the width of a column is not looked for, and the limits of a width. */
enum { WIDTH_ROWS = 1000, WIDTH_MIN = 8, WIDTH_MAX = 60 };

/* PostgreSQL's numbers of its types. */
enum { OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_FLOAT8 = 701 };

static void make_formats(struct xlsx *workbook) {
    lxw_format **formats = workbook->formats;
    for (int i = 0; i < FORMAT_COUNT; i++)
        formats[i] = workbook_add_format(workbook->book);
    format_set_bold(formats[FORMAT_TITLE]);
    format_set_font_size(formats[FORMAT_TITLE], 14);
    format_set_bold(formats[FORMAT_HEADER]);
    format_set_bottom(formats[FORMAT_HEADER], LXW_BORDER_THIN);
    format_set_bg_color(formats[FORMAT_HEADER], 0xD9E2EC);
    format_set_bold(formats[FORMAT_LABEL]);
    for (enum format i = FORMAT_HEADER; i <= FORMAT_WRAPPED_MOMENT; i++) {
        format_set_text_wrap(formats[i]);
        format_set_align(formats[i], LXW_ALIGN_VERTICAL_TOP);
        format_set_align(formats[i], LXW_ALIGN_LEFT);
    }
    format_set_num_format(formats[FORMAT_WHOLE], "0");
    format_set_num_format(formats[FORMAT_DAY], "yyyy-mm-dd");
    format_set_num_format(formats[FORMAT_WRAPPED_DAY], "yyyy-mm-dd");
    format_set_num_format(formats[FORMAT_MOMENT], "yyyy-mm-dd hh:mm:ss");
    format_set_num_format(formats[FORMAT_WRAPPED_MOMENT], "yyyy-mm-dd hh:mm:ss");
}

/* Landscape on A4, as wide as the page, the header on each, the title above and the page below. An ampersand is a
 * command there unless it is doubled. */
static void set_up_print(struct xlsx *workbook) {
    const char *title = workbook->operation->summary ? workbook->operation->summary : workbook->operation->id;
    char header[LXW_HEADER_FOOTER_MAX] = "&L";
    for (size_t length = 2; *title && length < sizeof header - 8; title++) {
        header[length++] = *title;
        if (*title == '&')
            header[length++] = '&';
    }
    for (enum sheet i = 0; i < SHEET_COUNT; i++) {
        lxw_worksheet *sheet = workbook->sheets[i];
        worksheet_set_landscape(sheet);
        worksheet_set_paper(sheet, 9);
        worksheet_fit_to_pages(sheet, 1, 0);
        worksheet_set_header(sheet, header);
        worksheet_set_footer(sheet, "&L&A&RPage &P of &N");
        if (i == SHEET_ABOUT)
            continue;
        worksheet_freeze_panes(sheet, 1, 0);
        worksheet_repeat_rows(sheet, 0, 0);
    }
}

static void set_properties(struct xlsx *workbook, const struct xlsx_facts *facts) {
    char *title = xstrdup(facts->operation->summary ? facts->operation->summary : facts->operation->id);
    char *author = xasprintf("Skills Ledger, skillsd %s", SKILLSD_VERSION);
    lxw_doc_properties properties = {.title = title, .author = author, .created = facts->made_at};
    workbook_set_properties(workbook->book, &properties);
    free(title);
    free(author);
}

static unsigned characters(const char *text, size_t length) {
    unsigned count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

static void look_at_columns(struct xlsx *workbook) {
    const struct column_plan *plan = workbook->plan;
    workbook->columns = xcalloc((size_t)plan->column_count, sizeof *workbook->columns);
    for (int i = 0; i < plan->column_count; i++) {
        Oid type = plan->types[plan->columns[i].number];
        workbook->columns[i] = (struct sheet_column){
            .kind = plan->columns[i].kind,
            .whole = type == OID_INT2 || type == OID_INT4 || type == OID_INT8,
            .inexact = type == OID_FLOAT8,
            .width = WIDTH_MIN,
        };
    }
}

static void write_header(struct xlsx *workbook, const struct xlsx_facts *facts) {
    for (int i = 0; i < facts->plan->column_count; i++) {
        const char *name = facts->plan->columns[i].name;
        char *label = xlsx_label(name, xlsx_property(facts, facts->operation->row, name));
        xlsx_write_text(workbook, SHEET_DATA, (lxw_col_t)i, label, FORMAT_HEADER);
        /* The button of the filter takes the place of three characters. */
        unsigned width = characters(label, strlen(label)) + 3;
        if (width > workbook->columns[i].width)
            workbook->columns[i].width = width < WIDTH_MAX / 2 ? width : WIDTH_MAX / 2;
        free(label);
    }
    workbook->rows[SHEET_DATA] = 1;
}

static bool open_sheets(struct xlsx *workbook) {
    char path[XLSX_PATH_LENGTH];
    workbook->book = workbook_new_opt(xlsx_path(workbook, path), &(lxw_workbook_options){.constant_memory = LXW_TRUE});
    for (enum sheet i = 0; workbook->book && i < SHEET_COUNT; i++) {
        workbook->sheets[i] = workbook_add_worksheet(workbook->book, sheet_names[i]);
        if (!workbook->sheets[i])
            return false;
    }
    return workbook->book != NULL;
}

struct xlsx *xlsx_new(const struct xlsx_facts *facts, char **why) {
    struct xlsx *workbook = xcalloc(1, sizeof *workbook);
    workbook->operation = facts->operation;
    workbook->plan = facts->plan;
    workbook->output = lxw_tmpfile(NULL);
    if (!workbook->output || !open_sheets(workbook)) {
        *why = xasprintf("No temporary file can be made in TMPDIR or /tmp: %s.", strerror(errno));
        xlsx_abandon(workbook);
        return NULL;
    }
    make_formats(workbook);
    set_properties(workbook, facts);
    set_up_print(workbook);
    look_at_columns(workbook);
    xlsx_write_about(workbook, facts);
    xlsx_write_definitions(workbook, facts);
    write_header(workbook, facts);
    return workbook;
}

void xlsx_write_text(struct xlsx *workbook, enum sheet sheet, lxw_col_t column, const char *text, enum format format) {
    char *cell = text ? cell_text(text, strlen(text)) : NULL;
    worksheet_write_string(workbook->sheets[sheet], workbook->rows[sheet], column, cell, workbook->formats[format]);
    free(cell);
}

/* A value of the rows: where it goes, and what it is. */
struct value {
    lxw_worksheet *sheet;
    lxw_row_t row;
    lxw_col_t column;
    const char *text;
    size_t length;
};

static void write_text(const struct xlsx *workbook, const struct value *value) {
    char *cell = cell_text(value->text, value->length);
    (void)workbook;
    worksheet_write_string(value->sheet, value->row, value->column, cell, NULL);
    free(cell);
}

/* NaN and infinity leave the cell empty, as they are null in JSON; digits that no double has stay text. */
static void write_number(const struct xlsx *workbook, const struct value *value) {
    const struct sheet_column *column = &workbook->columns[value->column];
    char last = value->length ? value->text[value->length - 1] : 'N';
    double number;
    if (last < '0' || last > '9')
        return;
    if (column->inexact)
        number = strtod(value->text, NULL);
    else if (!cell_number(value->text, &number)) {
        write_text(workbook, value);
        return;
    }
    worksheet_write_number(value->sheet, value->row, value->column, number,
                           column->whole ? workbook->formats[FORMAT_WHOLE] : NULL);
}

static void write_bool(const struct xlsx *workbook, const struct value *value) {
    (void)workbook;
    worksheet_write_boolean(value->sheet, value->row, value->column, *value->text == 't', NULL);
}

static void write_date(const struct xlsx *workbook, const struct value *value) {
    double day;
    if (cell_day(value->text, value->length, &day))
        worksheet_write_number(value->sheet, value->row, value->column, day, workbook->formats[FORMAT_DAY]);
    else
        write_text(workbook, value);
}

/* A time that is no moment of a workbook is the text that it is in JSON. */
static void write_far_time(const struct xlsx *workbook, const struct value *value) {
    struct evbuffer *text = evbuffer_new();
    struct sink sink;
    struct value written = *value;
    sink_open(&sink, text);
    plan_write_time(&sink, value->text, value->length);
    sink_close(&sink);
    written.length = evbuffer_get_length(text);
    written.text = (const char *)evbuffer_pullup(text, -1);
    write_text(workbook, &written);
    evbuffer_free(text);
}

static void write_time(const struct xlsx *workbook, const struct value *value) {
    double moment;
    if (cell_moment(value->text, value->length, &moment))
        worksheet_write_number(value->sheet, value->row, value->column, moment, workbook->formats[FORMAT_MOMENT]);
    else
        write_far_time(workbook, value);
}

/* A result with json offers no workbook; should one come it is text, and so is a type that the check refuses. */
static void (*const writes[KIND_COUNT + 1])(const struct xlsx *workbook, const struct value *value) = {
    [KIND_BOOL] = write_bool, [KIND_NUMBER] = write_number, [KIND_TEXT] = write_text,  [KIND_DATE] = write_date,
    [KIND_TIME] = write_time, [KIND_JSON] = write_text,     [KIND_COUNT] = write_text,
};

static void widen(struct xlsx *workbook, int column, const char *text, size_t length) {
    unsigned *width = &workbook->columns[column].width;
    if (workbook->row_count >= WIDTH_ROWS || *width == WIDTH_MAX || length <= *width)
        return;
    unsigned wanted = characters(text, length);
    if (wanted > *width)
        *width = wanted < WIDTH_MAX ? wanted : WIDTH_MAX;
}

static void add_row(struct xlsx *workbook, const PGresult *rows, int row) {
    for (int i = 0; i < workbook->plan->column_count; i++) {
        int number = workbook->plan->columns[i].number;
        if (PQgetisnull(rows, row, number))
            continue;
        struct value value = {workbook->sheets[SHEET_DATA], workbook->rows[SHEET_DATA], (lxw_col_t)i,
                              PQgetvalue(rows, row, number), (size_t)PQgetlength(rows, row, number)};
        widen(workbook, i, value.text, value.length);
        writes[workbook->columns[i].kind](workbook, &value);
    }
}

void xlsx_add_rows(struct xlsx *workbook, const PGresult *rows, struct page page) {
    for (int row = page.first; row < page.first + page.count; row++) {
        if (plan_row_is_bare(workbook->operation, workbook->plan, rows, row))
            continue;
        if (workbook->rows[SHEET_DATA] < LXW_ROW_MAX) {
            add_row(workbook, rows, row);
            workbook->rows[SHEET_DATA]++;
        }
        workbook->row_count++;
    }
}

static void set_up_data(struct xlsx *workbook) {
    lxw_worksheet *sheet = workbook->sheets[SHEET_DATA];
    int last = workbook->plan->column_count - 1;
    for (int i = 0; i <= last; i++)
        worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, workbook->columns[i].width + 1, NULL);
    if (last >= 0)
        worksheet_autofilter(sheet, 0, 0, workbook->rows[SHEET_DATA] - 1, (lxw_col_t)last);
}

int xlsx_finish(struct xlsx *workbook, bool more, char **why) {
    int file = -1;
    if (workbook->row_count > LXW_ROW_MAX - 1) {
        *why = xasprintf("A sheet holds %d rows, and there are %ld.", LXW_ROW_MAX - 1, workbook->row_count);
    } else {
        xlsx_write_row_count(workbook, more);
        set_up_data(workbook);
        if (xlsx_pack(workbook, why))
            file = dup(fileno(workbook->output));
    }
    xlsx_abandon(workbook);
    return file;
}

void xlsx_abandon(struct xlsx *workbook) {
    for (int i = 0; workbook->book && i < SHEET_COUNT; i++)
        if (workbook->sheets[i] && workbook->sheets[i]->optimize_tmpfile)
            fclose(workbook->sheets[i]->optimize_tmpfile); /* libxlsxwriter closes those of a file that it packs */
    lxw_workbook_free(workbook->book);
    if (workbook->output)
        fclose(workbook->output);
    free(workbook->columns);
    free(workbook);
}
