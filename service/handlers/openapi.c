/* SPDX-License-Identifier: MIT */
/* The contract itself, whatever files it is written in: one document, as YAML and as JSON. */
#include "base/digest.h"
#include "base/memory.h"
#include "contract/contract.h"
#include "contract/yaml.h"
#include "handlers/handlers.h"
#include "http/server.h"

#include <event2/buffer.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAG_DIGITS = 32 };

#define YAML_HEAD "# SPDX-License-Identifier: MIT\n"

/* What one path serves; the contract does not change while the process runs, so it is made once. */
struct served {
    const char *bytes;
    size_t length;
    char tag[TAG_DIGITS + 3]; /* with its quotes */
};

static void make_served(struct served *served, const char *text) {
    size_t length = strlen(text);
    char hex[DIGEST_HEX_SIZE];
    digest_hex(text, length, hex);
    snprintf(served->tag, sizeof served->tag, "\"%.*s\"", TAG_DIGITS, hex);
    served->bytes = text;
    served->length = length;
}

static const struct served *served_yaml(const struct contract *contract) {
    static struct served yaml;
    if (!yaml.bytes) {
        char *text = yaml_write(contract->document);
        make_served(&yaml, xasprintf("%s%s", YAML_HEAD, text));
        free(text);
    }
    return &yaml;
}

static const struct served *served_json(const struct contract *contract) {
    static struct served json;
    if (!json.bytes)
        make_served(&json, json_dumps(contract->document, JSON_COMPACT | JSON_REAL_PRECISION(YAML_REAL_DIGITS)));
    return &json;
}

/* If-None-Match is "*" or a list of tags, of which W/ does not matter here (RFC 9110, 13.1.2). */
static bool client_has(const struct http_request *request, const char *tag) {
    const char *held = http_request_header(request, "If-None-Match");
    return held && (strcmp(held, "*") == 0 || strstr(held, tag));
}

void handler_openapi(struct service *service, const struct operation *operation, struct http_request *request) {
    bool yaml = strstr(operation->path, ".yaml") != NULL;
    const struct served *served = yaml ? served_yaml(service->contract) : served_json(service->contract);
    http_reply_header(request, "ETag", served->tag);
    http_reply_header(request, "Cache-Control", "no-cache");
    if (client_has(request, served->tag)) {
        http_reply(request, 304, NULL, NULL);
        return;
    }
    struct evbuffer *body = evbuffer_new();
    evbuffer_add_reference(body, served->bytes, served->length, NULL, NULL);
    http_reply(request, 200, yaml ? "application/yaml" : "application/json", body);
    evbuffer_free(body);
}
