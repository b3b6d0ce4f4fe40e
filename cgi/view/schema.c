/* SPDX-License-Identifier: EUPL-1.2 */
/* Small questions of the template of schema pages. */
#include "view/schema.h"

#include "concord/i18n.h"
#include <string.h>
#include <talloc.h>

const char *cc_schema_anchor(const struct cc_schema_page *p, const char *kind, const char *name)
{
    for (size_t i = 0; i < p->file_count; i++) {
        const struct cc_schema *schema = &p->files[i].schema;

        for (size_t k = 0; k < schema->part_count; k++) {
            if (strcmp(schema->parts[k].kind, kind) == 0 &&
                strcmp(schema->parts[k].name, name) == 0) {
                return talloc_asprintf(p->files, "%s-%s", kind, name);
            }
        }
    }
    return NULL;
}

const char *cc_schema_kind_label(const char *kind)
{
    static const struct {
        const char *kind, *label;
    } table[] = {
        {"element", N_("Element")},
        {"group", N_("Group")},
        {"type", N_("Type")},
        {"attribute", N_("Attribute")},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(table[i].kind, kind) == 0) {
            return gettext(table[i].label);
        }
    }
    return kind;
}
