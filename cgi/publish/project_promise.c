/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a record promises, for the sums of its partnership (sql/functions/promise.sql). Amounts stay
 * the text that they are in the content.
 */
#include "publish/project.h"

static json_t *resource(const struct cc_node *group)
{
    json_t *values = json_object();
    for (const struct cc_node *n = group->child; n != NULL; n = n->next) {
        if (n->text != NULL && n->lang == NULL) {
            json_object_set_new(values, n->field->name, json_string(n->text));
        }
    }
    return values;
}

json_t *cc_project_promise(const struct cc_record *rec, const char *state)
{
    if (cc_field_find(rec->kind->fields, "resource") == NULL) {
        return NULL;
    }
    json_t *resources = json_array();
    const struct cc_node *n = cc_node_first(rec->first, "resource");
    for (; n != NULL; n = cc_node_again(n)) {
        json_array_append_new(resources, resource(n));
    }
    const char *cycle = cc_node_text(rec->first, "cycle");
    return json_pack("{ss ss so}", "cycle", cycle != NULL ? cycle : "", "state",
                     state != NULL ? state : "", "resources", resources);
}
