/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rows of cc_publish_append() for a whole batch at a time, by COPY, on two connections. What a
 * search or a list reads is made by the functions of every publication: `concord verify` finds
 * nothing. Indexes that nobody needs meanwhile are made at the end.
 */
#include "concord/hash.h"
#include "fill.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#define BATCH_BYTES (4u << 20) /* of one COPY */
#define LANES       2

struct lane {
    PGconn *conn;
    bool working; /* at the batch before */
};

struct database {
    struct lane lanes[LANES];
    unsigned turn;
    struct cc_buf rows;
    long long position, stamp; /* the feed's: microseconds */
    char link[CC_SHA256_HEX + 1];
    PGresult *late; /* what is dropped and made again */
};

#define BATCH                                                                                      \
    "(SELECT jsonb_agg(jsonb_build_object('id', record_id, 'kind', kind, 'position', position,"    \
    " 'projection', projection) ORDER BY position) FROM made)"

static const char *const SETTING_UP[] = {
    "SET search_path = concord, pg_temp",
    "SET synchronous_commit = off",
    "SET default_toast_compression = lz4", /* as what is published by the registry itself has it */
    "SET maintenance_work_mem = '512MB'",
    "CREATE TEMP TABLE made (position bigint, link text, stamp timestamptz, record_id text,"
    " kind text, publisher text, schema text, sealed_at timestamptz, content text,"
    " content_sha256 text, seal text, seal_sha256 text, note_sha256 text, projection jsonb)",
    "CREATE FUNCTION pg_temp.project(p_batch jsonb) RETURNS void LANGUAGE plpgsql AS $$"
    " DECLARE p record; BEGIN"
    " FOR p IN SELECT * FROM cc_projections() WHERE of_records = (p_batch IS NOT NULL)"
    " ORDER BY place LOOP EXECUTE format('INSERT INTO %1$I SELECT * FROM cc_rows_%1$s%3$s(%2$s)',"
    " p.name, CASE WHEN p_batch IS NOT NULL THEN '$1' END,"
    " CASE WHEN p.name = 'search' THEN '_bare' END) USING p_batch;"
    " END LOOP; END $$",
};

/* References between what is published, and each index that no constraint rests on, but those by
 * which each promise finds what is the same when the sums are made. */
static const char LATE[] =
    "WITH filled(t) AS (SELECT unnest('{revision,publication,feed,audit_event}'::regclass[])"
    " UNION ALL SELECT name::regclass FROM cc_projections())"
    "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS away,"
    " format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,"
    " pg_get_constraintdef(oid)) AS again, 0 AS size FROM pg_constraint JOIN filled ON t = conrelid"
    " WHERE contype = 'f'"
    " UNION ALL SELECT format('DROP INDEX %s', i.oid::regclass), pg_get_indexdef(i.oid),"
    " CASE m.amname WHEN 'gin' THEN 1 ELSE 2 END FROM pg_index x JOIN filled ON t = x.indrelid"
    " JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam"
    " WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid)"
    " AND t NOT IN ('promise'::regclass, 'promise_resource') ORDER BY size, again";

/* New values of facets in a transaction of their own, so that the connections never wait in a
 * circle. */
static const char PLACING[] =
    "BEGIN; SELECT cc_facets_add(" BATCH "); COMMIT; BEGIN;"
    "INSERT INTO revision (record_id, number, kind, state, schema, content, content_sha256, seal,"
    " seal_sha256, note, note_sha256, publisher, sealed_at, stamp, position)"
    " SELECT record_id, 1, kind, 'published', schema, content, content_sha256, seal, seal_sha256,"
    " '', note_sha256, publisher, sealed_at, stamp, position FROM made;"
    "INSERT INTO publication (record_id, kind, state, revision, schema, content, content_sha256,"
    " seal, seal_sha256, note, note_sha256, published_at, position, link, stamp)"
    " SELECT record_id, kind, 'published', 1, schema, content, content_sha256, seal, seal_sha256,"
    " '', note_sha256, stamp, position, link, cc_iso(stamp) FROM made;"
    "INSERT INTO feed (position, stamp, record_id, kind, revision, event, seal_sha256, link, bytes)"
    " SELECT position, stamp, record_id, kind, 1, 'published', seal_sha256, link,"
    " cc_entry_bytes(content, seal, '') FROM made;"
    "SELECT pg_temp.project(" BATCH ");"
    "INSERT INTO audit_event (action, object, detail) SELECT 'record.published', record_id,"
    " jsonb_build_object('revision', 1, 'seal', seal_sha256, 'position', position) FROM made;"
    "COMMIT; TRUNCATE made";

/* Statistics first: what is made of other projections joins whole tables. */
static const char *const ENDING[] = {
    "ANALYZE edge, record_name, publication, promise, promise_resource, promise_side",
    "SELECT cc_roles_fill()", "SELECT pg_temp.project(NULL)", "SELECT cc_roles_fill()",
    ("UPDATE feed_head SET (position, stamp, link) ="
     " (SELECT position, stamp, link FROM feed ORDER BY position DESC LIMIT 1)")};

static void die_of(PGconn *conn)
{
    fprintf(stderr, "fill: %s", PQerrorMessage(conn));
    exit(1);
}

/* Waits for all results; the first of them stays for the caller. */
static PGresult *finish(PGconn *conn)
{
    PGresult *first = NULL;
    PGresult *r;
    while ((r = PQgetResult(conn)) != NULL) {
        ExecStatusType status = PQresultStatus(r);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
            die_of(conn);
        if (first == NULL)
            first = r;
        else
            PQclear(r);
        if (status == PGRES_COPY_IN)
            break;
    }
    return first;
}

static PGresult *ask(PGconn *conn, const char *sql)
{
    if (PQsendQuery(conn, sql) != 1)
        die_of(conn);
    return finish(conn);
}

/* The next connection, when it is free. */
static struct lane *next_lane(struct database *db)
{
    struct lane *lane = &db->lanes[db->turn++ % LANES];
    if (lane->working)
        PQclear(finish(lane->conn));
    lane->working = false;
    return lane;
}

static void start(struct lane *lane, const char *sql)
{
    if (PQsendQuery(lane->conn, sql) != 1 || PQflush(lane->conn) < 0)
        die_of(lane->conn);
    lane->working = true;
}

struct database *database_open(void *mem, const char *conninfo)
{
    struct database *db = talloc_zero(mem, struct database);
    char *own = talloc_asprintf(db, "%s user=cc_migrate", conninfo);
    cc_buf_init(&db->rows, db);
    for (size_t l = 0; l < LANES; l++) {
        PGconn *conn = db->lanes[l].conn = PQconnectdb(own);
        if (PQstatus(conn) != CONNECTION_OK)
            die_of(conn);
        for (size_t i = 0; i < COUNT_OF(SETTING_UP); i++)
            PQclear(ask(conn, SETTING_UP[i]));
    }
    PGconn *first = db->lanes[0].conn;
    PGresult *head = ask(first, "SELECT position, link FROM feed_head");
    db->position = strtoll(PQgetvalue(head, 0, 0), NULL, 10);
    snprintf(db->link, sizeof(db->link), "%s", PQgetvalue(head, 0, 1));
    PQclear(head);
    db->late = ask(first, LATE);
    for (int i = 0; i < PQntuples(db->late); i++)
        PQclear(ask(first, PQgetvalue(db->late, i, 0)));
    return db;
}

static void send_rows(struct database *db)
{
    struct lane *lane = next_lane(db);
    PQclear(ask(lane->conn, "COPY made FROM STDIN"));
    if (PQputCopyData(lane->conn, db->rows.data, (int)db->rows.len) != 1 ||
        PQputCopyEnd(lane->conn, NULL) != 1)
        die_of(lane->conn);
    PQclear(finish(lane->conn));
    start(lane, PLACING);
    db->rows.len = 0;
}

static void add_column(struct cc_buf *out, const char *text, char end)
{
    for (const char *s = text;;) {
        size_t plain = strcspn(s, "\\\n\t");
        cc_buf_add(out, s, plain);
        s += plain;
        if (*s == '\0')
            break;
        cc_buf_adds(out, *s == '\\' ? "\\\\" : *s == '\n' ? "\\n" : "\\t");
        s++;
    }
    cc_buf_addc(out, end);
}

/* Positions and instants go up together. */
static const char *next_stamp(struct database *db, void *mem)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    long long us = now.tv_sec * 1000000ll + now.tv_nsec / 1000;
    db->stamp = us > db->stamp ? us : db->stamp + 1;
    time_t seconds = db->stamp / 1000000;
    struct tm utc;
    char text[32];
    gmtime_r(&seconds, &utc);
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &utc);
    return talloc_asprintf(mem, "%s.%06lld+00", text, db->stamp % 1000000);
}

void database_add(struct database *db, const struct cc_record *rec, const char *publisher,
                  const struct cc_sealed *sealed)
{
    char *chained = talloc_asprintf(rec->mem, "%s%s", db->link, sealed->seal_sha256);
    cc_sha256_hex(chained, strlen(chained), db->link);
    cc_buf_printf(&db->rows, "%lld\t", ++db->position);
    const char *const columns[] = {db->link,
                                   next_stamp(db, rec->mem),
                                   rec->id,
                                   rec->kind->name,
                                   publisher,
                                   CC_SCHEMA_VERSION,
                                   sealed->time,
                                   sealed->content,
                                   sealed->content_sha256,
                                   sealed->seal,
                                   sealed->seal_sha256,
                                   sealed->note_sha256};
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        add_column(&db->rows, columns[i], '\t');
    add_column(&db->rows, sealed->projection, '\n');
    if (db->rows.len > BATCH_BYTES)
        send_rows(db);
}

void database_settle(struct database *db)
{
    if (db->rows.len > 0)
        send_rows(db);
    for (unsigned l = 0; l < LANES; l++)
        next_lane(db);
}

void database_close(struct database *db)
{
    database_settle(db);
    for (size_t i = 0; i < COUNT_OF(ENDING); i++)
        PQclear(ask(db->lanes[0].conn, ENDING[i]));
    for (int i = 0; i < PQntuples(db->late); i++)
        start(next_lane(db), PQgetvalue(db->late, i, 1));
    database_settle(db);
    PQclear(db->late);
    for (unsigned l = 0; l < LANES; l++)
        PQfinish(db->lanes[l].conn);
}
