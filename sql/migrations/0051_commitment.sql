-- SPDX-License-Identifier: EUPL-1.2
-- The working copy of a commitment: makers, deliverables, resources and the answers of the SMART check.
-- Its texts, documents and sources stand where those of all kinds do.
CREATE TABLE commitment (
    record_id text PRIMARY KEY,
    kind cc_code,
    continuity cc_code,
    baseline_date cc_when,
    baseline_quantity cc_amount,
    partnership cc_id,
    cycle text,
    announced cc_when,
    start_date cc_when,
    due cc_when,
    completed cc_when,
    state cc_code,
    review_date cc_when,
    reviewer cc_id,
    illustrative boolean NOT NULL DEFAULT false,
    CONSTRAINT fk_commitment_record FOREIGN KEY (record_id) REFERENCES record ON DELETE CASCADE,
    CONSTRAINT ck_commitment_cycle CHECK (length(cycle) BETWEEN 1 AND 60),
    CONSTRAINT ck_commitment_due CHECK (cc_in_order(start_date, due)),
    CONSTRAINT ck_commitment_completed CHECK (cc_in_order(start_date, completed)),
    CONSTRAINT ck_commitment_review CHECK ((review_date IS NULL) = (reviewer IS NULL))
);
SELECT cc_protect('commitment', 'record_id');

CREATE TABLE commitment_maker (
    record_id text NOT NULL,
    position integer NOT NULL,
    organisation cc_id NOT NULL,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_commitment_maker_record FOREIGN KEY (record_id) REFERENCES commitment ON DELETE CASCADE,
    CONSTRAINT uq_commitment_maker UNIQUE (record_id, organisation)
);
SELECT cc_protect('commitment_maker', 'record_id');

CREATE TABLE commitment_sdg (
    record_id text NOT NULL,
    position integer NOT NULL,
    goal cc_code NOT NULL,
    target cc_code,
    weight cc_percent,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_commitment_sdg_record FOREIGN KEY (record_id) REFERENCES commitment ON DELETE CASCADE,
    CONSTRAINT ck_commitment_sdg_target CHECK (target LIKE goal || '.%')
);
CREATE UNIQUE INDEX uq_commitment_sdg ON commitment_sdg (record_id, goal, coalesce(target, ''));
CREATE CONSTRAINT TRIGGER ck_commitment_sdg_sum AFTER INSERT OR UPDATE OR DELETE ON commitment_sdg
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_sum_100('weight', 'ck_commitment_sdg_sum');
SELECT cc_protect('commitment_sdg', 'record_id');

CREATE TABLE commitment_deliverable (
    record_id text NOT NULL,
    position integer NOT NULL,
    completed cc_when,
    due cc_when,
    quantity cc_amount,
    state cc_code NOT NULL,
    evidence cc_url,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_commitment_deliverable_record FOREIGN KEY (record_id) REFERENCES commitment ON DELETE CASCADE
);
SELECT cc_protect('commitment_deliverable', 'record_id');

-- Money stands in the currency of the promise. An equivalent is what a source tells; nothing is
-- converted here.
CREATE TABLE commitment_resource (
    record_id text NOT NULL,
    position integer NOT NULL,
    kind cc_code NOT NULL,
    state cc_code NOT NULL,
    amount cc_amount,
    currency cc_code,
    reference_amount cc_amount,
    reference_currency cc_code,
    quantity cc_amount,
    value_date cc_when,
    provider cc_id,
    confirmed cc_when,
    confirmed_by cc_id,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_commitment_resource_record FOREIGN KEY (record_id) REFERENCES commitment ON DELETE CASCADE,
    CONSTRAINT ck_commitment_resource_money CHECK (
        CASE WHEN kind = 'money' THEN amount IS NOT NULL AND currency IS NOT NULL
             ELSE amount IS NULL AND currency IS NULL
                  AND reference_amount IS NULL AND reference_currency IS NULL END),
    CONSTRAINT ck_commitment_resource_reference
        CHECK ((reference_amount IS NULL) = (reference_currency IS NULL)),
    CONSTRAINT ck_commitment_resource_positive
        CHECK (amount > 0 AND coalesce(reference_amount, 1) > 0 AND coalesce(quantity, 1) > 0)
);
SELECT cc_protect('commitment_resource', 'record_id');

CREATE TABLE commitment_answer (
    record_id text NOT NULL,
    criterion text NOT NULL,
    answer cc_code NOT NULL,
    PRIMARY KEY (record_id, criterion),
    CONSTRAINT fk_commitment_answer_record FOREIGN KEY (record_id) REFERENCES commitment ON DELETE CASCADE,
    CONSTRAINT ck_commitment_answer_criterion
        CHECK (criterion IN ('specific', 'measurable', 'achievable', 'resourced', 'time-bound'))
);
SELECT cc_protect('commitment_answer', 'record_id');

-- Nobody tells of the commitments of others: the organisation that answers for the record is one of the
-- makers, or that of the partnership to which the commitment is made. Asked when the transaction ends;
-- the registry itself and its secretariat may enter any.
CREATE FUNCTION cc_commitment_owner() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    of_record text := coalesce(NEW.record_id, OLD.record_id);
BEGIN
    IF NOT (SELECT cc_ctx_all())
       AND EXISTS (SELECT FROM commitment_maker m WHERE m.record_id = of_record)
       AND NOT EXISTS (
            SELECT FROM record r JOIN commitment c ON c.record_id = r.id
             WHERE r.id = of_record
               AND (EXISTS (SELECT FROM commitment_maker m
                             WHERE m.record_id = r.id AND m.organisation = r.owner_org)
                    OR EXISTS (SELECT FROM record p
                                WHERE p.id = c.partnership AND p.owner_org = r.owner_org))) THEN
        RAISE EXCEPTION 'the owner of commitment "%" did not make it', of_record
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_commitment_owner';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER ck_commitment_owner AFTER INSERT OR UPDATE OR DELETE ON commitment_maker
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_commitment_owner();
CREATE CONSTRAINT TRIGGER ck_commitment_owner AFTER INSERT OR UPDATE ON commitment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_commitment_owner();

-- Five answers and who gave them, or nothing of it.
CREATE FUNCTION cc_commitment_smart() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    of_record text := coalesce(NEW.record_id, OLD.record_id);
BEGIN
    IF EXISTS (SELECT FROM commitment c
                CROSS JOIN LATERAL (SELECT count(*) AS answers FROM commitment_answer a
                                     WHERE a.record_id = c.record_id) n
                WHERE c.record_id = of_record
                  AND n.answers <> CASE WHEN c.reviewer IS NULL THEN 0 ELSE 5 END) THEN
        RAISE EXCEPTION 'the SMART check of commitment "%" is not whole', of_record
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_commitment_smart';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER ck_commitment_smart AFTER INSERT OR UPDATE OR DELETE ON commitment_answer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_commitment_smart();
CREATE CONSTRAINT TRIGGER ck_commitment_smart AFTER INSERT OR UPDATE ON commitment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_commitment_smart();
