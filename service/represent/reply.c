/* SPDX-License-Identifier: MIT */
/* Makes the reply out of rows: the engine's columns become status and header fields, the others the body. */
#include "represent/reply.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/memory.h"
#include "http/problem.h"
#include "represent/file_name.h"
#include "represent/xlsx.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What the contract says of a code; NULL for one that it does not know. */
static const char *sentence_of(const struct contract *contract, const char *code) {
    json_t *entry = json_object_get(contract->problems, code);
    return json_string_value(json_is_object(entry) ? json_object_get(entry, "detail") : entry);
}

void reply_explain(const struct contract *contract, struct problem *problem) {
    json_t *entry = json_object_get(contract->problems, problem->code);
    const char *sentence = sentence_of(contract, problem->code);
    if (!sentence)
        return;
    free(problem->detail);
    problem->detail = xstrdup(sentence);
    const char *pointer = json_string_value(json_object_get(entry, "pointer"));
    if (pointer && problem->fault_count == 0)
        problem_add_fault(problem, pointer, problem->code, "%s", sentence);
}

/* The faults that the statement found, as a JSON array of pointer, code and, where it has more to say than the
 * contract, detail. */
static void add_faults(const struct contract *contract, const char *found, struct problem *problem) {
    json_t *faults = json_loads(found, 0, NULL);
    size_t i;
    json_t *fault;
    json_array_foreach(faults, i, fault) {
        const char *pointer = json_string_value(json_object_get(fault, "pointer"));
        const char *code = json_string_value(json_object_get(fault, "code"));
        const char *detail = json_string_value(json_object_get(fault, "detail"));
        const char *sentence = detail || !code ? detail : sentence_of(contract, code);
        if (pointer && code)
            problem_add_fault(problem, pointer, code, "%s", sentence ? sentence : "This cannot be done.");
    }
    json_decref(faults);
}

/* The place that a statement names before the code, as in the comment of a constraint: "?unit unknown_unit". */
static void add_place(const struct contract *contract, const char *place, size_t length, struct problem *problem) {
    char *pointer = xstrndup(place, length);
    const char *sentence = sentence_of(contract, problem->code);
    problem_add_fault(problem, pointer, problem->code, "%s", sentence ? sentence : problem->detail);
    free(pointer);
}

bool reply_is_refusal(const struct contract *contract, const struct column_plan *plan, const PGresult *rows,
                      struct problem *problem) {
    const char *status = engine_value(plan, rows, 0, COLUMN_STATUS);
    if (!status || atoi(status) < 400)
        return false;
    const char *told = engine_value(plan, rows, 0, COLUMN_PROBLEM);
    const char *space = told ? strchr(told, ' ') : NULL;
    const char *code = space ? space + 1 : told;
    problem_set(problem, atoi(status), code ? code : "refused", "This cannot be done.");
    const char *faults = engine_value(plan, rows, 0, COLUMN_FAULTS);
    if (faults)
        add_faults(contract, faults, problem);
    else if (space)
        add_place(contract, told, (size_t)(space - told), problem);
    reply_explain(contract, problem);
    return true;
}

/* The same address with `after` set to the cursor. */
static char *next_link(const struct asked *asked, const char *cursor) {
    char *after = cursor_encode(cursor);
    char *others = xstrdup("");
    for (const char *member = asked->query; member && *member;) {
        size_t length = strcspn(member, "&");
        if (length > 0 && strncmp(member, "after=", 6) != 0) {
            char *longer = xasprintf("%s%.*s&", others, (int)length, member);
            free(others);
            others = longer;
        }
        member += length;
        member += *member == '&';
    }
    char *link = xasprintf("<%s?%safter=%s>; rel=\"next\"", asked->path, others, after);
    free(others);
    free(after);
    return link;
}

/* Whether If-None-Match names this tag: a list of strong or weak tags, or "*" (RFC 9110, weak comparison). */
static bool names_tag(const char *list, const char *tag) {
    if (!list || !tag)
        return false;
    if (strcmp(list, "*") == 0)
        return true;
    for (const char *found = list; (found = strstr(found, tag)); found++) {
        char before = found == list ? ',' : found[-1];
        char after = found[strlen(tag)];
        if ((before == ',' || before == ' ' || before == '/') && (after == '\0' || after == ',' || after == ' '))
            return true;
    }
    return false;
}

static void set_headers(const struct asked *asked, const struct column_plan *plan, const PGresult *rows,
                        struct page page, struct reply *reply) {
    const char *location = engine_value(plan, rows, 0, COLUMN_LOCATION);
    const char *etag = engine_value(plan, rows, 0, COLUMN_ETAG);
    if (location)
        reply->location = xstrdup(location);
    if (etag)
        reply->etag = xasprintf("\"%s\"", etag);
    if (page.count < PQntuples(rows) && page.count > 0) {
        const char *cursor = engine_value(plan, rows, page.count - 1, COLUMN_CURSOR);
        if (cursor)
            reply->link = next_link(asked, cursor);
    } else if (asked->operation->meta && asked->media != MEDIA_JSON) {
        reply->link = xasprintf("<%s%s%s>; rel=\"describedby\"; type=\"application/json\"", asked->path,
                                asked->query ? "?" : "", asked->query ? asked->query : "");
    }
}

bool reply_workbook_failed(const struct operation *operation, char *take_why, struct problem *problem) {
    log_event(LOG_ERROR, "workbook_failed", "operation", operation->id, "why", take_why, (const char *)NULL);
    free(take_why);
    return problem_set(problem, 500, "workbook_failed", "The workbook could not be written.");
}

/* The file of a workbook; -1 with the problem set. */
static int make_workbook(const struct asked *asked, const struct column_plan *plan, const PGresult *rows,
                         struct page page, struct problem *problem) {
    char *why = NULL;
    const struct xlsx_facts facts = {
        .contract = asked->contract,
        .operation = asked->operation,
        .plan = plan,
        .values = asked->values,
        .meta = engine_value(plan, rows, page.first, COLUMN_META),
        .made_at = time(NULL),
    };
    struct xlsx *workbook = xlsx_new(&facts, &why);
    if (workbook)
        xlsx_add_rows(workbook, rows, page);
    int file = workbook ? xlsx_finish(workbook, page.count < PQntuples(rows), &why) : -1;
    if (file < 0)
        reply_workbook_failed(asked->operation, why, problem);
    return file;
}

/* Writing a workbook stops all other requests of the worker, so only what is soon done is done here. */
static bool add_workbook(const struct asked *asked, const struct column_plan *plan, const PGresult *rows,
                         struct page page, struct evbuffer *body, struct problem *problem) {
    struct stat file_status;
    if (PQresultMemorySize(rows) > XLSX_BYTES_MAX) {
        problem_set(problem, 422, "workbook_too_large", "This is too large for a workbook at once.");
        reply_explain(asked->contract, problem);
        return false;
    }
    int file = make_workbook(asked, plan, rows, page, problem);
    if (file < 0)
        return false;
    fstat(file, &file_status);
    evbuffer_add_file(body, file, 0, file_status.st_size); /* closes the file when it is sent */
    return true;
}

/* The body; false with the problem set. */
static bool add_body(const struct asked *asked, const struct column_plan *plan, const PGresult *rows, struct page page,
                     struct reply *reply, struct problem *problem) {
    reply->content_type = representations[asked->media].media_type;
    reply->body = evbuffer_new();
    if (asked->operation->meta && asked->media != MEDIA_JSON) {
        char *name = file_name(asked->operation, asked->media, engine_value(plan, rows, page.first, COLUMN_META));
        reply->disposition = xasprintf("attachment; filename=\"%s\"", name);
        free(name);
    }
    if (asked->media == MEDIA_XLSX)
        return add_workbook(asked, plan, rows, page, reply->body, problem);
    represent_all(asked->media, asked->operation, plan, rows, page, reply->body);
    return true;
}

/* The tag is of the very bytes, so that it is another for each representation, and when a name or a sentence in them
 * has changed. A workbook has none: it says when it was made, and is never the same twice. */
static void keep_body(const struct asked *asked, struct reply *reply) {
    if (reply->etag || asked->media == MEDIA_XLSX)
        return;
    char digest[DIGEST_HEX_SIZE];
    digest_hex(evbuffer_pullup(reply->body, -1), evbuffer_get_length(reply->body), digest);
    reply->etag = xasprintf("\"%s\"", digest);
    reply->kept = true;
    if (!names_tag(asked->if_none_match, reply->etag))
        return;
    reply->status = 304;
    evbuffer_free(reply->body);
    reply->body = NULL;
    reply->content_type = NULL;
}

bool reply_make(const struct asked *asked, const struct column_plan *plan, const PGresult *rows, struct reply *reply,
                struct problem *problem) {
    const struct operation *operation = asked->operation;
    struct page page = {0, PQntuples(rows)};
    *reply = (struct reply){.status = operation->status};
    if (page.count == 0 && operation->shape != SHAPE_LIST) {
        problem_set(problem, 404, "not_found", "There is nothing here under this identifier that you may see.");
        return false;
    }
    if (page.count > 0 && reply_is_refusal(asked->contract, plan, rows, problem))
        return false;
    if (asked->limit > 0 && page.count > asked->limit)
        page.count = (int)asked->limit;
    if (page.count > 0) {
        const char *status = engine_value(plan, rows, 0, COLUMN_STATUS);
        reply->status = status ? atoi(status) : operation->status;
        set_headers(asked, plan, rows, page, reply);
    }
    reply->rows = page.count;
    if (names_tag(asked->if_none_match, reply->etag)) {
        reply->status = 304;
        return true;
    }
    if (operation->shape != SHAPE_NOTHING && !add_body(asked, plan, rows, page, reply, problem))
        return false;
    if (operation->kept)
        keep_body(asked, reply);
    return true;
}

void reply_clear(struct reply *reply) {
    free(reply->location);
    free(reply->etag);
    free(reply->link);
    free(reply->disposition);
    free(reply->media);
    if (reply->body)
        evbuffer_free(reply->body);
    *reply = (struct reply){0};
}
