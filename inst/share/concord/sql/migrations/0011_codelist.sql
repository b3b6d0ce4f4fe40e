-- SPDX-License-Identifier: EUPL-1.2
-- Dated code lists. A code that is withdrawn stays valid where it stands. Loaded by
-- `concord codelists`; the document is kept as it was loaded and served to machines.
CREATE TABLE codelist (
    name text PRIMARY KEY,
    version text NOT NULL,
    source text,
    titles jsonb NOT NULL,
    document text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ck_codelist_name CHECK (name ~ '^[a-z][a-z0-9-]{0,59}$')
);
CREATE TABLE code (
    list text NOT NULL,
    code text NOT NULL,
    position integer NOT NULL,
    names jsonb NOT NULL,       -- {"en":"Funding"}
    definitions jsonb NOT NULL, -- {"en":"Gives money."}
    maps jsonb NOT NULL,        -- {"iati":"1"}
    withdrawn_on text,
    PRIMARY KEY (list, code),
    CONSTRAINT fk_code_list FOREIGN KEY (list) REFERENCES codelist
);
GRANT SELECT ON codelist, code TO cc_web, cc_login, cc_job, cc_audit;
