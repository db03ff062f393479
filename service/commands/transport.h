/* SPDX-License-Identifier: MIT */
/* How clients reach the service: the listening socket, and TLS or the permission to do without. */
#ifndef SKILLSD_COMMANDS_TRANSPORT_H
#define SKILLSD_COMMANDS_TRANSPORT_H

struct serving;

/* Reads the certificate and listens; an exit code, or 0. What is wrong has been said. */
int transport_open(struct serving *serving);
/* Closes what transport_open has opened in this process. */
void transport_close(struct serving *serving);

#endif
