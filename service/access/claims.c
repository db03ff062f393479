/* SPDX-License-Identifier: MIT */
/* Checks the claims of a token (RFC 7519, RFC 9068) and takes from them who asks, with which scopes, until when. */
#include "access/claims.h"

#include "access/token.h"
#include "base/memory.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* OpenID Connect Core, section 2: a subject has at most 255 ASCII characters, which are bytes here. */
enum { SUBJECT_BYTES_MAXIMUM = 255 };

/* A role is a short word that somebody has registered, and the name of a claim's person a staff number. */
enum { ROLES_MAXIMUM = 50, ROLE_BYTES_MAXIMUM = 100, PERSON_BYTES_MAXIMUM = 100, CLIENT_BYTES_MAXIMUM = 255 };

/* Where issuers say which client a token was given to: RFC 9068, OpenID Connect, Entra ID. */
static const char *const client_claims[] = {"client_id", "azp", "appid"};

/* How far the clocks of an issuer and of this machine may differ; an end is never put off. */
enum { LEEWAY_SECONDS = 30 };

/* The end of the year 9999: a later end is this one, so that no number leaves time_t. */
static const double END_OF_TIME = 253402300799.0;

static bool audience_is_right(const json_t *claim, const char *audience) {
    const char *text = json_string_value(claim);
    if (text)
        return strcmp(text, audience) == 0;
    for (size_t i = 0; i < json_array_size(claim); i++) {
        const char *member = json_string_value(json_array_get(claim, i));
        if (member && strcmp(member, audience) == 0)
            return true;
    }
    return false;
}

static bool subject_is_right(const json_t *claim) {
    size_t length = json_string_length(claim);
    return length > 0 && length <= SUBJECT_BYTES_MAXIMUM;
}

/* A time that may be absent and must not be in the future. */
static bool time_has_come(const json_t *claim, time_t now) {
    return !claim || (json_is_number(claim) && json_number_value(claim) <= (double)now + LEEWAY_SECONDS);
}

static bool is_live(const json_t *claim, time_t now) {
    return json_is_number(claim) && json_number_value(claim) > (double)now;
}

static void add_scope(struct token *token, size_t *count, const char *scope, size_t length) {
    for (size_t i = 0; i < *count; i++) {
        if (strlen(token->scopes[i]) == length && memcmp(token->scopes[i], scope, length) == 0)
            return;
    }
    token->scopes = xreallocarray(token->scopes, *count + 2, sizeof *token->scopes);
    token->scopes[(*count)++] = xstrndup(scope, length);
    token->scopes[*count] = NULL;
}

/* Adds the scopes of a space-separated list; false when the claim is not text. */
static bool add_scope_list(struct token *token, size_t *count, const json_t *claim) {
    const char *text = json_string_value(claim);
    if (!text)
        return false;
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");
        add_scope(token, count, text, length);
        text += length;
    }
    return true;
}

/* `scope` is a list as text (RFC 8693); some issuers send `scp` instead, as text or an array. */
static bool read_scopes(const json_t *claims, struct token *token) {
    size_t count = 0;
    token->scopes = xcalloc(1, sizeof *token->scopes);
    const json_t *scope = json_object_get(claims, "scope"), *scp = json_object_get(claims, "scp");
    if (scope && !add_scope_list(token, &count, scope))
        return false;
    if (!scp)
        return true;
    if (!json_is_array(scp))
        return add_scope_list(token, &count, scp);
    for (size_t i = 0; i < json_array_size(scp); i++) {
        if (!add_scope_list(token, &count, json_array_get(scp, i)))
            return false;
    }
    return true;
}

static bool add_role(json_t *roles, const json_t *role) {
    size_t length = json_string_length(role);
    if (length == 0 || length > ROLE_BYTES_MAXIMUM || json_array_size(roles) == ROLES_MAXIMUM)
        return false;
    json_array_append_new(roles, json_string(json_string_value(role)));
    return true;
}

/* The role claim is one role or an array of them; without one, or with none in it, `roles` stays NULL. */
static bool read_roles(const json_t *claims, const char *name, struct token *token) {
    const json_t *claim = name ? json_object_get(claims, name) : NULL;
    if (!claim || (json_is_array(claim) && json_array_size(claim) == 0))
        return true;
    json_t *roles = json_array();
    bool good = json_is_array(claim) || add_role(roles, claim);
    for (size_t i = 0; good && i < json_array_size(claim); i++)
        good = add_role(roles, json_array_get(claim, i));
    token->roles = good ? json_dumps(roles, JSON_COMPACT) : NULL;
    json_decref(roles);
    return good;
}

static bool read_person_claim(const json_t *claims, const char *name, struct token *token) {
    const json_t *claim = name ? json_object_get(claims, name) : NULL;
    if (!claim)
        return true;
    size_t length = json_string_length(claim);
    if (length == 0 || length > PERSON_BYTES_MAXIMUM)
        return false;
    token->person_claim = xstrdup(json_string_value(claim));
    return true;
}

/* For the audit alone, so one that is not fit to be told is left out. */
static void take_client(const json_t *claims, struct token *token) {
    for (size_t i = 0; !token->client && i < sizeof client_claims / sizeof *client_claims; i++) {
        const json_t *claim = json_object_get(claims, client_claims[i]);
        size_t length = json_string_length(claim);
        if (length > 0 && length <= CLIENT_BYTES_MAXIMUM)
            token->client = xstrdup(json_string_value(claim));
    }
}

/* NULL when all claims hold, and a word for the log when not. */
static const char *refusal(const json_t *claims, const struct claim_rules *rules) {
    const char *issuer = json_string_value(json_object_get(claims, "iss"));
    if (!issuer || strcmp(issuer, rules->issuer) != 0)
        return "issuer";
    if (!audience_is_right(json_object_get(claims, "aud"), rules->audience))
        return "audience";
    if (!subject_is_right(json_object_get(claims, "sub")))
        return "subject";
    if (!is_live(json_object_get(claims, "exp"), rules->now))
        return "expired";
    if (!time_has_come(json_object_get(claims, "nbf"), rules->now))
        return "not_yet_valid";
    if (!time_has_come(json_object_get(claims, "iat"), rules->now))
        return "issued_in_future";
    return NULL;
}

static void take_claims(const json_t *claims, struct token *token) {
    double expires = json_number_value(json_object_get(claims, "exp"));
    token->issuer = xstrdup(json_string_value(json_object_get(claims, "iss")));
    token->subject = xstrdup(json_string_value(json_object_get(claims, "sub")));
    token->expires = (time_t)(expires < END_OF_TIME ? expires : END_OF_TIME);
    take_client(claims, token);
}

void claims_clear(struct token *token) {
    for (char **scope = token->scopes; scope && *scope; scope++)
        free(*scope);
    free(token->scopes);
    free(token->roles);
    free(token->person_claim);
    free(token->client);
    free(token->subject);
    free(token->issuer);
    *token = (struct token){0};
}

bool claims_read(const char *payload, size_t length, const struct claim_rules *rules, struct token *token,
                 const char **why) {
    json_t *claims = json_loadb(payload, length, JSON_REJECT_DUPLICATES, NULL);
    *why = json_is_object(claims) ? refusal(claims, rules) : "payload_malformed";
    if (!*why && !read_scopes(claims, token))
        *why = "scope";
    if (!*why && !read_roles(claims, rules->role_claim, token))
        *why = "roles";
    if (!*why && !read_person_claim(claims, rules->person_claim, token))
        *why = "person_claim";
    if (!*why)
        take_claims(claims, token);
    else
        claims_clear(token);
    json_decref(claims);
    return !*why;
}
