/* SPDX-License-Identifier: EUPL-1.2 */
/* Groups of fields that several kinds share. */
#include "model/fields.h"

const struct cc_field cc_document_fields[] = {
    F_CODES("category", 30, "document-category", N_("Category"),
            N_("What sort of document it is.")),
    F_LEAF("date", CC_F_WHEN, CC_ATTR, 10, NULL, N_("Date"), N_("When the document was issued.")),
    F_LEAF("format", CC_F_TOKEN, CC_ATTR, 100, NULL, N_("Format"),
           N_("Media type, for example application/pdf.")),
    F_LANGS("language", 30, N_("Language"),
            N_("Language of the document as a BCP 47 tag, for example fr.")),
    F_TEXT("title", CC_F_LINE, CC_REQUIRED, CC_LINE_MAX, NULL, N_("Title"),
           N_("Title of the document.")),
    F_TEXT("description", CC_F_BLOCK, 0, CC_BLOCK_MAX, NULL, N_("Description"),
           N_("What stands in the document.")),
    F_LEAF("url", CC_F_URL, CC_REQUIRED, 2000, NULL, N_("Web address"),
           N_("Where the document can be read.")),
    F_END};

const struct cc_field cc_source_fields[] = {
    F_LEAF("about", CC_F_TOKEN, CC_ATTR, 200, NULL, N_("About"),
           N_("Names of the elements that rest on this source, separated by blanks; absent: all.")),
    F_LEAF("date", CC_F_WHEN, CC_ATTR, 10, NULL, N_("Date"), N_("Date of the source.")),
    F_LEAF("citation", CC_F_TOKEN, CC_REQUIRED, 1000, NULL, N_("Citation"),
           N_("The source as one would cite it.")),
    F_LEAF("url", CC_F_URL, 0, 2000, NULL, N_("Web address"), N_("Where the source can be read.")),
    F_END};

const struct cc_field cc_sdg_fields[] = {
    F_CODE("goal", CC_ATTR | CC_REQUIRED, "sdg-goal", NULL, N_("Goal"),
           N_("Sustainable Development Goal, 1 to 17.")),
    F_CODE("target", CC_ATTR, "sdg-target", NULL, N_("Target"), N_("Target of this goal.")),
    F_LEAF("weight", CC_F_PERCENT, CC_ATTR, 6, NULL, N_("Weight"),
           N_("Share of the work in percent; given for all links or for none, with a sum of 100.")),
    F_TEXT("statement", CC_F_BLOCK, 0, 2000, NULL, N_("Statement"), N_("What is done for it.")),
    F_END};

const struct cc_field cc_contact_fields[] = {
    F_TEXT("office", CC_F_LINE, 0, CC_LINE_MAX, NULL, N_("Office"),
           N_("Name of the office, never of a person.")),
    F_TEXT("organisation", CC_F_LINE, 0, CC_LINE_MAX, NULL, N_("Organisation"),
           N_("Name of the organisation whose office it is.")),
    F_TEXT("job-title", CC_F_LINE, 0, CC_LINE_MAX, NULL, N_("Function"),
           N_("Function of whoever answers there, never a name.")),
    F_LEAF("mail", CC_F_MAIL, 0, 254, NULL, N_("E-mail"), N_("Mailbox of the office.")),
    F_LEAF("phone", CC_F_PHONE, 0, 32, NULL, N_("Telephone"), N_("Telephone of the office.")),
    F_TEXT("address", CC_F_BLOCK, 0, 500, NULL, N_("Postal address"),
           N_("Postal address of the office.")),
    F_LEAF("url", CC_F_URL, 0, 2000, NULL, N_("Web address"), N_("Page of the office.")),
    F_END};
