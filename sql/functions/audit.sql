-- SPDX-License-Identifier: EUPL-1.2
-- The trail is as good as who writes it. Functions of cc_owner write what they did; a login by itself
-- tells only what is its own: pages of what a person did with a record that they hold locked, the
-- login class of signing in. So nobody who can send SQL as cc_web makes the trail say that somebody
-- signed in, was given a role, published, or that an organisation was confirmed. Trigger of migration 0034.
CREATE OR REPLACE FUNCTION cc_audit_says() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    is_told boolean := true;
BEGIN
    -- Each login's question by itself: cc_login may not even ask about records.
    IF current_user = 'cc_login' THEN
        is_told := NEW.action ~ '^login\.';
    ELSIF current_user = 'cc_web' THEN
        IF concord.cc_ctx_person() IS NULL
           OR NEW.action ~ '^(login\.|organisation\.|record\.(role|published|withdrawn|redirected|redact|transfer))' THEN
            is_told := false;
        ELSIF NEW.action ~ '^import\.' THEN
            is_told := concord.cc_ctx_all() -- or a file that an organisation sends
                       OR (NEW.action ~ '^import\.iati-' AND NEW.object = ANY (concord.cc_ctx_orgs_focal()));
        ELSE
            is_told := EXISTS (SELECT FROM concord.record r
                                WHERE r.id = NEW.object AND r.locked_in = pg_current_xact_id());
        END IF;
    END IF;
    IF NOT is_told THEN
        RAISE EXCEPTION '% cannot tell of "%"', current_user, NEW.action USING ERRCODE = 'CC403';
    END IF;
    RETURN NEW;
END
$$;
