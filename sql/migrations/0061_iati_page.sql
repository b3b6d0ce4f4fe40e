-- SPDX-License-Identifier: EUPL-1.2
-- The pages of /iati/activities.xml: what becomes an IATI activity, in the order of the feed.
CREATE INDEX publication_iati_i ON publication (position)
    WHERE state = 'published' AND kind IN ('activity', 'partnership');
