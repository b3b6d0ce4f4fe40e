/* SPDX-License-Identifier: EUPL-1.2 */
/* The forms that routes.def names; each is defined beside its handler. Sorted by name. */
#ifndef CC_FORMS_H
#define CC_FORMS_H

#include "concord/http.h"

extern const struct cc_form cc_accept_form;
extern const struct cc_form cc_activity_list_form;
extern const struct cc_form cc_activity_new_form;
extern const struct cc_form cc_answer_form;
extern const struct cc_form cc_commitment_list_form;
extern const struct cc_form cc_commitment_new_form;
extern const struct cc_form cc_audit_list_form;
extern const struct cc_form cc_compare_form;
extern const struct cc_form cc_confirm_ask_form;
extern const struct cc_form cc_confirm_form;
extern const struct cc_form cc_done_form; /* only ?done=WORD, see app/frame.c */
extern const struct cc_form cc_engaged_form;
extern const struct cc_form cc_feed_form;
extern const struct cc_form cc_grant_form;
extern const struct cc_form cc_history_form;
extern const struct cc_form cc_trail_form;
extern const struct cc_form cc_transfer_form;
extern const struct cc_form cc_iati_form;
extern const struct cc_form cc_iati_part_form;
extern const struct cc_form cc_import_form;
extern const struct cc_form cc_upload_form;
extern const struct cc_form cc_invite_form;
extern const struct cc_form cc_invite_query;
extern const struct cc_form cc_member_list_form;
extern const struct cc_form cc_member_work_form;
extern const struct cc_form cc_organisation_list_form;
extern const struct cc_form cc_partnership_list_form;
extern const struct cc_form cc_people_form;
extern const struct cc_form cc_desk_form;
extern const struct cc_form cc_person_list_form;
extern const struct cc_form cc_person_sessions_form;
extern const struct cc_form cc_promise_list_form;
extern const struct cc_form cc_promise_csv_form;
extern const struct cc_form cc_propose_form;
extern const struct cc_form cc_record_links_form;
extern const struct cc_form cc_search_form;
extern const struct cc_form cc_session_end_form;
extern const struct cc_form cc_sign_in_form;
extern const struct cc_form cc_sign_in_query;
extern const struct cc_form cc_sign_out_form;
extern const struct cc_form cc_sitemap_form;
extern const struct cc_form cc_statistic_csv_form;
extern const struct cc_form cc_statistic_view_form;
extern const struct cc_form cc_edit_form;
extern const struct cc_form cc_organisation_new_form;
extern const struct cc_form cc_partnership_new_form;
extern const struct cc_form cc_publish_form;
extern const struct cc_form cc_merge_form;

#endif
