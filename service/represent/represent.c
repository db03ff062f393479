/* SPDX-License-Identifier: MIT */
/* The table of representations, and a whole result through one of them. */
#include "represent/plan.h"

const struct representation representations[MEDIA_COUNT] = {
    [MEDIA_JSON] = {"application/json", json_begin, json_rows, json_end},
    [MEDIA_CSV] = {"text/csv; charset=utf-8; header=present", csv_begin, csv_rows, csv_end},
    [MEDIA_XLSX] = {.media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};

void represent_all(enum media media, const struct operation *operation, const struct column_plan *plan,
                   const PGresult *rows, struct page page, struct evbuffer *out) {
    const struct representation *representation = &representations[media];
    bool first = true;
    representation->begin(operation, plan, engine_value(plan, rows, page.first, COLUMN_META), out);
    representation->rows(operation, plan, rows, page, &first, out);
    representation->end(operation, out);
}
