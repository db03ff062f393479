/* SPDX-License-Identifier: MIT */
/* Makes an event of the audit trail out of a request, its asker and the people whom the reply is about. */
#include "audit/event.h"

#include "contract/inputs.h"
#include "db/database.h"

#include <stdlib.h>
#include <string.h>

static const char own_scopes[] = "record:";

/* What the context says of who asks; NULL for nothing, which it writes as an empty text. */
static const char *asker_value(const PGresult *asker, const char *name) {
    int column = PQfnumber(asker, name);
    if (column < 0 || PQntuples(asker) == 0 || *PQgetvalue(asker, 0, column) == '\0')
        return NULL;
    return PQgetvalue(asker, 0, column);
}

/* Whether an array literal of PostgreSQL, {a,b}, has the member. Scopes need no quotes there. */
static bool literal_has(const char *literal, const char *member, size_t length) {
    for (const char *at = literal; at && *at; at += strcspn(at, ",}")) {
        at += strspn(at, "{,}");
        if (strcspn(at, ",}") == length && strncmp(at, member, length) == 0)
            return true;
    }
    return false;
}

/* The operation's scopes that are in effect. Those of one's own record do not open another's. */
static json_t *scopes_in_effect(const struct audit_fact *fact) {
    const char *effective = asker_value(fact->asker, "scopes");
    bool others = json_array_size(fact->people) > 0;
    json_t *scopes = json_array();
    for (const char *scope = fact->scopes; scope && *scope;) {
        size_t length = strcspn(scope, " ");
        bool own = strncmp(scope, own_scopes, sizeof own_scopes - 1) == 0;
        if (literal_has(effective, scope, length) && !(own && others))
            json_array_append_new(scopes, json_stringn(scope, length));
        scope += length + (scope[length] == ' ');
    }
    return scopes;
}

/* Path and query, by name; a header says who acts, which the event has, or how to reply. */
static json_t *parameters(const struct audit_fact *fact) {
    const struct operation *operation = fact->operation;
    json_t *all = json_object();
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const struct parameter *parameter = &operation->parameters[i];
        const char *value = fact->inputs->values[i];
        if (value && !parameter->private && parameter->place != PLACE_HEADER)
            json_object_set_new(all, parameter->name, json_string(value));
    }
    return all;
}

static json_t *text_or_null(const char *text) {
    return text ? json_string(text) : json_null();
}

static json_t *asker_or_null(const struct audit_fact *fact, const char *name) {
    return text_or_null(asker_value(fact->asker, name));
}

/* A change that was made to the record of whoever asked. */
static bool is_own_change(const struct audit_fact *fact, const json_t *scopes) {
    size_t index;
    json_t *scope;
    json_array_foreach(scopes, index, scope) {
        if (fact->operation->audit == AUDIT_CHANGE && json_array_size(fact->people) == 0 &&
            strcmp(json_string_value(scope), "record:write") == 0)
            return true;
    }
    return false;
}

json_t *audit_people(const struct column_plan *plan, const PGresult *rows, int count) {
    json_t *seen = json_object(), *people = json_array();
    for (int row = 0; row < count; row++) {
        const char *person = engine_value(plan, rows, row, COLUMN_SUBJECT);
        if (!person || json_object_get(seen, person))
            continue;
        json_object_set_new(seen, person, json_true());
        json_array_append_new(people, json_string(person));
    }
    json_decref(seen);
    return people;
}

bool audit_is_event(const struct operation *operation, const json_t *people) {
    if (operation->audit == AUDIT_RECORD)
        return json_array_size(people) > 0;
    return operation->audit != AUDIT_NONE;
}

/* A report that is about people is a read of their records. */
static enum audit_kind kind_of(const struct audit_fact *fact) {
    bool names = fact->operation->audit == AUDIT_REPORT && json_array_size(fact->people) > 0;
    return names ? AUDIT_RECORD : fact->operation->audit;
}

char *audit_event(const struct audit_fact *fact) {
    json_t *event = json_object(), *scopes = scopes_in_effect(fact);
    json_object_set_new(event, "request_id", json_string(fact->request_id));
    json_object_set_new(event, "operation", json_string(fact->operation->id));
    json_object_set_new(event, "kind", json_string(audit_kind_names[kind_of(fact)]));
    json_object_set_new(event, "issuer", text_or_null(fact->principal->issuer));
    json_object_set_new(event, "subject", text_or_null(fact->principal->subject));
    json_object_set_new(event, "client", text_or_null(fact->principal->client));
    json_object_set_new(event, "account", asker_or_null(fact, "account"));
    json_object_set_new(event, "person", asker_or_null(fact, "person"));
    json_object_set_new(event, "organisation", asker_or_null(fact, "acting"));
    json_object_set_new(event, "own", json_boolean(is_own_change(fact, scopes)));
    json_object_set_new(event, "scopes", scopes);
    json_object_set_new(event, "effective", asker_or_null(fact, "scopes"));
    json_object_set(event, "people", fact->people);
    json_object_set_new(event, "target", text_or_null(fact->target));
    json_object_set_new(event, "parameters", parameters(fact));
    json_object_set_new(event, "status", json_integer(fact->status));
    char *text = json_dumps(event, JSON_COMPACT);
    json_decref(event);
    return text;
}
