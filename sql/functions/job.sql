-- SPDX-License-Identifier: EUPL-1.2
-- The queue: claim, beat, end. A failed job waits longer each time (2^attempts seconds, an hour at
-- most); one that is to run once is dead after 10 attempts. A claim ends with the next one: a runner
-- that slept past its lease has no say any more.
CREATE OR REPLACE FUNCTION cc_job_claim(p_lane text, p_lease interval)
RETURNS TABLE (job_id bigint, job_claim bigint, job_name text, job_arguments jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    UPDATE job SET lease_until = now() + p_lease, attempts = attempts + 1, claim = claim + 1, again = false
     WHERE id = (SELECT id FROM job
                  WHERE lane = p_lane AND state = 'waiting' AND due_at <= now()
                    AND (lease_until IS NULL OR lease_until < now())
                  ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, claim, name, arguments
$$;

CREATE OR REPLACE FUNCTION cc_job_beat(p_id bigint, p_claim bigint, p_lease interval) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    UPDATE job SET lease_until = now() + p_lease
     WHERE id = p_id AND claim = p_claim AND lease_until IS NOT NULL
    RETURNING true
$$;

CREATE OR REPLACE FUNCTION cc_job_end(p_id bigint, p_claim bigint, p_error text) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    UPDATE job
       SET lease_until = NULL,
           last_error = p_error,
           last_ok_at = CASE WHEN p_error IS NULL THEN now() ELSE last_ok_at END,
           due_at = CASE WHEN p_error IS NOT NULL
                              THEN now() + least(interval '1 hour', make_interval(secs => 2 ^ least(attempts, 12)))
                         WHEN period IS NOT NULL AND NOT again THEN now() + period
                         ELSE due_at END,
           state = CASE WHEN p_error IS NULL AND period IS NULL THEN 'done'
                        WHEN p_error IS NOT NULL AND period IS NULL AND attempts >= 10 THEN 'dead'
                        ELSE 'waiting' END,
           attempts = CASE WHEN p_error IS NULL THEN 0 ELSE attempts END
     WHERE id = p_id AND claim = p_claim AND lease_until IS NOT NULL
    RETURNING state
$$;

-- Something was redacted. Today's full set may hold it, and one that is being written now, too; so may kept
-- parts of pages that count no more.
CREATE OR REPLACE FUNCTION cc_redacted() RETURNS void
LANGUAGE sql SET search_path = concord, pg_temp
AS $$
    UPDATE job SET due_at = clock_timestamp(), again = true WHERE name = 'full-set';
    DELETE FROM page WHERE position < (SELECT named FROM feed_head);
$$;

-- The newest redaction's position; none comes behind it while the transaction lasts.
CREATE OR REPLACE FUNCTION cc_full_set_lock() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('concord.feed'));
    RETURN (SELECT coalesce(max(position), 0) FROM redaction);
END
$$;

-- What an audit event says, as one text to hash.
CREATE OR REPLACE FUNCTION cc_audit_text(e audit_event) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT concat_ws('|', e.id, extract(epoch FROM e.at), e.login, coalesce(e.person::text, '-'),
                     e.action, coalesce(e.object, '-'), e.detail)
$$;

-- Chains what has no link yet, in one batch, in the order of its numbers. Events of transactions that are
-- still open come later.
CREATE OR REPLACE FUNCTION cc_audit_chain(p_max integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    ids bigint[];
    event audit_event;
    at_position bigint;
    at_link text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('concord.audit'));
    ids := ARRAY(SELECT event_id FROM audit_unchained ORDER BY event_id LIMIT p_max);
    SELECT position, link INTO at_position, at_link FROM audit_link ORDER BY position DESC LIMIT 1;
    FOR event IN SELECT * FROM audit_event WHERE id = ANY (ids) ORDER BY id
    LOOP
        at_position := coalesce(at_position, 0) + 1;
        at_link := encode(sha256(convert_to(coalesce(at_link, '') || cc_audit_text(event), 'UTF8')), 'hex');
        INSERT INTO audit_link (position, event_id, link) VALUES (at_position, event.id, at_link);
    END LOOP;
    DELETE FROM audit_unchained WHERE event_id = ANY (ids);
    RETURN cardinality(ids);
END
$$;

-- Positions whose link is not what event and previous link give, or that are missing.
CREATE OR REPLACE FUNCTION cc_audit_broken() RETURNS TABLE (broken_at bigint, what text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT position, CASE WHEN expected_position <> position THEN 'a link before this one is missing'
                          ELSE 'the event is not what was chained' END
      FROM (SELECT l.position, l.link, row_number() OVER w AS expected_position,
                   encode(sha256(convert_to(coalesce(lag(l.link) OVER w, '') || cc_audit_text(e), 'UTF8')), 'hex') AS expected
              FROM audit_link l JOIN audit_event e ON e.id = l.event_id
            WINDOW w AS (ORDER BY l.position)) links
     WHERE expected_position <> position OR expected <> link
     ORDER BY position LIMIT 100
$$;

GRANT EXECUTE ON FUNCTION cc_job_claim(text, interval), cc_job_beat(bigint, bigint, interval),
    cc_job_end(bigint, bigint, text), cc_audit_chain(integer), cc_full_set_lock() TO cc_job;
GRANT EXECUTE ON FUNCTION cc_audit_broken(), cc_audit_text(audit_event) TO cc_audit;
