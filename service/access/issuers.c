/* SPDX-License-Identifier: MIT */
/* Reads issuers from the JSON that sql/engine/verifying_keys.sql makes. */
#include "access/issuers.h"

#include "base/log.h"
#include "base/memory.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static char *text_of(const json_t *object, const char *member) {
    const char *text = json_string_value(json_object_get(object, member));
    return text ? xstrdup(text) : NULL;
}

static void issuer_clear(struct issuer *issuer) {
    free(issuer->url);
    free(issuer->audience);
    free(issuer->role_claim);
    free(issuer->person_claim);
    keyset_free(issuer->keys);
}

/* Keys that were fetched and turn out to be of no use are an issuer without keys: its tokens are refused. */
static struct keyset *read_keys(const struct issuer *issuer, const json_t *jwks) {
    char *why = NULL;
    struct keyset *keys = json_is_object(jwks) ? keyset_from_json(jwks, &why) : NULL;
    if (why)
        log_event(LOG_ERROR, "issuer_without_keys", "issuer", issuer->url, "reason", why, NULL);
    free(why);
    return keys;
}

static bool read_issuer(struct issuer *issuer, const json_t *object) {
    *issuer = (struct issuer){
        .url = text_of(object, "url"),
        .audience = text_of(object, "audience"),
        .role_claim = text_of(object, "role_claim"),
        .person_claim = text_of(object, "person_claim"),
    };
    if (!issuer->url || !issuer->audience)
        return false;
    issuer->keys = read_keys(issuer, json_object_get(object, "jwks"));
    return true;
}

bool issuers_read(struct issuers *issuers, const char *json) {
    json_t *array = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    bool good = json_is_array(array);
    *issuers = (struct issuers){.list = xcalloc(json_array_size(array) + 1, sizeof *issuers->list)};
    for (size_t i = 0; good && i < json_array_size(array); i++)
        good = read_issuer(&issuers->list[issuers->count++], json_array_get(array, i));
    json_decref(array);
    if (!good)
        issuers_clear(issuers);
    return good;
}

void issuers_clear(struct issuers *issuers) {
    for (size_t i = 0; i < issuers->count; i++)
        issuer_clear(&issuers->list[i]);
    free(issuers->list);
    *issuers = (struct issuers){0};
}

struct issuer *issuers_find(const struct issuers *issuers, const char *url) {
    for (size_t i = 0; i < issuers->count; i++) {
        if (strcmp(issuers->list[i].url, url) == 0)
            return &issuers->list[i];
    }
    return NULL;
}
