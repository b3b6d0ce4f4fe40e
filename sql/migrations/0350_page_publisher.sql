-- SPDX-License-Identifier: EUPL-1.2
-- Pages say in whose name a record was published (functions/page.sql): what is kept of them is made anew when they are read.
DELETE FROM page;
