-- +goose Up
-- What can be found by its words, one row for each wording of a thing, for as long
-- as it stood so. The words themselves are in search_text, which each engine makes
-- in its own way (search_engine.go). sort is signal, note or delivery; sealed is 1
-- where the words are under seal and none are in search_text. Both tables follow
-- from the projections and are left out of backups: they are made again.
CREATE TABLE search_doc (
    doc      INTEGER PRIMARY KEY,
    tenant   codetext NOT NULL,
    sort     codetext NOT NULL,
    ref      codetext NOT NULL,
    sealed   BIGINT NOT NULL,
    wording  codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL
);
CREATE INDEX search_doc_ref ON search_doc (tenant, sort, ref, until_pos);
-- How much is under seal is said under every search.
CREATE INDEX search_doc_sealed ON search_doc (tenant, sort, ref) WHERE sealed = 1;
-- How far the index has read the ledger: one row.
CREATE TABLE search_state (
    one      BIGINT PRIMARY KEY,
    position BIGINT NOT NULL
);
-- Entries of one kind, newest first: the memory's page asks for them.
CREATE INDEX entry_kind ON entry (tenant, kind, position);

-- Changes of many signals at once: which, by whom, and what became of each.
CREATE TABLE together (
    id codetext NOT NULL, tenant codetext NOT NULL, account codetext NOT NULL, instant codetext NOT NULL,
    undoes codetext NOT NULL, body codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (id, from_pos)
);
CREATE INDEX together_tenant ON together (tenant, from_pos);
CREATE INDEX together_undoes ON together (tenant, undoes);
