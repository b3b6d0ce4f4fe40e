/* SPDX-License-Identifier: EUPL-1.2 */
/* The little that the shared parts must compute: classes by tone, choices, references by id. */
#include "view/parts.h"

#include <string.h>
#include <talloc.h>

static const struct {
    const char *alert, *badge, *button;
} tones[CC_TONE__COUNT] = {
    [CC_TONE_PLAIN] = {"alert alert-info", "badge cc-tone-plain", "btn-primary"},
    [CC_TONE_GOOD] = {"alert alert-success", "badge cc-tone-good", "btn-success"},
    [CC_TONE_WAIT] = {"alert alert-warning", "badge cc-tone-wait", "btn-secondary"},
    [CC_TONE_BAD] = {"alert alert-danger", "badge cc-tone-bad", "btn-danger"},
};

const char *cc_alert_class(enum cc_tone tone)
{
    return tones[tone].alert;
}

const char *cc_badge_class(enum cc_tone tone)
{
    return tones[tone].badge;
}

const char *cc_button_class(enum cc_tone tone)
{
    return tones[tone].button;
}

/* Of the code lists consent-state and lifecycle-state; what has simply ended stays plain. */
static const struct {
    const char *code;
    enum cc_tone tone;
} code_tones[] = {
    {"active", CC_TONE_GOOD},    {"agreed", CC_TONE_GOOD},       {"confirmed", CC_TONE_GOOD},
    {"published", CC_TONE_GOOD}, {"renewing", CC_TONE_GOOD},     {"draft", CC_TONE_WAIT},
    {"dormant", CC_TONE_WAIT},   {"forming", CC_TONE_WAIT},      {"idea", CC_TONE_WAIT},
    {"invited", CC_TONE_WAIT},   {"proposed", CC_TONE_WAIT},     {"scoping", CC_TONE_WAIT},
    {"suspended", CC_TONE_WAIT}, {"under-review", CC_TONE_WAIT}, {"winding-down", CC_TONE_WAIT},
    {"contested", CC_TONE_BAD},  {"declined", CC_TONE_BAD},      {"rejected", CC_TONE_BAD},
    {"withdrawn", CC_TONE_BAD},
};

enum cc_tone cc_tone_of(const char *code)
{
    for (size_t i = 0; code != NULL && i < sizeof(code_tones) / sizeof(code_tones[0]); i++) {
        if (strcmp(code_tones[i].code, code) == 0)
            return code_tones[i].tone;
    }
    return CC_TONE_PLAIN;
}

/* Dates and numbers are text fields: a browser's own picker would lose a value that is wrong. */
const char *cc_control_type(const struct cc_control *c)
{
    switch (c->type) {
    case CC_C_URL:
        return "url";
    case CC_C_MAIL:
        return "email";
    case CC_C_PHONE:
        return "tel";
    case CC_C_PASSWORD:
        return "password";
    case CC_C_FILE:
        return "file";
    case CC_C_LINE:
    case CC_C_BLOCK:
    case CC_C_SELECT:
    case CC_C_CHECK:
    case CC_C_RADIO:
    case CC_C_DATE:
    case CC_C_NUMBER:
        break;
    }
    return "text";
}

const char *cc_control_described_by(void *mem, const struct cc_control *c)
{
    if (c->hint == NULL && c->error == NULL)
        return NULL;
    if (c->hint == NULL)
        return talloc_asprintf(mem, "f-%s-error", c->name);
    if (c->error == NULL)
        return talloc_asprintf(mem, "f-%s-hint", c->name);
    return talloc_asprintf(mem, "f-%s-hint f-%s-error", c->name, c->name);
}

bool cc_controls_filled(const struct cc_control *controls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct cc_control *c = &controls[i];

        if (c->value != NULL && c->value[0] != '\0' && (c->type != CC_C_SELECT || c->blank != NULL))
            return true;
    }
    return false;
}

bool cc_control_option(const struct cc_control *c, size_t i, struct cc_option *option_r)
{
    if (c->codelist == NULL) {
        if (i < c->option_count)
            *option_r = c->options[i];
        return i < c->option_count;
    }
    if (i >= cc_codelist_size(c->codelist))
        return false;
    struct cc_code code = cc_codelist_at(c->codelist, i);
    option_r->value = code.code;
    option_r->text = code.name;
    return true;
}
