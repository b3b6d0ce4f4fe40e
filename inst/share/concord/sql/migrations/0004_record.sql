-- SPDX-License-Identifier: EUPL-1.2
-- The head of every working copy, and the pattern of row security that all working tables share.
CREATE TABLE record (
    id text PRIMARY KEY,
    kind text NOT NULL,
    owner_org text NOT NULL, -- organisation that answers for it; of a membership: the partnership's
    other_org text,          -- membership: the organisation that is asked
    parent text,             -- membership: the partnership; whoever may change that may change this
    version bigint NOT NULL DEFAULT 1, -- optimistic-locking token; raised by every change
    locked_in xid8,          -- transaction that raised the version last (see cc_record_lock())
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    CONSTRAINT ck_record_id CHECK (id ~ '^[A-Z][0-9A-HJKMNP-TV-Z]{12}[0-9A-Z]$'),
    CONSTRAINT ck_record_owner_org CHECK (owner_org ~ '^O[0-9A-HJKMNP-TV-Z]{12}[0-9A-Z]$'),
    CONSTRAINT ck_record_other_org CHECK (other_org ~ '^O[0-9A-HJKMNP-TV-Z]{12}[0-9A-Z]$'),
    CONSTRAINT ck_record_organisation_owner CHECK (kind <> 'organisation' OR owner_org = id),
    CONSTRAINT fk_record_parent FOREIGN KEY (parent) REFERENCES record,
    CONSTRAINT uq_record_id_kind UNIQUE (id, kind) -- children refer to (id, kind)
);
CREATE INDEX record_owner_i ON record (owner_org, kind);
CREATE INDEX record_other_i ON record (other_org) WHERE other_org IS NOT NULL;
CREATE INDEX record_parent_i ON record (parent) WHERE parent IS NOT NULL;

ALTER TABLE record ENABLE ROW LEVEL SECURITY;
ALTER TABLE record FORCE ROW LEVEL SECURITY;

CREATE POLICY record_see ON record FOR SELECT USING (
    (SELECT cc_ctx_all())
    OR owner_org = ANY ((SELECT cc_ctx_orgs_see())::text[])
    OR other_org = ANY ((SELECT cc_ctx_orgs_focal())::text[])
    OR id = ANY ((SELECT cc_ctx_records_see())::text[])
    OR parent = ANY ((SELECT cc_ctx_records_see())::text[]));
CREATE POLICY record_add ON record FOR INSERT WITH CHECK (
    (SELECT cc_ctx_all())
    OR owner_org = ANY ((SELECT cc_ctx_orgs_change())::text[])
    OR parent = ANY ((SELECT cc_ctx_records_change())::text[])
    -- whoever signed in may register an organisation; cc_record_create() makes them its owner
    OR (kind = 'organisation' AND created_by = (SELECT cc_ctx_person())));
CREATE POLICY record_change ON record FOR UPDATE USING (
    (SELECT cc_ctx_all())
    OR owner_org = ANY ((SELECT cc_ctx_orgs_change())::text[])
    OR other_org = ANY ((SELECT cc_ctx_orgs_focal())::text[])
    OR id = ANY ((SELECT cc_ctx_records_change())::text[])
    OR parent = ANY ((SELECT cc_ctx_records_change())::text[]));
CREATE POLICY record_drop ON record FOR DELETE USING ((SELECT cc_ctx_all()));

GRANT SELECT ON record TO cc_web, cc_job; -- written by cc_record_create(), cc_record_lock()

-- May the asker change this record? By key, for the policies of child tables and for functions.
-- `answering` also lets the focal point of the organisation that a membership asks.
CREATE FUNCTION cc_may_change(record_id text, answering boolean DEFAULT false) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM concord.record r WHERE r.id = record_id AND (
            (SELECT concord.cc_ctx_all())
            OR r.owner_org = ANY ((SELECT concord.cc_ctx_orgs_change())::text[])
            OR r.id = ANY ((SELECT concord.cc_ctx_records_change())::text[])
            OR r.parent = ANY ((SELECT concord.cc_ctx_records_change())::text[])
            OR (answering AND r.other_org = ANY ((SELECT concord.cc_ctx_orgs_focal())::text[]))))
$$;
CREATE FUNCTION cc_may_see(record_id text) RETURNS boolean
LANGUAGE sql STABLE AS $$ SELECT EXISTS (SELECT FROM concord.record r WHERE r.id = record_id) $$;
GRANT EXECUTE ON FUNCTION cc_may_change(text, boolean), cc_may_see(text) TO PUBLIC;

-- Makes a table part of the working copy: call it once for each, behind its CREATE TABLE:
--     SELECT cc_protect('partnership_sdg', 'record_id');
--     SELECT cc_protect('membership_event', 'record_id', answering => true);
-- Rows are seen with their record and changed by whoever may change it. Policies are written out
-- (no function per row), so that the planner sees a look-up by key in `record`.
CREATE FUNCTION cc_protect(child regclass, column_name name, answering boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    see text := format('(SELECT cc_ctx_all()) OR EXISTS (SELECT FROM record r WHERE r.id = %s.%I)',
                       child, column_name);
    change text := format(
        '(SELECT cc_ctx_all()) OR EXISTS (SELECT FROM record r WHERE r.id = %s.%I AND ('
        'r.owner_org = ANY ((SELECT cc_ctx_orgs_change())::text[])'
        ' OR r.id = ANY ((SELECT cc_ctx_records_change())::text[])'
        ' OR r.parent = ANY ((SELECT cc_ctx_records_change())::text[])%s))',
        child, column_name,
        CASE WHEN answering THEN ' OR r.other_org = ANY ((SELECT cc_ctx_orgs_focal())::text[])' END);
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', child);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', child);
    EXECUTE format('CREATE POLICY see ON %s FOR SELECT USING (%s)', child, see);
    EXECUTE format('CREATE POLICY add ON %s FOR INSERT WITH CHECK (%s)', child, change);
    EXECUTE format('CREATE POLICY change ON %s FOR UPDATE USING (%s)', child, change);
    EXECUTE format('CREATE POLICY drop ON %s FOR DELETE USING (%s)', child, change);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO cc_web, cc_job', child);
END
$$;
