/* SPDX-License-Identifier: MIT */
/* A writer of many small pieces into an evbuffer, without a call of libevent for each. */
#ifndef SKILLSD_REPRESENT_SINK_H
#define SKILLSD_REPRESENT_SINK_H

#include <event2/buffer.h>
#include <stddef.h>

/* Between sink_open and sink_close nothing else may touch the evbuffer. */
struct sink {
    struct evbuffer *out;
    struct evbuffer_iovec space; /* reserved in `out` */
    size_t used;                 /* of the space */
};

void sink_open(struct sink *sink, struct evbuffer *out);
void sink_write(struct sink *sink, const char *bytes, size_t length);
void sink_text(struct sink *sink, const char *text);
void sink_byte(struct sink *sink, char byte);
void sink_close(struct sink *sink);

#endif
