/* SPDX-License-Identifier: MIT */
/* Which columns of a result are the engine's, which are the reader's, and how each is written. */
#include "represent/plan.h"

#include "base/memory.h"
#include "represent/sink.h"

#include <stdlib.h>
#include <string.h>

const char *const engine_column_names[ENGINE_COLUMN_COUNT] = {
    [COLUMN_STATUS] = "_status", [COLUMN_PROBLEM] = "_problem", [COLUMN_LOCATION] = "_location",
    [COLUMN_ETAG] = "_etag",     [COLUMN_CURSOR] = "_cursor",   [COLUMN_META] = "_meta",
    [COLUMN_FAULTS] = "_faults", [COLUMN_SUBJECT] = "_subject", [COLUMN_BYTES] = "_bytes",
    [COLUMN_MEDIA] = "_media",   [COLUMN_FILE] = "_file",       [COLUMN_SUBJECTS] = "_subjects",
    [COLUMN_SCOPES] = "_scopes",
};

/* The types that a result may have; their numbers are fixed in PostgreSQL's catalogue (pg_type.dat). */
static const struct {
    Oid type;
    enum column_kind kind;
} kinds[] = {
    {25, KIND_TEXT},     /* text */
    {23, KIND_NUMBER},   /* int4 */
    {20, KIND_NUMBER},   /* int8 */
    {2950, KIND_TEXT},   /* uuid */
    {1184, KIND_TIME},   /* timestamptz */
    {1082, KIND_DATE},   /* date */
    {16, KIND_BOOL},     /* bool */
    {3802, KIND_JSON},   /* jsonb */
    {114, KIND_JSON},    /* json */
    {1700, KIND_NUMBER}, /* numeric */
    {701, KIND_NUMBER},  /* float8 */
    {21, KIND_NUMBER},   /* int2 */
    {1043, KIND_TEXT},   /* varchar */
};

static void note_engine_column(struct column_plan *plan, const char *name, int number) {
    for (int i = 0; i < ENGINE_COLUMN_COUNT; i++)
        if (strcmp(engine_column_names[i], name) == 0)
            plan->engine[i] = number;
}

static void add_data_column(struct column_plan *plan, const char *name, int number, Oid type) {
    struct data_column *column = &plan->columns[plan->column_count++];
    column->number = number;
    column->kind = column_kind_of(type);
    column->name = xstrdup(name);
    column->key = xasprintf("\"%s\":", name);
    column->key_length = strlen(column->key);
}

enum column_kind column_kind_of(Oid type) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].type == type)
            return kinds[i].kind;
    return KIND_COUNT;
}

struct column_plan *column_plan_new(const PGresult *description) {
    struct column_plan *plan = xcalloc(1, sizeof *plan);
    plan->width = PQnfields(description);
    plan->types = xcalloc((size_t)plan->width, sizeof *plan->types);
    plan->columns = xcalloc((size_t)plan->width, sizeof *plan->columns);
    for (int i = 0; i < ENGINE_COLUMN_COUNT; i++)
        plan->engine[i] = -1;
    for (int number = 0; number < plan->width; number++) {
        const char *name = PQfname(description, number);
        plan->types[number] = PQftype(description, number);
        if (name[0] == '_')
            note_engine_column(plan, name, number);
        else
            add_data_column(plan, name, number, plan->types[number]);
    }
    return plan;
}

void column_plan_free(struct column_plan *plan) {
    if (!plan)
        return;
    for (int i = 0; i < plan->column_count; i++) {
        free(plan->columns[i].name);
        free(plan->columns[i].key);
    }
    free(plan->columns);
    free(plan->types);
    free(plan);
}

bool column_plan_fits(const struct column_plan *plan, const PGresult *rows) {
    if (PQnfields(rows) != plan->width)
        return false;
    for (int number = 0; number < plan->width; number++)
        if (PQftype(rows, number) != plan->types[number])
            return false;
    return true;
}

const char *engine_value(const struct column_plan *plan, const PGresult *rows, int row, enum engine_column column) {
    int number = plan->engine[column];
    if (number < 0 || row >= PQntuples(rows) || PQgetisnull(rows, row, number))
        return NULL;
    return PQgetvalue(rows, row, number);
}

bool plan_row_is_bare(const struct operation *operation, const struct column_plan *plan, const PGresult *rows,
                      int row) {
    if (!(operation->meta || operation->audit == AUDIT_RECORD) || operation->shape != SHAPE_LIST)
        return false;
    for (int i = 0; i < plan->column_count; i++)
        if (!PQgetisnull(rows, row, plan->columns[i].number))
            return false;
    return true;
}

void plan_write_time(struct sink *sink, const char *value, size_t length) {
    const char *space = memchr(value, ' ', length);
    if (!space || length < 4 || memcmp(value + length - 3, "+00", 3) != 0) {
        sink_write(sink, value, length);
        return;
    }
    size_t day = (size_t)(space - value);
    sink_write(sink, value, day);
    sink_byte(sink, 'T');
    sink_write(sink, space + 1, length - day - 4);
    sink_byte(sink, 'Z');
}
