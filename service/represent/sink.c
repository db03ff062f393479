/* SPDX-License-Identifier: MIT */
/* Writes into the space that the evbuffer itself has reserved, and commits it when it is full or done. */
#include "represent/sink.h"

#include <stdlib.h>
#include <string.h>

/* A reply of one row needs one small reservation; whatever goes on gets large ones. */
enum { SPACE_FIRST = 1024, SPACE_NEXT = 16384 };

static void reserve(struct sink *sink, size_t size) {
    sink->used = 0;
    if (evbuffer_reserve_space(sink->out, (ev_ssize_t)size, &sink->space, 1) != 1)
        abort(); /* out of memory, as in base/memory.h */
}

static void commit(struct sink *sink) {
    sink->space.iov_len = sink->used;
    evbuffer_commit_space(sink->out, &sink->space, 1);
}

void sink_open(struct sink *sink, struct evbuffer *out) {
    sink->out = out;
    reserve(sink, SPACE_FIRST);
}

void sink_write(struct sink *sink, const char *bytes, size_t length) {
    if (length == 0)
        return;
    if (length > sink->space.iov_len - sink->used) {
        commit(sink);
        reserve(sink, length > SPACE_NEXT ? length : SPACE_NEXT);
    }
    memcpy((char *)sink->space.iov_base + sink->used, bytes, length);
    sink->used += length;
}

void sink_text(struct sink *sink, const char *text) {
    sink_write(sink, text, strlen(text));
}

void sink_byte(struct sink *sink, char byte) {
    sink_write(sink, &byte, 1);
}

void sink_close(struct sink *sink) {
    commit(sink);
}
