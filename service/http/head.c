/* SPDX-License-Identifier: MIT */
/* Reads the head of a request strictly (RFC 9112): what two readers could understand differently is refused. */
#include "base/memory.h"
#include "http/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEAD_PIECE = 2048, HEAD_KEPT = 4096, LENGTH_DIGITS = 18 };

struct special_field {
    const char *name;
    bool (*take)(struct http_head *head, const char *value, struct problem *why);
};

static bool is_alphanumeric(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_each(const char *text, size_t length, bool (*is)(unsigned char)) {
    for (size_t i = 0; i < length; i++)
        if (!is((unsigned char)text[i]))
            return false;
    return true;
}

static bool is_token_byte(unsigned char c) {
    return is_alphanumeric(c) || (c && strchr("-!#$%&'*+.^_`|~", c));
}

static bool is_host_byte(unsigned char c) {
    return is_alphanumeric(c) || (c && strchr("-._~:[]!$&'()*+,;=%", c));
}

static bool is_target_byte(unsigned char c) {
    return c > ' ' && c < 0x7f && c != '#';
}

static bool is_value_byte(unsigned char c) {
    return c == '\t' || (c >= ' ' && c != 0x7f);
}

static bool malformed(struct problem *why, const char *sentence) {
    return problem_set(why, 400, "malformed_request", "%s", sentence);
}

static bool take_host(struct http_head *head, const char *value, struct problem *why) {
    head->hosts++;
    if (head->hosts > 1)
        return malformed(why, "The Host field is repeated.");
    return is_each(value, strlen(value), is_host_byte) || malformed(why, "The Host field is not a host and port.");
}

static bool take_content_length(struct http_head *head, const char *value, struct problem *why) {
    size_t digits = strspn(value, "0123456789");
    if (head->has_length)
        return malformed(why, "The Content-Length field is repeated.");
    if (!digits || value[digits] || digits > LENGTH_DIGITS)
        return malformed(why, "The Content-Length field is not a number of bytes.");
    head->has_length = true;
    head->body_length = strtoull(value, NULL, 10);
    return true;
}

static bool take_transfer_encoding(struct http_head *head, const char *value, struct problem *why) {
    if (head->chunked)
        return malformed(why, "The Transfer-Encoding field is repeated.");
    if (strcasecmp(value, "chunked") != 0)
        return problem_set(why, 501, "transfer_encoding_not_supported", "The only transfer coding read is chunked.");
    head->chunked = true;
    return true;
}

static bool take_connection(struct http_head *head, const char *value, struct problem *why) {
    (void)why;
    for (const char *option = value; *option; option += strcspn(option, ",")) {
        option += strspn(option, ", \t");
        size_t length = strcspn(option, ", \t");
        if (length == strlen("close") && strncasecmp(option, "close", length) == 0)
            head->close = true;
    }
    return true;
}

static bool take_expect(struct http_head *head, const char *value, struct problem *why) {
    if (head->minor == 0)
        return true;
    head->continues = strcasecmp(value, "100-continue") == 0;
    return head->continues ||
           problem_set(why, 417, "expectation_failed", "The only expectation that can be met is 100-continue.");
}

/* The fields that decide where a request ends and what becomes of its connection. */
static const struct special_field SPECIAL_FIELDS[] = {
    {"Host", take_host},
    {"Content-Length", take_content_length},
    {"Transfer-Encoding", take_transfer_encoding},
    {"Connection", take_connection},
    {"Expect", take_expect},
};

static bool read_version(struct http_head *head, const char *version, const char *end, struct problem *why) {
    if (end - version != 8 || memcmp(version, "HTTP/", 5) != 0 || version[6] != '.' ||
        !strchr("0123456789", version[5]) || !strchr("0123456789", version[7]) || !version[5] || !version[7])
        return malformed(why, "The request line does not end in an HTTP version.");
    if (version[5] != '1' || version[7] > '1')
        return problem_set(why, 505, "version_not_supported", "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    head->minor = version[7] - '0';
    return true;
}

static bool read_request_line(struct http_head *head, char *line, char *end, struct problem *why) {
    char *target = memchr(line, ' ', (size_t)(end - line));
    char *version = target ? memchr(target + 1, ' ', (size_t)(end - target - 1)) : NULL;
    if (!version || !http_is_token(line, (size_t)(target - line)))
        return malformed(why, "The request line is not a method, a target and a version with one space between.");
    *target++ = '\0';
    if (target == version || !is_each(target, (size_t)(version - target), is_target_byte))
        return malformed(why, "The request target is empty, or has a byte that must be percent-encoded.");
    *version++ = '\0';
    head->target = (size_t)(target - head->text);
    return read_version(head, version, end, why);
}

static bool add_field(struct http_head *head, const char *name, const char *value, struct problem *why) {
    if (head->field_count == HTTP_FIELDS)
        return problem_set(why, 431, "header_too_large", "The header has more than %d fields.", HTTP_FIELDS);
    head->fields[head->field_count++] =
        (struct http_field){(uint32_t)(name - head->text), (uint32_t)(value - head->text)};
    for (size_t i = 0; i < sizeof SPECIAL_FIELDS / sizeof SPECIAL_FIELDS[0]; i++)
        if (strcasecmp(name, SPECIAL_FIELDS[i].name) == 0)
            return SPECIAL_FIELDS[i].take(head, value, why);
    return true;
}

static bool read_field(struct http_head *head, char *line, char *end, struct problem *why) {
    char *colon = memchr(line, ':', (size_t)(end - line));
    if (!colon || !http_is_token(line, (size_t)(colon - line)))
        return malformed(why, "A line of the header does not begin with a field name and a colon.");
    char *value = colon + 1;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    if (!http_is_field_value(value, (size_t)(end - value)))
        return malformed(why, "A field of the header has a control character.");
    *colon = '\0';
    *end = '\0';
    return add_field(head, line, value, why);
}

static bool split_target(struct http_head *head, struct problem *why) {
    char *target = head->text + head->target;
    char *path = target;
    head->path = target;
    if (strcmp(head->method, "CONNECT") == 0 || (strcmp(head->method, "OPTIONS") == 0 && strcmp(target, "*") == 0))
        return true;
    if (strncasecmp(target, "http://", 7) == 0 || strncasecmp(target, "https://", 8) == 0) {
        char *authority = strstr(target, "//") + 2;
        path = authority + strcspn(authority, "/?");
        if (path == authority)
            return malformed(why, "The request target names no host.");
    } else if (*target != '/') {
        return malformed(why, "The request target is not a path.");
    }
    char *query = strchr(path, '?');
    if (query)
        *query++ = '\0';
    head->query = query;
    head->path = *path ? path : "/";
    return true;
}

static bool finish(struct http_head *head, const struct http_limits *limits, struct problem *why) {
    if (head->minor == 1 && head->hosts == 0)
        return malformed(why, "The Host field is missing.");
    if (head->chunked && head->has_length)
        return malformed(why, "The request has both Content-Length and Transfer-Encoding.");
    if (head->chunked && head->minor == 0)
        return malformed(why, "HTTP/1.0 has no Transfer-Encoding.");
    if (head->body_length > limits->body_bytes)
        return problem_set(why, 413, "body_too_large", "The body is larger than %zu bytes.", limits->body_bytes);
    return split_target(head, why);
}

static bool read_line(struct http_head *head, char *newline, struct problem *why) {
    char *line = head->text + head->line;
    char *end = newline - 1;
    if (newline == line || *end != '\r')
        return malformed(why, "A line of the header does not end in CR LF.");
    if (head->target)
        return read_field(head, line, end, why);
    if (end == line) /* RFC 9112 advises to skip empty lines before the request line */
        return true;
    head->method = line;
    return read_request_line(head, line, end, why);
}

static bool is_last_line(const struct http_head *head, const char *newline) {
    const char *line = head->text + head->line;
    return head->target && newline == line + 1 && *line == '\r';
}

/* Reads the lines that have ended since `from`, and cuts the text off behind the last line of the head. */
static enum reading read_lines(struct http_head *head, size_t from, const struct http_limits *limits,
                               struct problem *why) {
    char *newline;
    while ((newline = memchr(head->text + from, '\n', head->length - from))) {
        from = (size_t)(newline + 1 - head->text);
        if (is_last_line(head, newline)) {
            head->length = from;
            return finish(head, limits, why) ? READING_WHOLE : READING_REFUSED;
        }
        if (!read_line(head, newline, why))
            return READING_REFUSED;
        head->line = from;
    }
    return READING_MORE;
}

/* The text may move, and the method is the one thing pointed at while it grows. */
static void reserve(struct http_head *head, size_t more) {
    size_t method = head->method ? (size_t)(head->method - head->text) : 0;
    if (head->length + more <= head->capacity)
        return;
    head->capacity = head->length + more > 2 * head->capacity ? head->length + more : 2 * head->capacity;
    head->text = xreallocarray(head->text, head->capacity, 1);
    head->method = head->method ? head->text + method : NULL;
}

static bool too_large(const struct http_head *head, const struct http_limits *limits, struct problem *why) {
    if (head->length < limits->header_bytes)
        return false;
    if (head->target)
        problem_set(why, 431, "header_too_large", "The header is larger than %zu bytes.", limits->header_bytes);
    else
        problem_set(why, 414, "request_line_too_long", "The request line is longer than %zu bytes.",
                    limits->header_bytes);
    return true;
}

bool http_is_token(const char *text, size_t length) {
    return length > 0 && is_each(text, length, is_token_byte);
}

bool http_is_field_value(const char *text, size_t length) {
    return is_each(text, length, is_value_byte);
}

void http_head_reset(struct http_head *head) {
    struct http_head fresh = {.text = head->text, .capacity = head->capacity};
    if (fresh.capacity > HEAD_KEPT) {
        free(fresh.text);
        fresh.text = NULL;
        fresh.capacity = 0;
    }
    *head = fresh;
}

void http_head_clear(struct http_head *head) {
    free(head->text);
    memset(head, 0, sizeof *head);
}

enum reading http_head_read(struct http_head *head, struct evbuffer *source, const struct http_limits *limits,
                            struct problem *why) {
    while (evbuffer_get_length(source) > 0 && !too_large(head, limits, why)) {
        size_t piece = limits->header_bytes - head->length;
        size_t before = head->length;
        if (piece > HEAD_PIECE)
            piece = HEAD_PIECE;
        if (piece > evbuffer_get_length(source))
            piece = evbuffer_get_length(source);
        reserve(head, piece);
        evbuffer_copyout(source, head->text + before, piece);
        head->length += piece;
        enum reading reading = read_lines(head, before, limits, why);
        evbuffer_drain(source, head->length - before);
        if (reading != READING_MORE)
            return reading;
    }
    return too_large(head, limits, why) ? READING_REFUSED : READING_MORE;
}
