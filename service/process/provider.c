/* SPDX-License-Identifier: MIT */
/* Discovery: nothing that a provider says is believed unless it calls itself by the issuer's very URL. */
#include "process/provider.h"

#include "access/keyset.h"
#include "base/memory.h"
#include "process/fetch.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { TOTAL_MILLISECONDS = 8000, URI_BYTES_MAXIMUM = 2048 };

/* OpenID Connect Discovery, section 4.1: a terminating slash of the issuer is taken away first. */
static char *discovery_url(const char *issuer) {
    size_t length = strlen(issuer);
    length -= length > 0 && issuer[length - 1] == '/';
    return xasprintf("%.*s/.well-known/openid-configuration", (int)length, issuer);
}

/* What is wrong with the document, as a sentence; NULL when nothing is. */
static const char *discovery_fault(const json_t *document, const char *issuer) {
    const char *name = json_string_value(json_object_get(document, "issuer"));
    const char *uri = json_string_value(json_object_get(document, "jwks_uri"));
    if (!json_is_object(document))
        return "The discovery document is not a JSON object.";
    if (!name || strcmp(name, issuer) != 0)
        return "The discovery document is that of another issuer.";
    if (!uri)
        return "The discovery document has no jwks_uri.";
    if (strlen(uri) > URI_BYTES_MAXIMUM || !fetch_may_ask(uri, fetch_is_loopback(issuer)))
        return "The jwks_uri is not an https URL that may be asked.";
    return NULL;
}

static bool discover(const char *issuer, long *milliseconds, char **jwks_uri, char **why) {
    struct fetched document;
    char *url = discovery_url(issuer);
    bool good = fetch_document(&(struct fetch){url, fetch_is_loopback(issuer), milliseconds}, &document, why);
    free(url);
    if (!good)
        return false;
    json_t *json = json_loadb(document.text, document.length, JSON_REJECT_DUPLICATES, NULL);
    const char *fault = discovery_fault(json, issuer);
    if (fault)
        *why = xstrdup(fault);
    else
        *jwks_uri = xstrdup(json_string_value(json_object_get(json, "jwks_uri")));
    json_decref(json);
    fetched_clear(&document);
    return !fault;
}

static bool fetch_keys(const char *issuer, struct provider_keys *keys, long *milliseconds, char **why) {
    struct fetched document;
    if (!fetch_document(&(struct fetch){keys->jwks_uri, fetch_is_loopback(issuer), milliseconds}, &document, why))
        return false;
    keys->jwks = keyset_reduce(document.text, document.length, why);
    fetched_clear(&document);
    if (!keys->jwks)
        return false;
    digest_hex(keys->jwks, strlen(keys->jwks), keys->digest);
    return true;
}

bool provider_ask(const char *issuer, struct provider_keys *keys, char **why) {
    long milliseconds = TOTAL_MILLISECONDS;
    *keys = (struct provider_keys){0};
    if (!fetch_may_ask(issuer, true)) {
        *why = xstrdup("The issuer's URL is not one that may be asked.");
        return false;
    }
    if (discover(issuer, &milliseconds, &keys->jwks_uri, why) && fetch_keys(issuer, keys, &milliseconds, why))
        return true;
    provider_keys_clear(keys);
    return false;
}

void provider_keys_clear(struct provider_keys *keys) {
    free(keys->jwks);
    free(keys->jwks_uri);
    *keys = (struct provider_keys){0};
}
