/* SPDX-License-Identifier: MIT */
/* Shared within db/: the database, its lanes, their connections, and the state of a flight. Nobody else includes it. */
#ifndef SKILLSD_DB_INTERNAL_H
#define SKILLSD_DB_INTERNAL_H

#include "db/constraints.h"
#include "db/database.h"
#include "db/statement.h"
#include "http/problem.h"

#include <event2/event.h>
#include <stdint.h>
#include <sys/queue.h>

/* The statements that the engine itself sends, from sql/engine/. */
enum engine_statement {
    ENGINE_CONTEXT,
    ENGINE_CLAIM,
    ENGINE_REPLAY,
    ENGINE_STORE,
    ENGINE_AUDIT,
    ENGINE_CONSTRAINTS,
    ENGINE_STATEMENT_COUNT
};

/* What an answer on the wire belongs to, in the order in which a flight sent it. */
enum step_kind {
    STEP_PREPARE, /* of `statement` */
    STEP_QUIET,   /* begin, claim, store, audit, commit, rollback: only its failure matters */
    STEP_CONTEXT, /* who asks */
    STEP_ANSWER,  /* the rows of the flight */
    STEP_SYNC,
    STEP_KIND_COUNT
};

struct step {
    enum step_kind kind;
    struct statement *statement; /* NULL for begin, commit and rollback */
};

enum { STEPS_MAX = 8 };

/* Where a flight is. Only one that is held goes beyond PHASE_ASK. */
enum flight_phase {
    PHASE_WAITING,  /* in its lane's queue, or among the failed */
    PHASE_ASK,      /* context and statement are sent */
    PHASE_HELD,     /* the transaction is open, and the owner has the rows */
    PHASE_COMMIT,   /* what belongs to the change, and the commit, are sent */
    PHASE_ROLLBACK, /* the rollback is sent */
    PHASE_REPLAY,   /* the stored reply is asked for */
    PHASE_LOST,     /* it was held when its connection died; the owner does not know yet */
    PHASE_COUNT
};

struct flight_state {
    TAILQ_ENTRY(flight_state) entry; /* in exactly one list: waiting, under way, failed or lost */
    struct database *database;
    struct flight *flight; /* NULL when the owner has abandoned it */
    struct connection *connection;
    enum flight_phase phase;
    struct step steps[STEPS_MAX];
    int step_count;
    int step;        /* the one whose answer comes next */
    PGresult *asker; /* the result of STEP_CONTEXT */
    PGresult *rows;  /* the result of STEP_ANSWER */
    struct problem problem;
    bool claimed;     /* the key has been claimed before: SL208 */
    bool stale;       /* a prepared statement was not what the server has */
    bool unprepared;  /* it is stale because the flight in front could not prepare it */
    bool paused;      /* a stream's owner wants no rows now */
    int tries;        /* that have come to nothing */
    int64_t since;    /* when it began to wait, or was sent; ms */
    int64_t progress; /* when the last row came; ms */
    flight_committed *committed;
};

TAILQ_HEAD(flight_list, flight_state);

struct connection {
    struct lane_state *lane;
    PGconn *link;  /* NULL between two attempts */
    bool open;     /* connected and in pipeline mode */
    bool broken;   /* to be closed by the next pump */
    bool retiring; /* takes no more flights and is closed when it has none: a prepared statement is no longer valid */
    bool answered; /* a result came, and the NULL that ends it has not */
    bool resumed;  /* to be read by the next pump although nothing has arrived */
    struct event *reading;
    struct event *writing;
    struct event *timer; /* the next attempt, or the deadline of this one */
    int backoff;         /* ms */
    int64_t opened;      /* ms */
    struct flight_list under_way;
    int load; /* flights under way */
    const struct statement **prepared;
    size_t prepared_count;
};

struct lane_state {
    struct database *database;
    enum lane lane;
    struct conninfo *conninfo;
    struct connection *connections;
    int connection_count;
    struct flight_list waiting;
    int waiting_count;
    int queue_max;
};

struct database {
    struct event_base *base;
    struct lane_state lanes[LANE_COUNT];
    struct statement *engine[ENGINE_STATEMENT_COUNT];
    struct constraints constraints;
    struct flight *constraints_flight; /* asks for the constraints' messages; NULL when it is not under way */
    bool constraints_known;
    int64_t constraints_asked; /* when; ms */
    struct flight_list failed; /* their owners are told by the next pump */
    struct flight_list lost;
    struct event *pump; /* does what may not be done within a call of the owner */
    struct event *tick; /* looks at deadlines while there are flights */
    bool closing;
};

/* What differs between the lanes. */
struct lane_rule {
    const char *name;
    const char *statement_timeout;
    int64_t deadline; /* of a flight under way, in C; ms */
    int64_t stall;    /* of a stream without a row; ms */
    int64_t patience; /* of a waiting flight while connections are open; ms */
    int capacity;     /* flights under way on one connection */
    int queue;        /* flights waiting */
    const char *full; /* the problem's code when it is full */
};
extern const struct lane_rule lane_rules[LANE_COUNT];

/* Monotonic milliseconds. */
int64_t db_now(void);

/* conninfo.c */
struct conninfo *conninfo_new(const char *url, const struct lane_rule *rule);
void conninfo_free(struct conninfo *conninfo);
PGconn *conninfo_connect(const struct conninfo *conninfo);

/* connection.c */
void connection_init(struct connection *connection, struct lane_state *lane);
void connection_clear(struct connection *connection);
/* Does what is due: closes it when it is broken, reads on after a pause. */
void connection_settle(struct connection *connection);
/* It is of no more use; the next pump closes it and fails its flights. */
void connection_break(struct connection *connection);
/* Sends what has been queued. */
void connection_flush(struct connection *connection);
bool connection_prepared(const struct connection *connection, const struct statement *statement);
void connection_remember(struct connection *connection, const struct statement *statement);
void connection_forget(struct connection *connection, const struct statement *statement);

/* emit.c: the only place that sends statements. Each queues the steps on the connection up to Sync. */
void emit_flight(struct connection *connection, struct flight_state *state);
void emit_replay(struct connection *connection, struct flight_state *state);
void emit_commit(struct connection *connection, struct flight_state *state, const struct completion *completion);
void emit_rollback(struct connection *connection, struct flight_state *state);

/* results.c: takes what has arrived. */
void results_take(struct connection *connection);

/* flight.c: the life of a flight. */
void flight_launch(struct connection *connection, struct flight_state *state);
void flight_landed(struct flight_state *state);
/* Its problem, unless it has one, becomes that the database is not available; its owner is told by the next pump. The
 * flight must be in no list. */
void flight_fail(struct flight_state *state);
void flight_connection_died(struct flight_state *state);
void flight_tell_failure(struct flight_state *state);
void flight_state_free(struct flight_state *state);

/* lane.c */
void lane_enqueue(struct lane_state *lane, struct flight_state *state);
void lane_dispatch(struct lane_state *lane);
void lane_take_out(struct lane_state *lane, struct flight_state *state);
/* Puts a flight that is tried again at the head of the queue. */
void lane_requeue(struct lane_state *lane, struct flight_state *state);
void lane_look_at_deadlines(struct lane_state *lane);
int lane_open(const struct lane_state *lane);

/* database.c */
void database_wake(struct database *database);
/* Asks for the messages of the constraints, which may have changed while no connection was open. */
void database_read_constraints(struct database *database);

#endif
