-- +goose Up
-- Programs that commissioners let use the API. Lists are joined with commas.
CREATE TABLE client (
    id codetext NOT NULL, tenant codetext NOT NULL, name codetext NOT NULL, may codetext NOT NULL, kinds codetext NOT NULL,
    revoked BIGINT NOT NULL, because codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (id, from_pos)
);
CREATE INDEX client_tenant ON client (tenant, until_pos);

-- Keys, and answers to calls that may be sent again: neither memory nor projection.
-- Only hashes are kept. expires is empty for a key that has no end; used is empty
-- until it is used.
CREATE TABLE client_key (
    key_hash blob PRIMARY KEY,
    client   codetext NOT NULL,
    made     codetext NOT NULL,
    expires  codetext NOT NULL,
    used     codetext NOT NULL
);
CREATE INDEX client_key_client ON client_key (client);
CREATE TABLE once (
    client    codetext NOT NULL,
    key_hash  blob NOT NULL,
    body_hash blob NOT NULL,
    answer    blob NOT NULL,
    expires   codetext NOT NULL,
    PRIMARY KEY (client, key_hash)
);
CREATE INDEX once_expires ON once (expires);

-- Files of signals as they came: the archive holds their encrypted bytes, under the
-- hash of those (cipher). wrapped is the key under the master key; it is emptied by
-- lawful erasure.
CREATE TABLE sealed_file (
    tenant  codetext NOT NULL,
    sha256  codetext NOT NULL,
    cipher  codetext NOT NULL,
    wrapped blob,
    PRIMARY KEY (tenant, sha256)
);
