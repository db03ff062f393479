/* SPDX-License-Identifier: MIT */
/* Workbooks, read back from their very XML: types, text that is no formula, limits, what they say of themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "represent/xlsx.h"

#include <jansson.h>
#include <malloc.h>
#include <minizip/unzip.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BOOL = 16, INT8 = 20, INT4 = 23, TEXT = 25, FLOAT8 = 701, DATE = 1082, TIME = 1184, NUMERIC = 1700 };

static const char *const sheet_parts[] = {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
                                          "xl/worksheets/sheet3.xml"};
enum { ABOUT, DATA, DEFINITIONS };

static struct contract contract;
static struct parameter parameters[] = {
    {.name = "as_of", .place = PLACE_QUERY, .description = "The day; by default today."},
    {.name = "worker_type", .place = PLACE_QUERY},
    {.name = "Acting-Organisation", .place = PLACE_HEADER},
};
static struct operation report = {
    .id = "report_test",
    .path = "/v1/reports/test",
    .summary = "Counts <people> & skills.",
    .shape = SHAPE_LIST,
    .envelope = "rows",
    .meta = true,
    .parameters = parameters,
    .parameter_count = 3,
};
static char *no_values[3];

/* A result of one column, whose rows are these values; NULL is null. */
static PGresult *make_rows(const char *name, Oid type, const char *const *values, int count) {
    PGresult *rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc columns[2] = {{.name = (char *)(uintptr_t)name, .typid = type},
                               {.name = (char *)(uintptr_t) "n", .typid = INT4}};
    assert_true(PQsetResultAttrs(rows, 2, columns));
    for (int row = 0; row < count; row++) {
        char *value = (char *)(uintptr_t)values[row];
        assert_true(PQsetvalue(rows, row, 0, value, value ? (int)strlen(value) : -1));
        assert_true(PQsetvalue(rows, row, 1, (char[]){"1"}, 1));
    }
    return rows;
}

/* The text of a part of the workbook, to be freed. */
static char *read_part(int file, const char *name) {
    char path[64];
    unz_file_info info;
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    unzFile zip = unzOpen(path);
    assert_non_null(zip);
    assert_int_equal(unzLocateFile(zip, name, 1), UNZ_OK);
    assert_int_equal(unzGetCurrentFileInfo(zip, &info, NULL, 0, NULL, 0, NULL, 0), UNZ_OK);
    char *text = calloc(info.uncompressed_size + 1, 1);
    assert_int_equal(unzOpenCurrentFile(zip), UNZ_OK);
    assert_int_equal(unzReadCurrentFile(zip, text, (unsigned)info.uncompressed_size), info.uncompressed_size);
    unzCloseCurrentFile(zip);
    unzClose(zip);
    return text;
}

static int make_workbook(PGresult *rows, char *const *values, const char *meta) {
    char *why = NULL;
    struct column_plan *plan = column_plan_new(rows);
    const struct xlsx_facts facts = {&contract, &report, plan, values, meta, 1764100000};
    struct xlsx *workbook = xlsx_new(&facts, &why);
    assert_non_null(workbook);
    xlsx_add_rows(workbook, rows, (struct page){0, PQntuples(rows)});
    int file = xlsx_finish(workbook, false, &why);
    assert_true(file >= 0);
    column_plan_free(plan);
    return file;
}

/* The XML of one sheet of a workbook of these values in one column, "v". */
static char *sheet_of(Oid type, const char *value, int sheet) {
    PGresult *rows = make_rows("v", type, &value, 1);
    int file = make_workbook(rows, no_values, NULL);
    char *xml = read_part(file, sheet_parts[sheet]);
    close(file);
    PQclear(rows);
    return xml;
}

static void assert_has(const char *xml, const char *wanted) {
    if (!strstr(xml, wanted))
        fail_msg("%s is not in %s", wanted, xml);
}

/* The cell of the value is this, but for its style. */
static void assert_cell(Oid type, const char *value, const char *expected) {
    char *xml = sheet_of(type, value, DATA);
    char *cell = strstr(xml, "<c r=\"A2\"");
    assert_non_null(cell);
    cell += strlen("<c r=\"A2\"");
    if (strncmp(cell, " s=\"", 4) == 0)
        cell = strchr(cell + 4, '"') + 1;
    cell[strlen(expected)] = '\0';
    assert_string_equal(cell, expected);
    free(xml);
}

static void assert_no_cell(Oid type, const char *value) {
    char *xml = sheet_of(type, value, DATA);
    assert_null(strstr(xml, "r=\"A2\""));
    assert_has(xml, "r=\"B2\"");
    free(xml);
}

static void numbers_are_numbers(void **state) {
    (void)state;
    assert_cell(INT4, "42", "><v>42</v></c>");
    assert_cell(NUMERIC, "-0.10", "><v>-0.1</v></c>");
    assert_cell(INT8, "123456789012345", "><v>123456789012345</v></c>");
    assert_cell(INT8, "1200000000000000000", "><v>1.2E+18</v></c>");
    assert_cell(FLOAT8, "33.333333333333336", "><v>33.33333333333334</v></c>");
    assert_cell(FLOAT8, "0", "><v>0</v></c>");
}

static void digits_that_no_spreadsheet_keeps_are_text(void **state) {
    (void)state;
    assert_cell(INT8, "9223372036854775807", " t=\"inlineStr\"><is><t>9223372036854775807</t></is></c>");
    assert_cell(NUMERIC, "1234567890.1234567", " t=\"inlineStr\"><is><t>1234567890.1234567</t></is></c>");
}

static void what_is_no_number_is_empty(void **state) {
    (void)state;
    assert_no_cell(NUMERIC, "NaN");
    assert_no_cell(FLOAT8, "-Infinity");
}

static void null_is_an_empty_cell(void **state) {
    (void)state;
    assert_no_cell(TEXT, NULL);
    assert_no_cell(INT4, NULL);
}

static void booleans_are_booleans(void **state) {
    (void)state;
    assert_cell(BOOL, "t", " t=\"b\"><v>1</v></c>");
    assert_cell(BOOL, "f", " t=\"b\"><v>0</v></c>");
}

/* 1 March 1900 is day 61 for all programs; the days before it differ by one among them. */
static void days_are_days_where_all_programs_agree(void **state) {
    (void)state;
    assert_cell(DATE, "2026-11-23", "><v>46349</v></c>");
    assert_cell(DATE, "1900-03-01", "><v>61</v></c>");
    assert_cell(DATE, "9999-12-31", "><v>2958465</v></c>");
    assert_cell(DATE, "1900-02-28", " t=\"inlineStr\"><is><t>1900-02-28</t></is></c>");
    assert_cell(DATE, "1066-10-14", " t=\"inlineStr\"><is><t>1066-10-14</t></is></c>");
    assert_cell(DATE, "10000-01-01", " t=\"inlineStr\"><is><t>10000-01-01</t></is></c>");
    assert_cell(DATE, "0044-03-15 BC", " t=\"inlineStr\"><is><t>0044-03-15 BC</t></is></c>");
    assert_cell(DATE, "infinity", " t=\"inlineStr\"><is><t>infinity</t></is></c>");
}

static void times_are_moments_in_utc(void **state) {
    (void)state;
    assert_cell(TIME, "2026-11-23 12:00:00+00", "><v>46349.5</v></c>");
    assert_cell(TIME, "2026-11-23 00:00:01.5+00", "><v>46349.00001736111</v></c>");
    assert_cell(TIME, "1066-10-14 09:00:00+00", " t=\"inlineStr\"><is><t>1066-10-14T09:00:00Z</t></is></c>");
    assert_cell(TIME, "infinity", " t=\"inlineStr\"><is><t>infinity</t></is></c>");
}

static void text_is_never_a_formula(void **state) {
    (void)state;
    static const char *const formulas[] = {"=1+1",     "=HYPERLINK(1)", "+1",         "-1",
                                           "@SUM(A1)", "{=1}",          "mailto:a@b", "#N/A"};
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        char *xml = sheet_of(TEXT, formulas[i], DATA);
        assert_null(strstr(xml, "<f>"));
        assert_null(strstr(xml, "<hyperlink"));
        free(xml);
        char *expected = xasprintf(" t=\"inlineStr\"><is><t>%s</t></is></c>", formulas[i]);
        assert_cell(TEXT, formulas[i], expected);
        free(expected);
    }
}

static void text_is_escaped_for_xml(void **state) {
    (void)state;
    assert_cell(TEXT, "a < b & c > \"d\"", " t=\"inlineStr\"><is><t>a &lt; b &amp; c &gt; \"d\"</t></is></c>");
    assert_cell(TEXT, " spaced ", " t=\"inlineStr\"><is><t xml:space=\"preserve\"> spaced </t></is></c>");
    assert_cell(TEXT, "a\r\nb\x01", " t=\"inlineStr\"><is><t>a_x000D_\nb_x0001_</t></is></c>");
    assert_cell(TEXT, "_x0041_ and _x00", " t=\"inlineStr\"><is><t>_x005F_x0041_ and _x00</t></is></c>");
    assert_cell(TEXT, "\xef\xbf\xbe", " t=\"inlineStr\"><is><t>_xFFFE_</t></is></c>");
    assert_cell(TEXT, "\xf0\x9f\x91\xae", " t=\"inlineStr\"><is><t>\xf0\x9f\x91\xae</t></is></c>");
}

static void text_longer_than_a_cell_is_cut_with_a_note(void **state) {
    (void)state;
    enum { MOST = 32767 };
    char *text = calloc(MOST + 2, 1);
    memset(text, 'a', MOST + 1);
    char *xml = sheet_of(TEXT, text, DATA);
    assert_has(xml, "aaa [cut: there are 32768 characters]</t>");
    assert_true(strstr(xml, " [cut") - strstr(xml, "<t>aaa") < MOST);
    free(xml);
    text[MOST] = '\0';
    xml = sheet_of(TEXT, text, DATA);
    assert_has(xml, "aaa</t>");
    free(xml);
    free(text);
}

/* A character beyond the first 65,536 takes two of a cell's places, and is never cut in two. */
static void a_character_is_cut_off_whole(void **state) {
    (void)state;
    enum { COUNT = 16384 };
    char *text = calloc(COUNT * 4 + 1, 1);
    for (int i = 0; i < COUNT; i++)
        memcpy(text + i * 4, "\xf0\x9f\x91\xae", 4);
    char *xml = sheet_of(TEXT, text, DATA);
    assert_has(xml, "\xf0\x9f\x91\xae\xf0\x9f\x91\xae [cut: there are 16384 characters]</t>");
    free(xml);
    free(text);
}

static void the_header_stays_in_sight_and_on_paper(void **state) {
    (void)state;
    char *xml = sheet_of(TEXT, "x", DATA);
    assert_has(xml, "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>");
    assert_has(xml, "<autoFilter ref=\"A1:B2\"/>");
    assert_has(xml, "orientation=\"landscape\"");
    assert_has(xml, "paperSize=\"9\"");
    assert_has(xml, "fitToHeight=\"0\"");
    assert_has(xml, "<oddHeader>&amp;LCounts &lt;people&gt; &amp;&amp; skills.</oddHeader>");
    assert_has(xml, "<oddFooter>&amp;L&amp;A&amp;RPage &amp;P of &amp;N</oddFooter>");
    free(xml);
    const char *value = "x";
    PGresult *rows = make_rows("v", TEXT, &value, 1);
    int file = make_workbook(rows, no_values, NULL);
    xml = read_part(file, "xl/workbook.xml");
    assert_has(xml, "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"1\">Data!$1:$1</definedName>");
    assert_has(xml, "<sheet name=\"About\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"Data\"");
    free(xml);
    close(file);
    PQclear(rows);
}

static void a_report_without_rows_is_a_workbook(void **state) {
    (void)state;
    PGresult *rows = make_rows("v", TEXT, NULL, 0);
    int file = make_workbook(rows, no_values, "{\"definition\":\"None.\"}");
    char *xml = read_part(file, sheet_parts[DATA]);
    assert_has(xml, "<autoFilter ref=\"A1:B1\"/>");
    free(xml);
    close(file);
    PQclear(rows);
}

static void it_says_what_it_is_and_what_was_asked(void **state) {
    (void)state;
    char day[] = "2026-11-23", type[] = "officer", code[] = "north-wales";
    char *values[] = {day, type, code};
    PGresult *rows = make_rows("v", TEXT, NULL, 0);
    int file = make_workbook(
        rows, values,
        "{\"as_of\":\"2026-11-23\",\"definition\":\"People.\",\"organisation\":{\"name\":\"North Wales\"},"
        "\"complete\":false,\"pending\":3,\"extra\":[\"a\",\"b\"]}");
    char *xml = read_part(file, sheet_parts[ABOUT]);
    const char *definition = strstr(xml, "<t>Definition</t></is></c><c r=\"B4\"");
    assert_non_null(definition); /* the order is that of the schema, not of the meta */
    assert_has(xml, "<t>Counts &lt;people&gt; &amp; skills.</t>");
    assert_has(definition, "<t>People.</t>");
    assert_has(definition, "<t>What its cells count.</t>");
    assert_has(definition, "<t>Organisation name</t>");
    assert_has(definition, "<t>North Wales</t>");
    assert_has(definition, "<v>46349</v>"); /* as_of, a day by its schema */
    assert_has(definition, "t=\"b\"><v>0</v>");
    assert_has(definition, "<v>3</v>");
    assert_has(definition, "<t>Extra 2</t>");
    assert_has(definition, "<t>As of</t>");
    assert_has(definition, "<t>The day; by default today.</t>");
    assert_has(definition, "<t>Worker type</t>");
    assert_has(definition, "<t>officer</t>");
    assert_has(definition, "<t>Skills Ledger, skillsd " SKILLSD_VERSION "</t>");
    assert_null(strstr(xml, "north-wales"));
    free(xml);
    close(file);
    PQclear(rows);
}

static void each_column_is_defined(void **state) {
    (void)state;
    char *xml = sheet_of(INT4, "1", DEFINITIONS);
    assert_has(xml, "<t>Value (%)</t>");
    assert_has(xml, "<t>v</t>");
    assert_has(xml, "<t>whole number</t>");
    assert_has(xml, "<t>What it is worth. One of: a, b.</t>");
    free(xml);
    xml = sheet_of(INT4, "1", DATA);
    assert_has(xml, "<t>Value (%)</t>");
    assert_has(xml, "<t>N</t>");
    free(xml);
}

extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t bytes_in_use(void) {
    return __sanitizer_get_current_allocated_bytes ? __sanitizer_get_current_allocated_bytes() : mallinfo2().uordblks;
}

static void memory_is_the_same_after_ten_and_after_a_hundred_thousand_rows(void **state) {
    (void)state;
    enum { CHUNK = 1000 };
    char *why = NULL;
    const char *values[CHUNK];
    for (int i = 0; i < CHUNK; i++)
        values[i] = "A competency with a title of usual length";
    PGresult *rows = make_rows("v", TEXT, values, CHUNK);
    struct column_plan *plan = column_plan_new(rows);
    const struct xlsx_facts facts = {&contract, &report, plan, no_values, NULL, 1764100000};
    struct xlsx *workbook = xlsx_new(&facts, &why);
    size_t early = 0;
    for (int chunk = 0; chunk < 100; chunk++) {
        if (chunk == 10)
            early = bytes_in_use();
        xlsx_add_rows(workbook, rows, (struct page){0, CHUNK});
    }
    assert_true(early > 0);
    assert_true(bytes_in_use() <= early + 4096);
    close(xlsx_finish(workbook, false, &why));
    assert_null(why);
    column_plan_free(plan);
    PQclear(rows);
}

static void more_rows_than_a_sheet_holds_are_refused(void **state) {
    (void)state;
    enum { CHUNK = 4096, CHUNKS = 256 };
    char *why = NULL;
    static const char *values[CHUNK];
    PGresult *rows = make_rows("v", TEXT, values, CHUNK);
    struct column_plan *plan = column_plan_new(rows);
    const struct xlsx_facts facts = {&contract, &report, plan, no_values, NULL, 1764100000};
    struct xlsx *workbook = xlsx_new(&facts, &why);
    for (int chunk = 0; chunk < CHUNKS; chunk++)
        xlsx_add_rows(workbook, rows, (struct page){0, CHUNK});
    assert_int_equal(xlsx_finish(workbook, false, &why), -1);
    assert_string_equal(why, "A sheet holds 1048575 rows, and there are 1048576.");
    free(why);
    column_plan_free(plan);
    PQclear(rows);
}

/* Makes the workbook while no file may grow beyond so many bytes, as on a disk that is full. -1 if it is refused. */
static int make_in(size_t bytes, const struct xlsx_facts *facts, const PGresult *rows) {
    struct rlimit before;
    char *why = NULL;
    getrlimit(RLIMIT_FSIZE, &before);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){bytes, before.rlim_max});
    struct xlsx *workbook = xlsx_new(facts, &why);
    assert_non_null(workbook);
    xlsx_add_rows(workbook, rows, (struct page){0, PQntuples(rows)});
    int file = xlsx_finish(workbook, false, &why);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_true((file < 0) == (why != NULL));
    free(why);
    return file;
}

static void a_workbook_that_a_full_disk_cuts_short_is_refused(void **state) {
    (void)state;
    enum { ROWS = 500 };
    static const char *values[ROWS];
    int refused = 0;
    for (int i = 0; i < ROWS; i++)
        values[i] = "A competency with a title of usual length";
    PGresult *rows = make_rows("v", TEXT, values, ROWS);
    struct column_plan *plan = column_plan_new(rows);
    const struct xlsx_facts facts = {&contract, &report, plan, no_values, NULL, 1764100000};
    int whole = make_workbook(rows, no_values, NULL);
    char *expected = read_part(whole, sheet_parts[DATA]);
    size_t length = strlen(expected);
    signal(SIGXFSZ, SIG_IGN);
    /* Far below its length the rows fail, just below it only their copy in the whole sheet does. */
    for (size_t bytes = 2000; bytes < length; bytes += bytes + 4000 < length ? 2000 : 50) {
        int file = make_in(bytes, &facts, rows);
        assert_int_equal(file, -1);
        refused++;
    }
    int file = make_in(length, &facts, rows);
    char *xml = read_part(file, sheet_parts[DATA]);
    assert_string_equal(xml, expected);
    assert_true(refused > 50);
    free(xml);
    free(expected);
    close(file);
    close(whole);
    column_plan_free(plan);
    PQclear(rows);
}

static int make_contract(void **state) {
    (void)state;
    contract.document = json_object();
    report.row = json_loads("{\"properties\":{\"v\":{\"title\":\"Value "
                            "(%)\",\"enum\":[\"a\",\"b\"],\"description\":\"What it is worth.\"}}}",
                            0, NULL);
    report.meta_schema = json_loads(
        "{\"properties\":{\"definition\":{\"type\":\"string\",\"description\":\"What its cells count.\"},"
        "\"organisation\":{\"properties\":{\"name\":{}}},\"as_of\":{\"type\":\"string\",\"format\":\"date\"}}}",
        0, NULL);
    return report.row && report.meta_schema ? 0 : -1;
}

static int free_contract(void **state) {
    (void)state;
    json_decref(contract.document);
    json_decref(report.row);
    json_decref(report.meta_schema);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_numbers),
        cmocka_unit_test(digits_that_no_spreadsheet_keeps_are_text),
        cmocka_unit_test(what_is_no_number_is_empty),
        cmocka_unit_test(null_is_an_empty_cell),
        cmocka_unit_test(booleans_are_booleans),
        cmocka_unit_test(days_are_days_where_all_programs_agree),
        cmocka_unit_test(times_are_moments_in_utc),
        cmocka_unit_test(text_is_never_a_formula),
        cmocka_unit_test(text_is_escaped_for_xml),
        cmocka_unit_test(text_longer_than_a_cell_is_cut_with_a_note),
        cmocka_unit_test(a_character_is_cut_off_whole),
        cmocka_unit_test(the_header_stays_in_sight_and_on_paper),
        cmocka_unit_test(a_report_without_rows_is_a_workbook),
        cmocka_unit_test(it_says_what_it_is_and_what_was_asked),
        cmocka_unit_test(each_column_is_defined),
        cmocka_unit_test(memory_is_the_same_after_ten_and_after_a_hundred_thousand_rows),
        cmocka_unit_test(more_rows_than_a_sheet_holds_are_refused),
        cmocka_unit_test(a_workbook_that_a_full_disk_cuts_short_is_refused),
    };
    return cmocka_run_group_tests(tests, make_contract, free_contract);
}
