# SPDX-License-Identifier: EUPL-1.2
"""More than 100,000 published records in a few seconds, for plans: tests/bench/fill makes some thousand by COPY as
publishing would, and the database copies them under other identifiers; tables that it does not fill get plausible rows
by the types of their columns. What they say is made up; number, spread and width are what plans depend on."""
import subprocess

import build

MADE = 4000      # records of all kinds; about half of them are memberships
COPIES = 50      # of each that is none
MEMBER_COPIES = 9
WORKING = 10000  # rows of each table that the generator leaves empty
TOKEN = "0" * 64

# Constraints would only compare copies with what they are no copy of; GIN indexes are made again at the end.
BEGIN = """
SET session_replication_role = replica;
SET synchronous_commit = off;
CREATE TEMP TABLE late AS SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
  FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_am m ON m.oid = i.relam
 WHERE m.amname = 'gin' AND i.relnamespace = 'concord'::regnamespace AND indrelid IN ('search'::regclass, 'search_name'::regclass);
DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT name FROM late LOOP EXECUTE 'DROP INDEX ' || c.name; END LOOP;
    FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint
              WHERE connamespace = 'concord'::regnamespace AND conrelid <> 0 AND contype = 'c' LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname);
    END LOOP;
    FOR c IN SELECT contypid::regtype AS t, conname FROM pg_constraint
              WHERE connamespace = 'concord'::regnamespace AND contypid <> 0 AND contype = 'c' LOOP
        EXECUTE format('ALTER DOMAIN %s DROP CONSTRAINT %I', c.t, c.conname);
    END LOOP;
END $$;
CREATE FUNCTION pg_temp.as_copy(id text, k integer) RETURNS text LANGUAGE sql IMMUTABLE
RETURN left(id, 1) || 'U' || lpad(upper(to_hex(k)), 2, '0') || substr(id, 5); -- no identifier has a U
CREATE FUNCTION pg_temp.short(kind text, content text) RETURNS text LANGUAGE sql IMMUTABLE -- incompressible, as it was
RETURN '<' || kind || ' xmlns="urn:concord:registry:1">' || translate(left(content, 900), '<>&"', '') || '</' || kind || '>';
"""

COPY = """
CREATE TEMP TABLE base AS SELECT record_id, kind, position, k,
       pg_temp.as_copy(record_id, k) AS id, position + k * (SELECT max(position) FROM publication) AS place
  FROM publication, generate_series(1, {copies}) k WHERE kind <> 'membership' OR k <= {member_copies};
INSERT INTO search (record_id, kind, tsv, names, facets, keys, position, sort_key)
SELECT id, kind, tsv, names || ' ' || k, facets, keys, place, sort_key || ' ' || k
  FROM base b JOIN search s USING (record_id, kind);
INSERT INTO role_late
SELECT record_id, ARRAY(SELECT k FROM unnest(keys) k JOIN facet f ON f.id = k WHERE f.name = 'role')
  FROM search s WHERE position % 5 = 0 AND EXISTS (SELECT FROM unnest(keys) k JOIN facet f ON f.id = k WHERE f.name = 'role');
UPDATE search s SET keys = ARRAY(SELECT k FROM unnest(s.keys) k WHERE k <> ALL (l.keys)) FROM role_late l WHERE l.record_id = s.record_id;
INSERT INTO search_name SELECT id, kind, names || ' ' || k FROM base b JOIN search_name s USING (record_id, kind);
INSERT INTO record_name (record_id, lang, kind, place, title, acronym)
SELECT id, lang, kind, n.place, title || ' ' || k, acronym || k FROM base b JOIN record_name n USING (record_id, kind);
INSERT INTO edge (from_id, to_id, kind, field, role, state, publisher)
SELECT id, pg_temp.as_copy(to_id, k), e.kind, field, role, state, pg_temp.as_copy(publisher, k) FROM base b JOIN edge e ON e.from_id = b.record_id;
INSERT INTO member (membership_id, partnership_id, organisation_id, state, roles, organisation_name)
SELECT id, pg_temp.as_copy(partnership_id, k), pg_temp.as_copy(organisation_id, k), state, roles, organisation_name || k
  FROM base b JOIN member m ON m.membership_id = b.record_id;
INSERT INTO member_count (partnership_id, state, members)
SELECT id, state, members FROM base b JOIN member_count c ON c.partnership_id = b.record_id;
INSERT INTO revision (record_id, number, kind, state, schema, content, content_sha256, seal, seal_sha256, note, note_sha256,
                      publisher, sealed_at, stamp, position)
SELECT id, 1, kind, r.state, schema, pg_temp.short(kind, content), content_sha256, seal, seal_sha256, note, note_sha256,
       pg_temp.as_copy(publisher, k), sealed_at, stamp, place FROM base b JOIN revision r USING (record_id, kind);
INSERT INTO publication (record_id, kind, state, revision, schema, content, content_sha256, seal, seal_sha256, note,
                         note_sha256, published_at, position, link, stamp)
SELECT id, kind, p.state, 1, schema, pg_temp.short(kind, content), content_sha256, seal, seal_sha256, note, note_sha256, published_at,
       place, link, stamp FROM base b JOIN publication p USING (record_id, kind);
INSERT INTO feed (position, stamp, record_id, kind, revision, event, seal_sha256, link, bytes)
SELECT place, stamp + k * interval '1 hour', id, b.kind, 1, 'published', seal_sha256, link || k, bytes
  FROM base b JOIN feed f USING (record_id);
UPDATE feed_head SET position = (SELECT max(position) FROM feed);
INSERT INTO record (id, kind, owner_org, other_org, parent, changed_at)
SELECT p.record_id, p.kind, r.publisher, m.organisation_id, m.partnership_id, p.published_at + p.position * interval '1 ms'
  FROM publication p JOIN revision r ON r.record_id = p.record_id LEFT JOIN member m ON m.membership_id = p.record_id;
CREATE TEMP TABLE numbered AS
SELECT row_number() OVER (PARTITION BY kind ORDER BY record_id) AS n, record_id, kind FROM publication;
INSERT INTO person (id, subject, login, name, mail, roles)
SELECT md5(g::text)::uuid, 'x:' || g, 'x' || g, 'Person ' || g, 'x' || g || '@example.org', 1 FROM generate_series(1, {working}) g;
CREATE TEMP TABLE given AS
SELECT g, p.record_id AS p, o.record_id AS o, m.record_id AS m, md5(g::text)::uuid AS who
  FROM generate_series(1, {working}) g
  JOIN numbered p ON p.kind = 'partnership' AND p.n = g
  JOIN numbered o ON o.kind = 'organisation' AND o.n = 1 + g % 5000
  JOIN numbered m ON m.kind = 'membership' AND m.n = g;
"""

END = """
DO $$ DECLARE d text; BEGIN
    SET LOCAL maintenance_work_mem = '256MB';
    FOR d IN SELECT definition FROM late LOOP EXECUTE d; END LOOP;
END $$;
"""

# Columns whose values lead to other rows; all others by their type.
NAMED = {"record_id": "p", "membership_id": "m", "partnership": "p",
         "partnership_id": "p", "organisation": "o", "organisation_id": "o",
         "organisation_a": "'O' || g", "organisation_b": "o", "granted_by": "NULL", "person": "who",
         "token_hash": f"CASE WHEN g = 1 THEN '{TOKEN}' ELSE md5(g::text) END", "epoch": "1", "active": "true", "roles": "1",
         "state": "CASE WHEN g % 2 = 0 THEN 'confirmed' ELSE 'invited' END", "about": "'membership'", "effective": "true",
         "idle_seconds": "3600", "ends_at": "now() + interval '1 day'", "seen_at": "now()", "rotated_at": "now()",
         "event_id": "g", "lang": "(ARRAY['en', 'fr', 'ar'])[1 + g % 3]"}
TYPES = {"text": "'x' || g % 5000", "integer": "1 + g % 50", "smallint": "1 + g % 50", "bigint": "g", "boolean": "g % 2 = 0",
         "timestamp with time zone": "now() - g * interval '1 min'", "date": "current_date - g::integer % 900",
         "numeric": "g", "uuid": "md5(g::text)::uuid", "jsonb": "'{}'", "tsvector": "''", "text[]": "ARRAY['x' || g % 5000]",
         "interval": "interval '1 s'"}
# Written by the installation, by `concord codelists` or in one row: they do not grow with what is registered.
SMALL = {"code": "code lists", "codelist": "code lists", "facet": "one row for each code that is used",
         "facet_path": "one row for each field that is searched by", "job": "one row for each kind of periodic work",
         "feed_head": "one row", "registry_rule": "one row", "statistic_head": "one row", "context_key": "one row", "migration": "one row for each migration",
         "consent_transition": "rules of consent", "statistic": "one row for each code and kind",
         "collaboration": "the 200 strongest pairs", "breaker": "one row for each directory server",
         "person_org": "roles that people were given", "record_role": "roles that people were given"}


def _fill_table(cursor, table):
    cursor.execute("""SELECT attname, format_type(coalesce(nullif(typbasetype, 0), atttypid), NULL), attidentity
                        FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
                       WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''""", (table,))
    columns = [(name, NAMED.get(name) or TYPES.get(kind, "NULL")) for name, kind, identity in cursor.fetchall() if identity != "a"]
    cursor.execute(f"INSERT INTO {table} ({', '.join(name for name, _ in columns)})"
                   f" SELECT {', '.join(value for _, value in columns)} FROM given ON CONFLICT DO NOTHING")


def fill(database):
    """Returns an open connection of the superuser."""
    subprocess.run([build.program("tests/bench/fill"), f"{database.conninfo} user=postgres", build.ROOT / "schemas", str(MADE)],
                   check=True, stdout=subprocess.DEVNULL, timeout=120)
    database.concord("codelists")
    connection = database.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute(BEGIN)
        for step in COPY.format(copies=COPIES, member_copies=MEMBER_COPIES, working=WORKING).split(";\n"):
            cursor.execute(step or "SELECT 1")
        cursor.execute("""SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'concord'::regnamespace
                           ORDER BY relname""")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table} OFFSET 1000)")
            if not cursor.fetchone()[0] and table not in SMALL:
                _fill_table(cursor, table)
        cursor.execute(END)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.autocommit = False
    return connection
