-- SPDX-License-Identifier: EUPL-1.2
-- Who was a member once (these states come in with imports) can be invited again.
INSERT INTO consent_transition (about, was, state, side) VALUES
    ('membership', 'expired',   'invited', 'partnership'),
    ('membership', 'suspended', 'invited', 'partnership'),
    ('membership', 'ended',     'invited', 'partnership');
