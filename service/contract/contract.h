/* SPDX-License-Identifier: MIT */
/* The contract, as loaded from api-spec/: operations, their parameters, bodies, replies and scopes. */
#ifndef SKILLSD_CONTRACT_CONTRACT_H
#define SKILLSD_CONTRACT_CONTRACT_H

#include "contract/bundle.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct faults;
struct schema;

enum lane { LANE_POINT, LANE_WRITE, LANE_REPORT, LANE_STREAM, LANE_COUNT };
extern const char *const lane_names[LANE_COUNT];

/* What is written to the audit trail of an operation that succeeds: x-audit. */
enum audit_kind {
    AUDIT_NONE,
    AUDIT_CHANGE, /* in the transaction of the change */
    AUDIT_RECORD, /* when a row is about another person: `_subject` */
    AUDIT_REPORT, /* always */
    AUDIT_KIND_COUNT
};
extern const char *const audit_kind_names[AUDIT_KIND_COUNT];

enum parameter_place { PLACE_PATH, PLACE_QUERY, PLACE_HEADER, PLACE_COUNT };

struct parameter {
    const char *name;
    const char *description; /* or NULL */
    enum parameter_place place;
    bool required;
    bool private;          /* x-private: its value stays out of the audit trail */
    bool array;            /* style form, explode false: "a,b,c"; bound as a JSON array */
    json_t *definition;    /* the schema as written */
    struct schema *schema; /* applied to the typed value */
};

/* What the success response is, and so what the rows mean (STATEMENTS.md). */
enum reply_shape { SHAPE_OBJECT, SHAPE_LIST, SHAPE_NOTHING, SHAPE_BYTES, SHAPE_COUNT };

enum media { MEDIA_JSON, MEDIA_CSV, MEDIA_XLSX, MEDIA_COUNT };
extern const char *const media_types[MEDIA_COUNT];

struct operation {
    size_t index;          /* in contract.operations; also its slot among the counters */
    const char *id;        /* operationId = statement = test folder = metric label = log field */
    const char *method;    /* "GET" */
    const char *path;      /* the template, "/v1/frameworks/{framework}" */
    const char *pointer;   /* JSON pointer of the operation in the document */
    const char *summary;   /* or NULL */
    enum lane lane;        /* x-lane; by default point for GET and write for the others */
    enum audit_kind audit; /* x-audit; by default none for GET and change for the others */
    const char *handler;   /* x-handler: the C handler; NULL for a statement */
    bool open;             /* security: [] - no token is asked for */
    bool unlimited;        /* x-rate-limit: false - its requests are not counted */
    bool kept;             /* x-keep: who asked may keep the reply, and ask whether it is still the same */
    bool defers;           /* x-defers: its body asks for another operation, to be answered later (deferred.h) */
    json_t *tags;          /* as written */
    const char *scopes;    /* space-separated: any one of them is asked for; NULL: any valid token will do */
    struct parameter *parameters;
    size_t parameter_count;
    bool body; /* a body is part of the contract (and then required) */
    json_t *
        body_content; /* the media types that it may have, as written: application/json, application/merge-patch+json */
    bool content; /* the body is no JSON: it is bound as its very bytes, :content, with its media type, :content_type */
    size_t content_bytes;       /* of such a body, at most; its schema's maxLength */
    struct schema *body_schema; /* NULL of a body that is no JSON */
    int status;                 /* of the success response */
    enum reply_shape shape;
    const char *envelope; /* SHAPE_LIST: the name of the array member, "frameworks" or "rows" */
    bool meta;            /* the envelope has a member "meta", made from the column _meta */
    json_t *meta_schema;  /* its schema; resolved */
    json_t *row; /* the schema of the object, or of one member of the array; resolved; NULL for SHAPE_NOTHING */
    bool media[MEDIA_COUNT]; /* what the success response offers; nothing for SHAPE_BYTES, which is what it is */
    json_t *responses;       /* as written, by status */
};

struct contract {
    struct bundle bundle;
    json_t *document; /* that of the bundle */
    struct operation *operations;
    size_t operation_count;
    json_t *problems; /* code -> sentence: components/x-problems */
};

/* Loads HOME/api-spec/; adds every fault with file and line and returns NULL if there is any. */
struct contract *contract_load(const char *home, struct faults *faults);
void contract_free(struct contract *contract);

/* Follows a local "$ref" if the value has one; borrowed. NULL if it leads nowhere; of a circle one of its values. */
json_t *contract_resolve(const struct contract *contract, json_t *value);
/* The sentence of a problem code; NULL when the contract does not list it. */
const char *contract_sentence(const struct contract *contract, const char *code);

#endif
