-- SPDX-License-Identifier: EUPL-1.2
-- Pages of organisations say how many memberships there are (functions/page.sql): what is kept of them is made anew when they are read.
DELETE FROM page;
