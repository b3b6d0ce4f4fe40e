-- SPDX-License-Identifier: EUPL-1.2
-- Nobody looks an entry up by its link: it is read with the entry, by position or by record.
DROP INDEX feed_link_i;
