/* SPDX-License-Identifier: MIT */
/* However many rows there are, no more than a piece of them is held. */
#include "process/report_file.h"

#include "base/memory.h"
#include "contract/inputs.h"
#include "http/problem.h"
#include "represent/file_name.h"
#include "represent/plan.h"
#include "represent/reply.h"
#include "represent/xlsx.h"

#include <errno.h>
#include <event2/buffer.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PIECE_BYTES = 256 * 1024 };

struct report_file {
    struct report_form form;
    struct column_plan *plan; /* NULL before the first rows */
    struct xlsx *workbook;    /* where the rows go when it is one; NULL otherwise, and when it is written */
    int written;              /* the workbook's file; -1 for none */
    long long unread;         /* bytes of it that are not in `out` yet */
    struct evbuffer *out;     /* what has not been taken */
    size_t given;             /* of it, the piece that was given last */
    EVP_MD_CTX *digest;
    json_t *people; /* an object with a key for each, so that each is there once */
    char *meta;
    long long rows, bytes; /* that were added */
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
    return file->workbook || reply_workbook_failed(file->form.operation, why, problem);
}

/* What the values of the rows would be as CSV, more or less: how large a workbook is shows when it is packed. */
static long long values_length(const PGresult *rows) {
    long long length = 0;
    for (int row = 0; row < PQntuples(rows); row++)
        for (int column = 0; column < PQnfields(rows); column++)
            length += PQgetlength(rows, row, column) + 1;
    return length;
}

static void add_rows(struct report_file *file, const PGresult *rows) {
    struct page page = {0, PQntuples(rows)};
    const struct report_form *form = &file->form;
    size_t before = evbuffer_get_length(file->out);
    if (file->workbook) {
        xlsx_add_rows(file->workbook, rows, page);
        file->bytes += values_length(rows);
    } else {
        representations[form->media].rows(form->operation, file->plan, rows, page, &file->first, file->out);
        file->bytes += (long long)(evbuffer_get_length(file->out) - before);
    }
}

static bool fits(const struct report_file *file, struct problem *problem) {
    if (file->bytes <= file->form.bytes_max)
        return true;
    problem_set(problem, 422, "report_too_large", "The file would be larger than it may be.");
    reply_explain(file->form.contract, problem);
    return false;
}

static bool finish(struct report_file *file, struct problem *problem) {
    char *why = NULL;
    if (!file->workbook) {
        representations[file->form.media].end(file->form.operation, file->out);
        return true;
    }
    struct stat status = {0};
    file->written = xlsx_finish(file->workbook, false, &why);
    file->workbook = NULL;
    if (file->written >= 0)
        fstat(file->written, &status);
    file->unread = status.st_size;
    return file->written >= 0 || reply_workbook_failed(file->form.operation, why, problem);
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
    return fits(file, problem);
}

bool report_file_end(struct report_file *file, const PGresult *last, struct problem *problem) {
    file->ended = report_file_add(file, last, problem) && finish(file, problem);
    return file->ended;
}

/* libevent reads no more than some KiB at a time. False with the problem set: what is missing is no end. */
static bool read_on(struct report_file *file, struct problem *problem) {
    int missing = PIECE_BYTES - (int)evbuffer_get_length(file->out);
    while (missing > 0 && file->unread > 0) {
        int got = evbuffer_read(file->out, file->written, missing);
        if (got <= 0) {
            char *why = xasprintf("It could not be read again: %s.", got < 0 ? strerror(errno) : "it is cut short");
            return reply_workbook_failed(file->form.operation, why, problem);
        }
        missing -= got;
        file->unread -= got;
    }
    return true;
}

const char *report_file_piece(struct report_file *file, size_t *length, struct problem *problem) {
    evbuffer_drain(file->out, file->given);
    file->given = 0;
    if (!read_on(file, problem))
        return NULL;
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
