-- SPDX-License-Identifier: EUPL-1.2
-- May the asker do what a route is for? One word per row of enum cc_permission (cgi/app/request.c).
-- PL/pgSQL plans the last expression only when it is reached: cc_login, which may not read records,
-- is asked about signing in only.
CREATE OR REPLACE FUNCTION cc_request_may(p_permission text, p_record text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_permission = 'public' THEN
        RETURN true;
    ELSIF concord.cc_ctx_person() IS NULL THEN
        RETURN false;
    ELSIF p_permission = 'login' THEN
        RETURN true;
    END IF;
    RETURN coalesce(CASE p_permission
        WHEN 'read' THEN concord.cc_may_see(p_record)
        WHEN 'edit' THEN concord.cc_may_change(p_record)
        WHEN 'publish' THEN concord.cc_may_publish(p_record)
        WHEN 'answer' THEN concord.cc_may_answer(p_record)
        -- Who speaks for the partnership to which a commitment is made, for itself only.
        WHEN 'accept' THEN EXISTS (
            SELECT FROM concord.promise p WHERE p.record_id = p_record
               AND concord.cc_promise_speaks(p.partnership_id) IS NOT NULL)
        WHEN 'manage-org' THEN
            concord.cc_ctx_all() OR p_record = ANY (concord.cc_ctx_orgs_focal())
        WHEN 'register' THEN concord.cc_may_register()
        WHEN 'secretariat' THEN (concord.cc_ctx()).roles & 6 <> 0
        WHEN 'admin' THEN (concord.cc_ctx()).roles & 4 <> 0
    END, false);
END
$$;
GRANT EXECUTE ON FUNCTION cc_request_may(text, text) TO cc_web, cc_login;
