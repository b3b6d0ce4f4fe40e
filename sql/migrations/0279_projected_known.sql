-- SPDX-License-Identifier: EUPL-1.2
-- Which records of a batch were published before.
ALTER TYPE cc_projected ADD ATTRIBUTE known text[];
