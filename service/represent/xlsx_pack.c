/* SPDX-License-Identifier: MIT */
/* Packs the sheets of a workbook into its file, and sees to it that the file is whole. */
#include "base/memory.h"
#include "represent/xlsx_sheets.h"

#include <errno.h>
#include <minizip/unzip.h>
#include <string.h>

/* Writes out what a sheet still keeps in memory. libxlsxwriter looks at no error of a temporary file, so this does. */
static bool flush_sheet(lxw_worksheet *sheet) {
    lxw_worksheet_write_single_row(sheet);
    return fflush(sheet->optimize_tmpfile) == 0 && !ferror(sheet->optimize_tmpfile);
}

/* Whether the part of the file that is open is read to its end, which is that of a sheet. */
static bool ends_as_sheet(unzFile file) {
    static const char end[] = "</worksheet>";
    enum { END = sizeof end - 1, PIECE = 65536 };
    static char bytes[END + PIECE];
    size_t kept = 0;
    int got;
    while ((got = unzReadCurrentFile(file, bytes + kept, PIECE)) > 0) {
        size_t all = kept + (size_t)got;
        kept = all < END ? all : END;
        memmove(bytes, bytes + all - kept, kept);
    }
    return got == 0 && kept == END && memcmp(bytes, end, END) == 0;
}

/* Reads the sheets of the file again: one that a full disk has cut short would open with rows missing. */
static bool is_whole(const char *path) {
    unzFile file = unzOpen(path);
    bool whole = file != NULL;
    for (int i = 0; whole && i < SHEET_COUNT; i++) {
        char name[40];
        snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", i + 1);
        whole = unzLocateFile(file, name, 1) == UNZ_OK && unzOpenCurrentFile(file) == UNZ_OK && ends_as_sheet(file) &&
                unzCloseCurrentFile(file) == UNZ_OK;
    }
    if (file)
        unzClose(file);
    return whole;
}

bool xlsx_pack(struct xlsx *workbook, char **why) {
    char path[XLSX_PATH_LENGTH];
    errno = 0;
    for (int i = 0; i < SHEET_COUNT; i++) {
        if (flush_sheet(workbook->sheets[i]))
            continue;
        *why = xasprintf("A temporary file could not be written: %s.", strerror(errno));
        return false;
    }
    lxw_error error = workbook_close(workbook->book);
    workbook->book = NULL; /* closing has freed it */
    if (!error && is_whole(xlsx_path(workbook, path)))
        return true;
    *why = xasprintf("The workbook could not be written: %s.", error ? lxw_strerror(error) : "it is not whole");
    return false;
}

const char *xlsx_path(const struct xlsx *workbook, char path[XLSX_PATH_LENGTH]) {
    snprintf(path, XLSX_PATH_LENGTH, "/proc/self/fd/%d", fileno(workbook->output));
    return path;
}
