/* SPDX-License-Identifier: MIT */
/* What a value of a result is in a cell of a workbook, without a word about how workbooks are written. */
#ifndef SKILLSD_REPRESENT_CELL_H
#define SKILLSD_REPRESENT_CELL_H

#include <stdbool.h>
#include <stddef.h>

/* The number that these digits are, if a double holds every one of them: false for NaN, infinity, and more than the 15
 * significant digits that every spreadsheet keeps. */
bool cell_number(const char *digits, double *number);

/* '2026-11-23' as the serial number of a day. False for what is no day of a workbook: before March 1900 programs
 * disagree by a day, for some believe in 29 February 1900; after 9999, before Christ, infinity. */
bool cell_day(const char *date, size_t length, double *serial);

/* '2026-11-23 10:00:00.123+00' or 2026-11-23T10:00:00.123Z as the serial number of a moment in UTC; false as above. */
bool cell_moment(const char *time, size_t length, double *serial);

/* Text as a cell takes it, to be freed: what XML cannot hold is written as _xHHHH_ (ECMA-376, ST_Xstring), so is what
 * would be read as such; what is longer than a cell is cut, and says so at its end. */
char *cell_text(const char *text, size_t length);

#endif
