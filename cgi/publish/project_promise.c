/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a record promises, for the sums of its partnership (sql/functions/promise.sql, which
 * compares it with the content when it is published). Amounts stay the text that they are in the
 * content.
 */
#include "publish/project.h"

#include <string.h>

static void set(json_t *object, const char *name, const char *text)
{
    if (text != NULL) {
        json_object_set_new(object, name, json_string(text));
    }
}

static json_t *resource(const struct cc_node *group)
{
    static const char *const names[] = {"kind",
                                        "state",
                                        "amount",
                                        "currency",
                                        "value-date",
                                        "reference-amount",
                                        "reference-currency"};
    json_t *values = json_object();

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        set(values, names[i], cc_node_text(group->child, names[i]));
    }
    return values;
}

json_t *cc_project_promise(const struct cc_record *rec, const char *state)
{
    if (cc_field_find(rec->kind->fields, "resource") == NULL) {
        return NULL;
    }
    json_t *resources = json_array(), *makers = json_array();
    const struct cc_node *n = cc_node_first(rec->first, "resource");
    for (; n != NULL; n = cc_node_again(n)) {
        json_array_append_new(resources, resource(n));
    }
    for (n = cc_node_first(rec->first, "maker"); n != NULL; n = cc_node_again(n)) {
        json_array_append_new(makers, json_string(n->text));
    }
    const char *cycle = cc_node_text(rec->first, "cycle");
    const char *illustrative = cc_node_text(rec->first, "illustrative");
    json_t *promise = json_pack("{ss ss sb so so}", "cycle", cycle != NULL ? cycle : "", "state",
                                state != NULL ? state : "", "illustrative",
                                illustrative != NULL && strcmp(illustrative, "true") == 0, "makers",
                                makers, "resources", resources);
    set(promise, "partnership", cc_node_text(rec->first, "partnership"));
    set(promise, "same-as", cc_node_text(rec->first, "same-as"));
    return promise;
}
