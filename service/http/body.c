/* SPDX-License-Identifier: MIT */
/* Reads the body of a request, by Content-Length or in chunks, within the limit. */
#include "http/internal.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 1024, TRAILER_BYTES = 8192, SIZE_DIGITS = 15, PIECE_COPIED = 2048 };

enum step { STEP_ON, STEP_WAIT, STEP_WHOLE, STEP_REFUSED };

struct reader {
    struct http_framing *framing;
    struct evbuffer *source;
    struct evbuffer *body;
    const struct http_limits *limits;
    struct problem *why;
};

static enum step malformed(const struct reader *reader, const char *sentence) {
    problem_set(reader->why, 400, "malformed_request", "%s", sentence);
    return STEP_REFUSED;
}

/* Takes one line without its CR LF. */
static enum step read_line(const struct reader *reader, char line[LINE_BYTES + 1]) {
    struct evbuffer_ptr end = evbuffer_search_eol(reader->source, NULL, NULL, EVBUFFER_EOL_LF);
    size_t length = end.pos < 0 ? evbuffer_get_length(reader->source) : (size_t)end.pos + 1;
    if (length > LINE_BYTES)
        return malformed(reader, "A line between the chunks is too long.");
    if (end.pos < 0)
        return STEP_WAIT;
    evbuffer_remove(reader->source, line, length);
    if (length < 2 || line[length - 2] != '\r' || !http_is_field_value(line, length - 2))
        return malformed(reader, "A line between the chunks is not text that ends in CR LF.");
    line[length - 2] = '\0';
    return STEP_ON;
}

static enum step read_bytes(const struct reader *reader) {
    size_t length = evbuffer_get_length(reader->source);
    if (length > reader->framing->left)
        length = (size_t)reader->framing->left;
    http_buffer_move(reader->body, reader->source, length);
    reader->framing->left -= length;
    return reader->framing->left ? STEP_WAIT : STEP_ON;
}

static enum step read_length(const struct reader *reader) {
    return read_bytes(reader) == STEP_ON ? STEP_WHOLE : STEP_WAIT;
}

static enum step read_chunk_size(const struct reader *reader) {
    char line[LINE_BYTES + 1];
    enum step step = read_line(reader, line);
    if (step != STEP_ON)
        return step;
    size_t digits = strspn(line, "0123456789abcdefABCDEF");
    if (!digits || digits > SIZE_DIGITS || (line[digits] && line[digits] != ';'))
        return malformed(reader, "The size of a chunk is not a hexadecimal number.");
    reader->framing->left = strtoull(line, NULL, 16);
    if (reader->framing->left > reader->limits->body_bytes - evbuffer_get_length(reader->body)) {
        problem_set(reader->why, 413, "body_too_large", "The body is larger than %zu bytes.",
                    reader->limits->body_bytes);
        return STEP_REFUSED;
    }
    reader->framing->state = reader->framing->left ? FRAMING_CHUNK_DATA : FRAMING_TRAILER;
    return STEP_ON;
}

static enum step read_chunk_data(const struct reader *reader) {
    enum step step = read_bytes(reader);
    if (step == STEP_ON)
        reader->framing->state = FRAMING_CHUNK_END;
    return step;
}

static enum step read_chunk_end(const struct reader *reader) {
    char end[2] = "";
    if (evbuffer_get_length(reader->source) < sizeof end)
        return STEP_WAIT;
    evbuffer_remove(reader->source, end, sizeof end);
    if (memcmp(end, "\r\n", sizeof end) != 0)
        return malformed(reader, "A chunk is longer than its size says.");
    reader->framing->state = FRAMING_CHUNK_SIZE;
    return STEP_ON;
}

/* Fields behind the body are checked and dropped: nothing here is promised to look at them. */
static enum step read_trailer(const struct reader *reader) {
    char line[LINE_BYTES + 1];
    enum step step = read_line(reader, line);
    if (step != STEP_ON)
        return step;
    if (!*line)
        return STEP_WHOLE;
    reader->framing->trailer_bytes += strlen(line);
    if (reader->framing->trailer_bytes > TRAILER_BYTES) {
        problem_set(reader->why, 431, "header_too_large", "The trailer is larger than %d bytes.", TRAILER_BYTES);
        return STEP_REFUSED;
    }
    const char *colon = strchr(line, ':');
    if (!colon || !http_is_token(line, (size_t)(colon - line)))
        return malformed(reader, "A line of the trailer does not begin with a field name and a colon.");
    return STEP_ON;
}

static enum step (*const STEPS[FRAMING_STATE_COUNT])(const struct reader *reader) = {
    [FRAMING_LENGTH] = read_length,         [FRAMING_CHUNK_SIZE] = read_chunk_size,
    [FRAMING_CHUNK_DATA] = read_chunk_data, [FRAMING_CHUNK_END] = read_chunk_end,
    [FRAMING_TRAILER] = read_trailer,
};

static const enum reading READINGS[] = {
    [STEP_ON] = READING_MORE,
    [STEP_WAIT] = READING_MORE,
    [STEP_WHOLE] = READING_WHOLE,
    [STEP_REFUSED] = READING_REFUSED,
};

void http_buffer_move(struct evbuffer *to, struct evbuffer *from, size_t length) {
    if (length == 0)
        return;
    if (length >= PIECE_COPIED) {
        evbuffer_remove_buffer(from, to, length);
        return;
    }
    evbuffer_add(to, evbuffer_pullup(from, (ev_ssize_t)length), length);
    evbuffer_drain(from, length);
}

void http_framing_begin(struct http_framing *framing, const struct http_head *head) {
    *framing = (struct http_framing){head->chunked ? FRAMING_CHUNK_SIZE : FRAMING_LENGTH, head->body_length, 0};
}

enum reading http_framing_read(struct http_framing *framing, struct evbuffer *source, struct evbuffer *body,
                               const struct http_limits *limits, struct problem *why) {
    struct reader reader = {framing, source, body, limits, why};
    enum step step;
    do
        step = STEPS[framing->state](&reader);
    while (step == STEP_ON);
    return READINGS[step];
}
