/* SPDX-License-Identifier: MIT */
/* What is accepted, what is refused, and what a reply looks like on the wire. */
#include "http_fixture.h"

struct refused {
    int status;
    const char *request;
};

struct accepted {
    const char *request;
    const char *body; /* of the echo: method|path|query|X-Note|body */
};

#define HOST     "Host: x\r\n"
#define SMUGGLED "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"

static const struct refused REFUSED[] = {
    {400, "GARBAGE\r\n\r\n"},
    {400, "GET /\r\n\r\n"},
    {400, "GET  / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET / HTTP/1.1 \r\n" HOST "\r\n"},
    {400, " GET / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET\t/ HTTP/1.1\r\n" HOST "\r\n"},
    {400, "G@T / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET / http/1.1\r\n" HOST "\r\n"},
    {400, "GET / HTTP/1\r\n" HOST "\r\n"},
    {400, "GET / HTTP/11.1\r\n" HOST "\r\n"},
    {505, "GET / HTTP/1.2\r\n" HOST "\r\n"},
    {505, "GET / HTTP/0.9\r\n" HOST "\r\n"},
    {505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
    {400, "GET nowhere HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET * HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET ftp://x/ HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET http:///a HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /a#b HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /a\x7f HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /a\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /a\rb HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET / HTTP/1.1\n" HOST "\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: x\n\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "X-A: b\rc\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "X-A : b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "X A: b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST ": b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "X-A\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "X-\xc3\xa9: b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "X-A: b\x01\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "X-A: b\r\n folded\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n folded: first\r\n" HOST "\r\n"},
    {400, "GET / HTTP/1.1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST HOST "\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\na"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\na"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\na"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\na"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\na"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 0x1\r\n\r\na"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1a\r\n\r\na"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\na"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551617\r\n\r\na"},
    {413, "POST / HTTP/1.1\r\n" HOST "Content-Length: 100001\r\n\r\na"},
    {413, "POST / HTTP/1.1\r\n" HOST "Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n"},
    {413, "GET / HTTP/1.1\r\n" HOST "Content-Length: 999999999999999999\r\n\r\na"},
    {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {501, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
    {501, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n"},
    {501, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {400, "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {417, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nExpect: miracles\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nx\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n-1\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"},
    {413, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n186a1\r\n"},
    {413, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n186a0\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\nno field\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\nX : y\r\n\r\n"},
};

static const struct accepted ACCEPTED[] = {
    {"GET / HTTP/1.1\r\n" HOST "\r\n", "GET|/|none|none|"},
    {"\r\n\r\nGET /a HTTP/1.1\r\n" HOST "\r\n", "GET|/a|none|none|"},
    {"GET /a%20b?c=d%26&e HTTP/1.1\r\n" HOST "\r\n", "GET|/a%20b|c=d%26&e|none|"},
    {"GET /a? HTTP/1.1\r\n" HOST "\r\n", "GET|/a||none|"},
    {"GET //a/../b HTTP/1.1\r\n" HOST "\r\n", "GET|//a/../b|none|none|"},
    {"GET http://x/a?b HTTP/1.1\r\n" HOST "\r\n", "GET|/a|b|none|"},
    {"GET http://x?b HTTP/1.1\r\n" HOST "\r\n", "GET|/|b|none|"},
    {"GET HTTPS://x HTTP/1.1\r\n" HOST "\r\n", "GET|/|none|none|"},
    {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", "OPTIONS|*|none|none|"},
    {"CONNECT 1.2.3.4:443 HTTP/1.1\r\n" HOST "\r\n", "CONNECT|1.2.3.4:443|none|none|"},
    {"TRACE / HTTP/1.1\r\n" HOST "\r\n", "TRACE|/|none|none|"},
    {"POST / HTTP/1.1\r\n" HOST "\r\n", "POST|/|none|none|"},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", "POST|/|none|none|"},
    {"POST / HTTP/1.1\r\n" HOST "content-length: 5\r\n\r\nhello", "POST|/|none|none|hello"},
    {"PUT / HTTP/1.1\r\n" HOST "Content-Length: 005\r\n\r\nhello", "PUT|/|none|none|hello"},
    {"PATCH / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", "PATCH|/|none|none|hello"},
    {"DELETE / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", "DELETE|/|none|none|hello"},
    {"GET / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", "GET|/|none|none|hello"},
    {"BREW / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", "BREW|/|none|none|hello"},
    {"get / HTTP/1.1\r\n" HOST "\r\n", "get|/|none|none|"},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST|/|none|none|"},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n2\r\nhe\r\n003;a=b\r\nllo\r\n0\r\nX-T: y\r\n\r\n",
     "POST|/|none|none|hello"},
    {"GET / HTTP/1.1\r\nHost: [::1]:8080\r\nX-Note:\t a b \t\r\n\r\n", "GET|/|none|a b|"},
    {"GET / HTTP/1.1\r\n" HOST "X-Note: a\r\nx-note: b\r\nX-NOTE: c\r\n\r\n", "GET|/|none|a, b, c|"},
    {"GET / HTTP/1.1\r\n" HOST "X-Note:\r\n\r\n", "GET|/|none||"},
};

static void assert_refused(const struct server *server, struct client *client, int status) {
    turn_until_closed(server, client);
    if (status_of(client) != status)
        fail_msg("%d expected, not: %s", status, client->text);
    assert_int_equal(1, count_text(client->text, "X-Request-Id: "));
    assert_text(client->text, "Connection: close\r\n");
    assert_text(client->text, "Content-Type: application/problem+json\r\n");
    assert_text(client->text, "\"request_id\"");
    assert_false(client->reset);
    assert_int_equal(0, server->handled);
    assert_int_equal(status, server->done_status);
    assert_false(server->done_context);
}

static void a_malformed_request_is_refused_with_a_problem_and_nothing_behind_it_is_read(void **state) {
    struct server *server = *state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        struct client client = client_open(server);
        char *bytes = xasprintf("%s%s", REFUSED[i].request, SMUGGLED);
        client_say(server, &client, bytes);
        assert_refused(server, &client, REFUSED[i].status);
        assert_int_equal(i + 1, server->done);
        client_close(&client);
        free(bytes);
    }
}

static void a_nul_byte_is_refused_wherever_it_stands(void **state) {
    static const char in_target[] = "GET /\0 HTTP/1.1\r\n" HOST "\r\n";
    static const char in_value[] = "GET / HTTP/1.1\r\n" HOST "X-A: b\0c\r\n\r\n";
    struct server *server = *state;
    struct client first = client_open(server);
    struct client second = client_open(server);
    client_send(server, &first, in_target, sizeof in_target - 1);
    assert_refused(server, &first, 400);
    client_send(server, &second, in_value, sizeof in_value - 1);
    assert_refused(server, &second, 400);
    client_close(&first);
    client_close(&second);
}

static void refuse_flood(struct server *server, const char *begin, const char *piece, int status) {
    struct client client = client_open(server);
    client_say(server, &client, begin);
    for (int i = 0; i < 4 * HEADER_BYTES && !client.closed; i += (int)strlen(piece))
        client_say(server, &client, piece);
    assert_refused(server, &client, status);
    client_close(&client);
}

static void a_request_line_or_header_beyond_the_limit_is_refused(void **state) {
    refuse_flood(*state, "GET /", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 414);
    refuse_flood(*state, "GET / HTTP/1.1\r\n" HOST "X-A: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 431);
    refuse_flood(*state, "GET / HTTP/1.1\r\n" HOST, "X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 431);
    refuse_flood(*state, "GET / HTTP/1.1\r\n" HOST, "a:\r\n", 431);
    refuse_flood(*state, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", "0000000000000000000", 400);
    refuse_flood(*state, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n",
                 "X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 431);
}

static void a_header_of_exactly_the_limit_is_accepted(void **state) {
    static const char begin[] = "GET / HTTP/1.1\r\n" HOST "Connection: close\r\nX-A: ";
    struct server *server = *state;
    struct client client = client_open(server);
    char bytes[HEADER_BYTES + 1];
    memset(bytes, 'a', sizeof bytes);
    memcpy(bytes, begin, sizeof begin - 1);
    memcpy(bytes + HEADER_BYTES - 4, "\r\n\r\n", 5);
    client_say(server, &client, bytes);
    turn_until_closed(server, &client);
    assert_int_equal(200, status_of(&client));
    client_close(&client);
}

static void a_client_that_sends_on_after_a_refusal_can_still_read_it(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    static char megabyte[1 << 20];
    client_say(server, &client, "POST / HTTP/1.1\r\n" HOST "Content-Length: 5000000\r\n\r\n");
    for (int i = 0; i < 5; i++)
        client_send(server, &client, megabyte, sizeof megabyte);
    client_half_close(&client);
    assert_refused(server, &client, 413);
    client_close(&client);
}

static void a_well_formed_request_reaches_the_handler(void **state) {
    struct server *server = *state;
    for (size_t i = 0; i < sizeof ACCEPTED / sizeof ACCEPTED[0]; i++) {
        struct client client = client_open(server);
        client_say(server, &client, ACCEPTED[i].request);
        turn_until_text(server, &client, "\r\n\r\n");
        assert_string_equal(ACCEPTED[i].body, strstr(client.text, "\r\n\r\n") + 4);
        assert_int_equal(200, status_of(&client));
        assert_false(client.closed);
        client_close(&client);
    }
}

static void requests_in_one_segment_are_answered_in_order(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    char *bytes = xstrdup("");
    size_t count = sizeof ACCEPTED / sizeof ACCEPTED[0];
    for (size_t i = 0; i < count; i++) {
        char *longer = xasprintf("%s%s", bytes, ACCEPTED[i].request);
        free(bytes);
        bytes = longer;
    }
    client_say(server, &client, bytes);
    client_say(server, &client, "GET /last HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n" SMUGGLED);
    turn_until_closed(server, &client);
    const char *at = client.text;
    for (size_t i = 0; i < count; i++) {
        at = strstr(at, ACCEPTED[i].body);
        assert_non_null(at);
    }
    assert_non_null(strstr(at, "GET|/last|"));
    assert_int_equal(count + 1, server->handled);
    client_close(&client);
    free(bytes);
}

static void requests_in_single_bytes_are_read_like_whole_ones(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    for (size_t i = 0; i < sizeof ACCEPTED / sizeof ACCEPTED[0]; i++) {
        for (const char *byte = ACCEPTED[i].request; *byte; byte++) {
            assert_int_equal(1, client_write(&client, byte, 1));
            turn(server, NULL);
        }
        turn_until_handled(server, (int)i + 1);
        client.length = 0;
        turn_until_text(server, &client, ACCEPTED[i].body);
    }
    client_close(&client);
}

static void a_large_body_arrives_whole(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    static char bytes[BODY_BYTES];
    memset(bytes, 'b', sizeof bytes);
    client_say(server, &client, "POST / HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n");
    client_send(server, &client, bytes, sizeof bytes);
    turn_until_text(server, &client, "POST|/|none|none|100000 bytes");
    client_say(server, &client, "POST /chunks HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 10; i++) {
        client_say(server, &client, "2710\r\n");
        client_send(server, &client, bytes, 10000);
        client_say(server, &client, "\r\n");
    }
    client_say(server, &client, "0\r\n\r\n");
    turn_until_text(server, &client, "POST|/chunks|none|none|100000 bytes");
    client_close(&client);
}

static void a_client_that_asks_is_told_to_continue(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    for (int i = 1; i <= 3; i++) {
        client.length = 0;
        client_say(server, &client, "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nExpect: 100-Continue\r\n\r\n");
        turn_until_text(server, &client, "HTTP/1.1 100 Continue\r\n\r\n");
        client_say(server, &client, "hello");
        turn_until_text(server, &client, "POST|/|none|none|hello");
        assert_int_equal(i, server->handled);
    }
    client_close(&client);
}

static void an_old_client_is_answered_and_closed(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "GET / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: anything\r\n\r\n" SMUGGLED);
    turn_until_closed(server, &client);
    assert_false(client.reset);
    assert_int_equal(1, count_text(client.text, "X-Request-Id: "));
    assert_int_equal(1, count_text(client.text, "Connection: close\r\n"));
    assert_no_text(client.text, "keep-alive");
    assert_text(client.text, "GET|/|");
    client_close(&client);
}

static void close_is_found_among_the_options_of_connection(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "GET / HTTP/1.1\r\n" HOST "Connection: TE, Close\r\n\r\n" SMUGGLED);
    turn_until_closed(server, &client);
    assert_false(client.reset);
    assert_int_equal(1, count_text(client.text, "X-Request-Id: "));
    client_close(&client);
}

static void a_reply_says_what_it_must_and_no_more(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "GET / HTTP/1.1\r\n" HOST "X-Request-Id: my-id_1.2\r\n\r\n");
    turn_until_text(server, &client, "GET|");
    assert_text(client.text, "HTTP/1.1 200 OK\r\n");
    assert_text(client.text, "\r\nX-Request-Id: my-id_1.2\r\n");
    assert_text(client.text, "\r\nContent-Length: 16\r\n");
    assert_text(client.text, "\r\nContent-Type: text/plain\r\n");
    assert_int_equal(1, count_text(client.text, "\r\nDate: "));
    assert_no_text(client.text, "Server:");
    assert_no_text(client.text, "ISO-8859-1");
    assert_int_equal(16, server->done_bytes);
    assert_true(server->done_context);
    client_close(&client);
}

static void an_unusable_request_id_is_replaced(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "GET / HTTP/1.1\r\n" HOST "X-Request-Id: a b\r\nConnection: close\r\n\r\n");
    turn_until_closed(server, &client);
    const char *id = strstr(client.text, "X-Request-Id: ");
    assert_non_null(id);
    id += strlen("X-Request-Id: ");
    assert_int_equal(36, strcspn(id, "\r"));
    assert_true(id[8] == '-' && id[13] == '-' && id[14] == '4' && id[18] == '-' && strchr("89ab", id[19]));
    client_close(&client);
}

static void head_gets_the_header_of_get_and_no_body(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "HEAD / HTTP/1.1\r\n" HOST "\r\n");
    client_say(server, &client, "GET /next HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    turn_until_closed(server, &client);
    assert_text(client.text, "Content-Length: 17\r\n");
    assert_no_text(client.text, "HEAD|");
    assert_text(strstr(client.text, "\r\n\r\n"), "\r\n\r\nHTTP/1.1 200 OK\r\n");
    client_close(&client);
}

static void no_content_and_not_modified_have_no_body_and_no_length(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "GET /empty HTTP/1.1\r\n" HOST "\r\nGET /unchanged HTTP/1.1\r\n" HOST "\r\n");
    client_say(server, &client, "POST /empty HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    turn_until_closed(server, &client);
    assert_int_equal(2, count_text(client.text, "HTTP/1.1 204 No Content\r\n"));
    assert_int_equal(1, count_text(client.text, "HTTP/1.1 304 Not Modified\r\n"));
    assert_no_text(client.text, "Content-Length");
    assert_no_text(client.text, "\r\nContent-Type");
    assert_int_equal(0, strcmp(client.text + client.length - 4, "\r\n\r\n"));
    client_close(&client);
}

static void a_reply_field_cannot_carry_another(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "GET /inject HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    turn_until_closed(server, &client);
    assert_text(client.text, "X-Good: yes\r\n");
    assert_no_text(client.text, "Injected");
    client_close(&client);
}

static void a_problem_carries_its_fields(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    struct problem problem = {.allow = xstrdup("GET, HEAD"), .challenge = xstrdup("Bearer"), .retry_after = 7};
    problem_set(&problem, 405, "method_not_allowed", "Not so.");
    client_say(server, &client, "HEAD /hold HTTP/1.1\r\n" HOST "\r\n");
    turn_until_handled(server, 1);
    http_reply_problem(server->held, &problem);
    turn_until_text(server, &client, "\r\n\r\n");
    assert_text(client.text, "HTTP/1.1 405 ");
    assert_text(client.text, "Allow: GET, HEAD\r\n");
    assert_text(client.text, "WWW-Authenticate: Bearer\r\n");
    assert_text(client.text, "Retry-After: 7\r\n");
    assert_int_equal(0, strcmp(client.text + client.length - 4, "\r\n\r\n"));
    problem_clear(&problem);
    client_close(&client);
}

static void a_large_reply_arrives_whole_at_a_slow_reader(void **state) {
    struct server *server = *state;
    struct client client = client_open(server);
    client_say(server, &client, "GET /large HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    turn_for(server, NULL, 0.1);
    assert_int_equal(0, server->done);
    turn_until_closed(server, &client);
    assert_int_equal(LARGE_BYTES, strlen(strstr(client.text, "\r\n\r\n") + 4));
    assert_int_equal(1, server->done);
    client_close(&client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_malformed_request_is_refused_with_a_problem_and_nothing_behind_it_is_read,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_nul_byte_is_refused_wherever_it_stands, setup, teardown),
        cmocka_unit_test_setup_teardown(a_request_line_or_header_beyond_the_limit_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_header_of_exactly_the_limit_is_accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_client_that_sends_on_after_a_refusal_can_still_read_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_well_formed_request_reaches_the_handler, setup, teardown),
        cmocka_unit_test_setup_teardown(requests_in_one_segment_are_answered_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(requests_in_single_bytes_are_read_like_whole_ones, setup, teardown),
        cmocka_unit_test_setup_teardown(a_large_body_arrives_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(a_client_that_asks_is_told_to_continue, setup, teardown),
        cmocka_unit_test_setup_teardown(an_old_client_is_answered_and_closed, setup, teardown),
        cmocka_unit_test_setup_teardown(close_is_found_among_the_options_of_connection, setup, teardown),
        cmocka_unit_test_setup_teardown(a_reply_says_what_it_must_and_no_more, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unusable_request_id_is_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(head_gets_the_header_of_get_and_no_body, setup, teardown),
        cmocka_unit_test_setup_teardown(no_content_and_not_modified_have_no_body_and_no_length, setup, teardown),
        cmocka_unit_test_setup_teardown(a_reply_field_cannot_carry_another, setup, teardown),
        cmocka_unit_test_setup_teardown(a_problem_carries_its_fields, setup, teardown),
        cmocka_unit_test_setup_teardown(a_large_reply_arrives_whole_at_a_slow_reader, setup, teardown),
    };
    int failed = cmocka_run_group_tests_name("http", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("http over TLS", tests, use_tls, use_no_tls);
}
