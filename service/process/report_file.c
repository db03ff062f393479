/* SPDX-License-Identifier: MIT */
/* However many rows there are, no more than a piece of them is held. */
#include "process/report_file.h"

#include "base/log.h"
#include "base/memory.h"
#include "contract/inputs.h"
#include "http/problem.h"
#include "represent/file_name.h"
#include "represent/plan.h"
#include "represent/reply.h"
#include "represent/xlsx.h"

#include <event2/buffer.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { PIECE_BYTES = 256 * 1024 };

struct report_file {
    struct report_form form;
    struct column_plan *plan; /* NULL before the first rows */
    struct xlsx *workbook;    /* where the rows go when it is one; NULL otherwise, and when it is written */
    int written;              /* the workbook's file; -1 for none */
    struct evbuffer *out;     /* what has not been taken */
    size_t given;             /* of it, the piece that was given last */
    EVP_MD_CTX *digest;
    json_t *people; /* an object with a key for each, so that each is there once */
    char *meta;
    long long rows;
    bool first, ended;
};

struct report_file *report_file_new(const struct report_form *form) {
    struct report_file *file = xcalloc(1, sizeof *file);
    file->form = *form;
    file->out = evbuffer_new();
    file->people = json_object();
    file->first = true;
    file->written = -1;
    file->digest = EVP_MD_CTX_new();
    EVP_DigestInit_ex(file->digest, EVP_sha256(), NULL);
    return file;
}

void report_file_free(struct report_file *file) {
    if (!file)
        return;
    if (file->workbook)
        xlsx_abandon(file->workbook);
    if (file->written >= 0)
        close(file->written);
    column_plan_free(file->plan);
    evbuffer_free(file->out);
    EVP_MD_CTX_free(file->digest);
    json_decref(file->people);
    free(file->meta);
    free(file);
}

/* A workbook that cannot be written: the reason is for the log. */
static bool workbook_failed(const struct report_file *file, char *take_why, struct problem *problem) {
    log_event(LOG_ERROR, "workbook_failed", "operation", file->form.operation->id, "why", take_why, NULL);
    free(take_why);
    return problem_set(problem, 500, "workbook_failed", "The workbook could not be written.");
}

static bool begin(struct report_file *file, const PGresult *rows, struct problem *problem) {
    const char *meta = engine_value(file->plan, rows, 0, COLUMN_META);
    const struct report_form *form = &file->form;
    file->meta = meta ? xstrdup(meta) : NULL;
    if (form->media != MEDIA_XLSX) {
        representations[form->media].begin(form->operation, file->plan, file->meta, file->out);
        return true;
    }
    char *why = NULL;
    const struct xlsx_facts facts = {
        .contract = form->contract,
        .operation = form->operation,
        .plan = file->plan,
        .values = form->inputs->values,
        .meta = file->meta,
        .made_at = time(NULL),
    };
    file->workbook = xlsx_new(&facts, &why);
    return file->workbook || workbook_failed(file, why, problem);
}

static void add_rows(struct report_file *file, const PGresult *rows) {
    struct page page = {0, PQntuples(rows)};
    const struct report_form *form = &file->form;
    if (file->workbook)
        xlsx_add_rows(file->workbook, rows, page);
    else
        representations[form->media].rows(form->operation, file->plan, rows, page, &file->first, file->out);
}

static bool finish(struct report_file *file, struct problem *problem) {
    char *why = NULL;
    if (!file->workbook) {
        representations[file->form.media].end(file->form.operation, file->out);
        return true;
    }
    file->written = xlsx_finish(file->workbook, false, &why);
    file->workbook = NULL;
    return file->written >= 0 || workbook_failed(file, why, problem);
}

static void note_row(struct report_file *file, const PGresult *rows, int row) {
    const char *person = engine_value(file->plan, rows, row, COLUMN_SUBJECT);
    file->rows += !plan_row_is_bare(file->form.operation, file->plan, rows, row);
    if (person)
        json_object_set_new(file->people, person, json_true());
}

bool report_file_add(struct report_file *file, const PGresult *rows, struct problem *problem) {
    int count = PQntuples(rows);
    if (!file->plan) {
        file->plan = column_plan_new(rows);
        if (count > 0 && reply_is_refusal(file->form.contract, file->plan, rows, problem))
            return false;
        if (!begin(file, rows, problem))
            return false;
    }
    add_rows(file, rows);
    for (int row = 0; row < count; row++)
        note_row(file, rows, row);
    return true;
}

bool report_file_end(struct report_file *file, const PGresult *last, struct problem *problem) {
    file->ended = report_file_add(file, last, problem) && finish(file, problem);
    return file->ended;
}

/* libevent reads no more than some KiB at a time. */
static void read_on(struct report_file *file) {
    int missing = PIECE_BYTES - (int)evbuffer_get_length(file->out);
    for (int got = 1; missing > 0 && got > 0; missing -= got)
        got = evbuffer_read(file->out, file->written, missing);
}

const char *report_file_piece(struct report_file *file, size_t *length) {
    evbuffer_drain(file->out, file->given);
    if (file->written >= 0)
        read_on(file);
    size_t left = evbuffer_get_length(file->out);
    bool whole = left >= PIECE_BYTES;
    *length = file->given = whole ? PIECE_BYTES : file->ended ? left : 0;
    if (file->given == 0)
        return NULL;
    const char *piece = (const char *)evbuffer_pullup(file->out, (ev_ssize_t)file->given);
    EVP_DigestUpdate(file->digest, piece, file->given);
    return piece;
}

long long report_file_rows(const struct report_file *file) {
    return file->rows;
}

const char *report_file_media(const struct report_file *file) {
    return representations[file->form.media].media_type;
}

char *report_file_name(const struct report_file *file) {
    return file_name(file->form.operation, file->form.media, file->meta);
}

const char *report_file_meta(const struct report_file *file) {
    return file->meta;
}

json_t *report_file_people(const struct report_file *file) {
    json_t *people = json_array();
    const char *person;
    json_t *there;
    json_object_foreach(file->people, person, there) json_array_append_new(people, json_string(person));
    return people;
}

void report_file_digest(const struct report_file *file, char hex[DIGEST_HEX_SIZE]) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_DigestFinal_ex(file->digest, digest, &length);
    for (unsigned int i = 0; i < length; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
