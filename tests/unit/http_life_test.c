/* SPDX-License-Identifier: MIT */
/* The life of a connection: its deadlines, its clients that leave, streams, the cap, the drain and the listening
 * socket. */
#include "http_fixture.h"

#include <netinet/in.h>
#include <sys/resource.h>

#define HOST "Host: x\r\n"

static void reply_text(struct server *server, const char *text) {
    struct evbuffer *body = evbuffer_new();
    evbuffer_add(body, text, strlen(text));
    http_reply(server->held, 200, "text/plain", body);
    evbuffer_free(body);
    server->held = NULL;
}

static void hold(struct server *server, struct client *client, const char *version) {
    int before = server->handled;
    char *request = xasprintf("GET /hold HTTP/%s\r\n" HOST "\r\n", version);
    client_say(server, client, request);
    turn_until_handled(server, before + 1);
    free(request);
}

static void drip(struct server *server, const char *begin) {
    struct client client = client_open(server);
    double start = now();
    client_say(server, &client, begin);
    while (!client.closed && now() < start + 5) {
        client_write(&client, "a", 1);
        turn_for(server, &client, 0.05);
    }
    assert_true(client.closed && now() - start > 0.9 && now() - start < 4);
    assert_int_equal(408, status_of(&client));
    assert_text(client.text, "application/problem+json");
    assert_text(client.text, "Connection: close\r\n");
    assert_int_equal(0, server->handled);
    client_close(&client);
}

static void a_dripping_request_line_ends_at_the_deadline(void **state) {
    drip(*state, "GET /");
}

static void a_dripping_header_ends_at_the_deadline(void **state) {
    drip(*state, "GET / HTTP/1.1\r\n" HOST "X-A: ");
}

static void a_dripping_body_ends_at_the_deadline(void **state) {
    drip(*state, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n");
}

static void a_dripping_pipelined_request_has_a_deadline_of_its_own(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.1");
    client_say(server, &client, "GET / HT");
    turn_for(server, &client, 1.5);
    reply_text(server, "held");
    turn_until_text(server, &client, "held");
    turn_until_text(server, &client, "HTTP/1.1 408 ");
    client_close(&client);
}

static void a_connection_that_never_speaks_is_closed(void **state) {
    struct server *server = *state;
    struct client mute = client_connect(server);
    double start = now();
    turn_until_closed(server, &mute);
    assert_true(now() - start > 0.9 && now() - start < 4);
    assert_string_equal("", mute.text);
    assert_int_equal(0, http_server_connections(server->http));
    client_close(&mute);
}

static void an_idle_connection_is_closed_silently(void **state) {
    struct server *server = *state;
    struct client fresh = client_open(server);
    struct client used = client_open(server);
    client_say(server, &used, "GET / HTTP/1.1\r\n" HOST "\r\n");
    turn_until_text(server, &used, "GET|");
    size_t length = used.length;
    turn_until_closed(server, &fresh);
    turn_until_closed(server, &used);
    assert_int_equal(0, fresh.length);
    assert_int_equal(length, used.length);
    assert_int_equal(0, http_server_connections(server->http));
    client_close(&fresh);
    client_close(&used);
}

static void a_request_that_takes_long_is_not_idle(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.1");
    turn_for(server, &client, 2.2);
    reply_text(server, "late");
    turn_until_text(server, &client, "late");
    client_close(&client);
}

static void a_client_that_takes_nothing_is_let_go(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "GET /large HTTP/1.1\r\n" HOST "\r\n");
    turn_for(server, NULL, 2.5);
    assert_int_equal(1, server->done);
    assert_int_equal(0, http_server_connections(server->http));
    client_close(&client);
}

static void a_client_that_leaves_is_reported_and_its_reply_dropped(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.1");
    client_close(&client);
    turn_for(server, NULL, 1.5);
    assert_int_equal(1, server->gone);
    assert_int_equal(0, server->done);
    assert_string_equal("/hold", http_request_path(server->held));
    reply_text(server, "to nobody");
    assert_int_equal(1, server->done);
    assert_int_equal(200, server->done_status);
    assert_int_equal(0, server->done_bytes);
    assert_int_equal(0, http_server_connections(server->http));
}

static void a_reset_is_reported_at_once(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.1");
    setsockopt(client.socket, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    client_close(&client);
    turn_for(server, NULL, 0.1);
    assert_int_equal(1, server->gone);
    http_reply_problem(server->held, &(struct problem){.status = 503, .code = "unavailable", .retry_after = 1});
    assert_int_equal(1, server->done);
}

static void reply_when_gone(struct http_request *request, void *context) {
    (void)context;
    http_reply(request, 200, NULL, NULL);
}

static void a_reply_may_be_given_while_the_leaving_is_reported(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.1");
    http_request_on_gone(server->held, reply_when_gone);
    client_close(&client);
    turn_for(server, NULL, 1.5);
    assert_int_equal(1, server->done);
    assert_int_equal(0, http_server_connections(server->http));
}

static void a_half_closed_client_gets_a_prompt_reply(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "GET /a HTTP/1.1\r\n" HOST "\r\nGET /hold HTTP/1.1\r\n" HOST "\r\n");
    client_half_close(&client);
    turn_until_handled(server, 2);
    turn_for(server, &client, 0.2);
    reply_text(server, "prompt");
    turn_until_text(server, &client, "prompt");
    turn_until_closed(server, &client);
    assert_text(client.text, "GET|/a|");
    assert_int_equal(0, server->gone);
    client_close(&client);
}

static void a_half_closed_client_gets_a_large_reply_whole(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.1");
    client_half_close(&client);
    turn_for(server, &client, 0.2);
    reply_large(server->held);
    turn_for(server, NULL, 1.3);
    turn_until_closed(server, &client);
    assert_int_equal(LARGE_BYTES, strlen(strstr(client.text, "\r\n\r\n") + 4));
    client_close(&client);
}

static void a_client_that_leaves_within_its_request_is_forgotten(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "POST / HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nabc");
    client_close(&client);
    turn_for(server, NULL, 0.1);
    assert_int_equal(0, server->handled);
    assert_int_equal(0, server->done);
    assert_int_equal(0, http_server_connections(server->http));
}

static void requests_behind_a_held_one_wait_for_its_reply(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.1");
    client_say(server, &client, "GET /second HTTP/1.1\r\n" HOST "\r\nPOST /third HTTP/1.1\r\n" HOST);
    turn_for(server, &client, 0.1);
    assert_int_equal(1, server->handled);
    reply_text(server, "first");
    client_say(server, &client, "Content-Length: 2\r\n\r\nhi");
    turn_until_text(server, &client, "POST|/third|none|none|hi");
    assert_true(strstr(client.text, "first") < strstr(client.text, "GET|/second|"));
    assert_true(strstr(client.text, "GET|/second|") < strstr(client.text, "POST|/third|"));
    client_close(&client);
}

static void a_client_that_sends_far_ahead_is_not_read_without_end(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    static char flood[1 << 20];
    size_t taken = 0;
    memset(flood, 'a', sizeof flood);
    hold(server, &client, "1.1");
    for (double end = now() + 0.3; now() < end; turn(server, NULL)) {
        ssize_t sent = client_write(&client, flood, sizeof flood);
        taken += sent > 0 ? (size_t)sent : 0;
    }
    assert_true(taken < 16 * sizeof flood);
    reply_text(server, "first");
    turn_until_text(server, &client, "HTTP/1.1 414 ");
    client_close(&client);
}

/* Under TLS it is only closed, before its handshake. */
static void assert_told_too_many(const struct client *client) {
    if (tls) {
        assert_string_equal("", client->text);
        return;
    }
    assert_int_equal(503, status_of(client));
    assert_text(client->text, "application/problem+json");
    assert_text(client->text, "Retry-After: 1\r\n");
}

static void one_connection_too_many_is_told_so(void **state) {
    struct server *server = *state;
    struct client clients[CONNECTIONS];
    for (int i = 0; i < CONNECTIONS; i++)
        clients[i] = client_open(server);
    struct client excess = client_open(server);
    client_say(server, &excess, "GET / HTTP/1.1\r\n" HOST "\r\n");
    turn_until_closed(server, &excess);
    assert_told_too_many(&excess);
    assert_int_equal(0, server->handled);
    for (int i = 0; i < CONNECTIONS; i++)
        client_close(&clients[i]);
    client_close(&excess);
    turn_for(server, NULL, 0.1);
    assert_int_equal(0, http_server_connections(server->http));
    struct client next = client_open(server);
    client_say(server, &next, "GET / HTTP/1.1\r\n" HOST "\r\n");
    turn_until_text(server, &next, "GET|");
    client_close(&next);
}

static void a_crowd_beyond_the_cap_is_served_in_the_end(void **state) {
    struct server *server = *state;
    static struct client crowd[CONNECTIONS + 200];
    const size_t count = sizeof crowd / sizeof crowd[0];
    for (size_t i = 0; i < count; i++)
        crowd[i] = client_open(server);
    for (size_t i = CONNECTIONS; i < count; i++) {
        turn_until_closed(server, &crowd[i]);
        assert_told_too_many(&crowd[i]);
        client_close(&crowd[i]);
    }
    for (int i = 0; i < CONNECTIONS; i++) {
        client_say(server, &crowd[i], "GET / HTTP/1.1\r\n" HOST "\r\n");
        turn_until_text(server, &crowd[i], "GET|");
        client_close(&crowd[i]);
    }
}

static void without_descriptors_the_loop_rests(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    struct rlimit usual;
    getrlimit(RLIMIT_NOFILE, &usual);
    struct rlimit tight = {(rlim_t)client.socket + 1, usual.rlim_max};
    setrlimit(RLIMIT_NOFILE, &tight);
    int turns = 0;
    for (double end = now() + 0.6; now() < end; turns++) {
        event_base_loopexit(server->base, &(struct timeval){.tv_usec = 100000});
        event_base_loop(server->base, EVLOOP_ONCE);
    }
    setrlimit(RLIMIT_NOFILE, &usual);
    assert_in_range(turns, 1, 30);
    struct client next = client_open(server);
    client_say(server, &next, "GET / HTTP/1.1\r\n" HOST "\r\n");
    turn_until_text(server, &next, "GET|");
    client_close(&next);
    client_close(&client);
}

static void a_drain_closes_the_idle_and_answers_the_rest(void **state) {
    struct server *server = *state;
    struct client idle = client_open(server);
    struct client held = client_open(server);
    struct client partial = client_open(server);
    struct client unread = client_open(server);
    struct client mute = client_connect(server);
    client_say(server, &idle, "GET / HTTP/1.1\r\n" HOST "\r\n");
    turn_until_text(server, &idle, "GET|");
    hold(server, &held, "1.1");
    client_say(server, &partial, "GET /partial HTTP/1.1\r\n");
    turn_for(server, &partial, 0.1);
    assert_true(client_write(&unread, "GET /unread HTTP/1.1\r\n" HOST "\r\n", 33) == 33);
    http_server_drain(server->http);
    turn_until_closed(server, &idle);
    turn_until_text(server, &unread, "GET|/unread|");
    assert_text(unread.text, "Connection: close\r\n");
    client_say(server, &partial, HOST "\r\n");
    turn_until_text(server, &partial, "GET|/partial|");
    assert_text(partial.text, "Connection: close\r\n");
    assert_true(http_server_connections(server->http) > 0);
    reply_text(server, "held to the end");
    turn_until_text(server, &held, "held to the end");
    assert_text(held.text, "Connection: close\r\n");
    turn_until_closed(server, &held);
    turn_until_closed(server, &mute);
    client_close(&mute);
    client_close(&idle);
    client_close(&held);
    client_close(&partial);
    client_close(&unread);
    turn_for(server, NULL, 0.1);
    assert_int_equal(0, http_server_connections(server->http));
}

static void a_server_may_be_freed_before_its_last_reply(void **state) {
    struct server *server = *state;
    struct client held = client_open(server);
    struct client idle = client_open(server);
    struct client refused = client_open(server);
    hold(server, &held, "1.1");
    client_say(server, &refused, "GARBAGE\r\n\r\n");
    turn_until_text(server, &refused, "HTTP/1.1 400 ");
    struct client mute = client_connect(server);
    turn_for(server, NULL, 0.02);
    struct client fresh = client_connect(server);
    http_server_free(server->http);
    server->http = NULL;
    assert_int_equal(1, server->gone);
    reply_text(server, "to nobody");
    client_close(&held);
    client_close(&idle);
    client_close(&refused);
    client_close(&mute);
    client_close(&fresh);
}

static void on_drained(struct http_request *request, void *context) {
    (void)request;
    ((struct server *)context)->drained++;
}

static void write_pieces(struct server *server, int count) {
    static char bytes[65536];
    struct evbuffer *piece = evbuffer_new();
    memset(bytes, 's', sizeof bytes);
    for (int i = 0; i < count; i++) {
        evbuffer_add(piece, bytes, sizeof bytes);
        http_stream_write(server->held, piece);
        assert_int_equal(0, evbuffer_get_length(piece));
    }
    http_stream_write(server->held, piece);
    evbuffer_free(piece);
}

static void a_stream_tells_its_backlog_and_when_it_is_drained(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.1");
    http_stream_begin(server->held, 200, "text/csv", on_drained);
    write_pieces(server, 128);
    turn_for(server, NULL, 0.1);
    assert_true(http_stream_backlog(server->held) > 1024 * 1024);
    assert_int_equal(0, server->drained);
    for (double end = now() + PATIENCE_SECONDS; !server->drained && now() < end;)
        turn(server, &client);
    assert_int_equal(1, server->drained);
    write_pieces(server, 1);
    http_stream_end(server->held);
    turn_until_text(server, &client, "\r\n0\r\n\r\n");
    assert_text(client.text, "Transfer-Encoding: chunked\r\n");
    assert_no_text(client.text, "Content-Length");
    assert_int_equal(129, count_text(client.text, "\r\n10000\r\ns"));
    assert_int_equal(129 * 65536, server->done_bytes);
    client_say(server, &client, "GET /next HTTP/1.1\r\n" HOST "\r\n");
    turn_until_text(server, &client, "GET|/next|");
    client_close(&client);
}

static void a_stream_that_is_cut_does_not_look_whole(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.1");
    http_stream_begin(server->held, 200, "text/csv", on_drained);
    write_pieces(server, 1);
    turn_until_text(server, &client, "10000\r\nsss");
    http_stream_cut(server->held);
    turn_until_closed(server, &client);
    assert_no_text(client.text, "\r\n0\r\n");
    assert_true(client.reset && !client.clean);
    assert_int_equal(1, server->done);
    assert_int_equal(0, server->gone);
    assert_int_equal(0, http_server_connections(server->http));
    client_close(&client);
}

static void an_old_client_gets_a_stream_that_ends_with_the_connection(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.0");
    http_stream_begin(server->held, 200, "text/csv", NULL);
    write_pieces(server, 2);
    http_stream_end(server->held);
    turn_until_closed(server, &client);
    assert_true(client.clean && !client.reset);
    assert_no_text(client.text, "chunked");
    assert_int_equal(2 * 65536, strlen(strstr(client.text, "\r\n\r\n") + 4));
    client_close(&client);
}

static void an_old_client_sees_a_cut_as_a_reset(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.0");
    http_stream_begin(server->held, 200, "text/csv", NULL);
    write_pieces(server, 1);
    turn_until_text(server, &client, "sss");
    http_stream_cut(server->held);
    turn_until_closed(server, &client);
    assert_true(client.reset && !client.clean);
    client_close(&client);
}

static void a_stream_to_head_has_no_body(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "HEAD /hold HTTP/1.1\r\n" HOST "\r\n");
    turn_until_handled(server, 1);
    http_stream_begin(server->held, 200, "text/csv", NULL);
    write_pieces(server, 1);
    http_stream_end(server->held);
    client_say(server, &client, "GET /next HTTP/1.1\r\n" HOST "\r\n");
    turn_until_text(server, &client, "GET|/next|");
    assert_text(strstr(client.text, "\r\n\r\n"), "\r\n\r\nHTTP/1.1 200 OK\r\n");
    client_close(&client);
}

static void a_stream_whose_client_leaves_can_be_written_on(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    hold(server, &client, "1.1");
    http_stream_begin(server->held, 200, "text/csv", on_drained);
    write_pieces(server, 1);
    turn_for(server, NULL, 0.05);
    client_close(&client);
    for (int i = 0; i < 20 && !server->gone; i++) {
        write_pieces(server, 1);
        turn_for(server, NULL, 0.02);
    }
    assert_int_equal(1, server->gone);
    assert_int_equal(0, http_stream_backlog(server->held));
    write_pieces(server, 1);
    http_stream_end(server->held);
    assert_int_equal(1, server->done);
    assert_int_equal(0, http_server_connections(server->http));
}

static void the_listening_socket_serves_ipv6_alone(void **state) {
    (void)state;
    struct server *server = server_start("[::1]:0", 5, 5);
    struct client client = client_open(server);
    char *name = http_listen_name(server->socket);
    int only = 0;
    socklen_t length = sizeof only;
    getsockopt(server->socket, IPPROTO_IPV6, IPV6_V6ONLY, &only, &length);
    assert_int_equal(1, only);
    assert_int_equal(0, strncmp(name, "[::1]:", 6));
    client_say(server, &client, "GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n");
    turn_until_text(server, &client, "GET|");
    client_close(&client);
    free(name);
    server_stop(server);
}

static void a_taken_address_is_reported_in_a_sentence(void **state) {
    struct server *server = *state;
    char *name = http_listen_name(server->socket);
    char *why = NULL;
    assert_int_equal(-1, http_listen(name, &why));
    char *expected = xasprintf("cannot listen on %s: another program listens there already", name);
    assert_string_equal(expected, why);
    free(expected);
    free(why);
    free(name);
}

static void an_address_that_is_none_is_reported(void **state) {
    static const char *const wrong[] = {"",      "127.0.0.1", ":8080",          "127.0.0.1:",   "127.0.0.1:99999",
                                        "::1:8", "[]:8",      "127.0.0.1:http", "127.0.0.1:8 ", "256.1.1.1.1:8080"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char *why = NULL;
        assert_int_equal(-1, http_listen(wrong[i], &why));
        assert_text(why, "cannot listen on ");
        free(why);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_dripping_request_line_ends_at_the_deadline, setup_impatient, teardown),
        cmocka_unit_test_setup_teardown(a_dripping_header_ends_at_the_deadline, setup_impatient, teardown),
        cmocka_unit_test_setup_teardown(a_dripping_body_ends_at_the_deadline, setup_impatient, teardown),
        cmocka_unit_test_setup_teardown(a_dripping_pipelined_request_has_a_deadline_of_its_own, setup_impatient,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_connection_that_never_speaks_is_closed, setup_impatient, teardown),
        cmocka_unit_test_setup_teardown(an_idle_connection_is_closed_silently, setup_impatient, teardown),
        cmocka_unit_test_setup_teardown(a_request_that_takes_long_is_not_idle, setup_impatient, teardown),
        cmocka_unit_test_setup_teardown(a_client_that_takes_nothing_is_let_go, setup_impatient, teardown),
        cmocka_unit_test_setup_teardown(a_client_that_leaves_is_reported_and_its_reply_dropped, setup, teardown),
        cmocka_unit_test_setup_teardown(a_reset_is_reported_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_reply_may_be_given_while_the_leaving_is_reported, setup, teardown),
        cmocka_unit_test_setup_teardown(a_half_closed_client_gets_a_prompt_reply, setup, teardown),
        cmocka_unit_test_setup_teardown(a_half_closed_client_gets_a_large_reply_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(a_client_that_leaves_within_its_request_is_forgotten, setup, teardown),
        cmocka_unit_test_setup_teardown(requests_behind_a_held_one_wait_for_its_reply, setup, teardown),
        cmocka_unit_test_setup_teardown(a_client_that_sends_far_ahead_is_not_read_without_end, setup, teardown),
        cmocka_unit_test_setup_teardown(one_connection_too_many_is_told_so, setup, teardown),
        cmocka_unit_test_setup_teardown(a_crowd_beyond_the_cap_is_served_in_the_end, setup, teardown),
        cmocka_unit_test_setup_teardown(without_descriptors_the_loop_rests, setup, teardown),
        cmocka_unit_test_setup_teardown(a_drain_closes_the_idle_and_answers_the_rest, setup, teardown),
        cmocka_unit_test_setup_teardown(a_server_may_be_freed_before_its_last_reply, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stream_tells_its_backlog_and_when_it_is_drained, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stream_that_is_cut_does_not_look_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(an_old_client_gets_a_stream_that_ends_with_the_connection, setup, teardown),
        cmocka_unit_test_setup_teardown(an_old_client_sees_a_cut_as_a_reset, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stream_to_head_has_no_body, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stream_whose_client_leaves_can_be_written_on, setup, teardown),
        cmocka_unit_test(the_listening_socket_serves_ipv6_alone),
        cmocka_unit_test_setup_teardown(a_taken_address_is_reported_in_a_sentence, setup, teardown),
        cmocka_unit_test(an_address_that_is_none_is_reported),
    };
    int failed = cmocka_run_group_tests_name("http_life", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("http_life over TLS", tests, use_tls, use_no_tls);
}
