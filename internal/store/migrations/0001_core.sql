-- +goose Up
-- One schema for both engines. codetext is text that sorts by bytes and blob is
-- bytes: on PostgreSQL both are domains made by the prelude; SQLite reads the
-- names as TEXT and BLOB affinity.

-- The memory. These tables are only ever added to (entry_body.body may be
-- emptied by lawful erasure).
CREATE TABLE entry (
    position  BIGINT PRIMARY KEY,
    instant   codetext NOT NULL,
    tenant    codetext NOT NULL,
    stream    codetext NOT NULL,
    number    BIGINT NOT NULL,
    kind      codetext NOT NULL,
    actor     codetext NOT NULL,
    body_hash blob NOT NULL,
    UNIQUE (tenant, stream, number)
);
CREATE INDEX entry_instant ON entry (instant, position);
CREATE TABLE entry_body (
    position BIGINT PRIMARY KEY,
    salt     blob NOT NULL,
    body     blob
);
CREATE TABLE tree_hash (
    idx  BIGINT PRIMARY KEY,
    hash blob NOT NULL
);
CREATE TABLE checkpoint (
    size    BIGINT PRIMARY KEY,
    instant codetext NOT NULL,
    note    codetext NOT NULL
);
CREATE TABLE archive (
    sha256  codetext PRIMARY KEY,
    size    BIGINT NOT NULL,
    instant codetext NOT NULL
);
CREATE TABLE archive_part (
    sha256 codetext NOT NULL,
    n      BIGINT NOT NULL,
    bytes  blob NOT NULL,
    PRIMARY KEY (sha256, n)
);

-- Keys and running state: neither memory nor projection.
CREATE TABLE secret (
    name  codetext PRIMARY KEY,
    value blob NOT NULL
);
CREATE TABLE credential (
    account  codetext PRIMARY KEY,
    password codetext NOT NULL,
    changed  codetext NOT NULL
);
CREATE TABLE sign_in_link (
    token_hash blob PRIMARY KEY,
    account    codetext NOT NULL,
    made       codetext NOT NULL,
    expires    codetext NOT NULL,
    used       codetext
);
CREATE TABLE session (
    token_hash blob PRIMARY KEY,
    account    codetext NOT NULL,
    tenant     codetext NOT NULL,
    made       codetext NOT NULL,
    seen       codetext NOT NULL,
    expires    codetext NOT NULL,
    revoked    codetext
);
CREATE INDEX session_account ON session (account);
CREATE TABLE sign_in_failure (
    key_hash blob NOT NULL,
    instant  codetext NOT NULL
);
CREATE INDEX sign_in_failure_key ON sign_in_failure (key_hash, instant);

-- Projections. Each row holds from one ledger position until another.
CREATE TABLE definition (
    sort codetext NOT NULL, id codetext NOT NULL, version codetext NOT NULL, body codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (sort, id, from_pos)
);
CREATE TABLE delivery (
    id codetext NOT NULL, number BIGINT NOT NULL, file codetext NOT NULL, sha256 codetext NOT NULL, size BIGINT NOT NULL,
    source codetext NOT NULL, version codetext NOT NULL, shape codetext NOT NULL, period codetext NOT NULL,
    periods codetext NOT NULL, status codetext NOT NULL, tenant codetext NOT NULL, given_by codetext NOT NULL,
    via codetext NOT NULL, published codetext NOT NULL, received codetext NOT NULL, said_source codetext NOT NULL,
    said_period codetext NOT NULL, mapping blob,
    accepted BIGINT NOT NULL, quarantined BIGINT NOT NULL, skipped BIGINT NOT NULL, added BIGINT NOT NULL,
    unchanged BIGINT NOT NULL, superseding BIGINT NOT NULL, undefined codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (id, from_pos)
);
CREATE INDEX delivery_sha256 ON delivery (sha256);
CREATE TABLE refusal (
    delivery codetext NOT NULL, n BIGINT NOT NULL, sheet codetext NOT NULL, row_number BIGINT NOT NULL,
    column_name codetext NOT NULL, code codetext NOT NULL, found codetext NOT NULL, expected codetext NOT NULL,
    advice codetext NOT NULL, raw codetext NOT NULL,
    indicator codetext NOT NULL, org codetext NOT NULL, period codetext NOT NULL, presence codetext NOT NULL,
    numerator DOUBLE PRECISION NOT NULL, denominator DOUBLE PRECISION NOT NULL, value DOUBLE PRECISION NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (delivery, from_pos, n)
);
CREATE TABLE observation (
    indicator codetext NOT NULL, org codetext NOT NULL, period codetext NOT NULL, tenant codetext NOT NULL,
    vintage BIGINT NOT NULL, presence codetext NOT NULL, numerator DOUBLE PRECISION NOT NULL,
    denominator DOUBLE PRECISION NOT NULL, value DOUBLE PRECISION NOT NULL, delivery codetext NOT NULL,
    sheet codetext NOT NULL, file_rows codetext NOT NULL, note codetext NOT NULL, published codetext NOT NULL,
    received codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (indicator, org, period, tenant, vintage)
);
CREATE INDEX observation_org ON observation (org, indicator, period);
CREATE INDEX observation_period ON observation (indicator, period, until_pos);
CREATE INDEX observation_delivery ON observation (delivery);
CREATE TABLE organisation (
    code codetext NOT NULL, name codetext NOT NULL, role codetext NOT NULL, ods_role codetext NOT NULL,
    parent codetext NOT NULL, region codetext NOT NULL, system codetext NOT NULL,
    legal_from codetext NOT NULL, legal_to codetext NOT NULL, open_from codetext NOT NULL, open_to codetext NOT NULL,
    postcode codetext NOT NULL, latitude DOUBLE PRECISION NOT NULL, longitude DOUBLE PRECISION NOT NULL,
    beds BIGINT NOT NULL, type codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (code, from_pos)
);
CREATE INDEX organisation_parent ON organisation (parent);
CREATE TABLE succession (
    predecessor codetext NOT NULL, successor codetext NOT NULL, legal_date codetext NOT NULL,
    share DOUBLE PRECISION NOT NULL, source codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (predecessor, successor, from_pos)
);
CREATE INDEX succession_successor ON succession (successor);
CREATE TABLE purview (
    tenant codetext NOT NULL, org codetext NOT NULL, because codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, org, from_pos)
);
CREATE TABLE account (
    id codetext NOT NULL, login codetext NOT NULL, name codetext NOT NULL, closed BIGINT NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (id, from_pos)
);
CREATE INDEX account_login ON account (login);
CREATE TABLE membership (
    account codetext NOT NULL, tenant codetext NOT NULL, role codetext NOT NULL, practice codetext NOT NULL,
    agreement codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (account, tenant, role, practice, from_pos)
);
CREATE TABLE agreement (
    id codetext NOT NULL, support_unit codetext NOT NULL, tenant codetext NOT NULL, services codetext NOT NULL,
    starts codetext NOT NULL, ends codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (id, from_pos)
);
CREATE TABLE note (
    id codetext NOT NULL, sort codetext NOT NULL, tenant codetext NOT NULL, indicator codetext NOT NULL,
    org codetext NOT NULL, period codetext NOT NULL, body codetext NOT NULL, signed_by codetext NOT NULL,
    signed_role codetext NOT NULL, signed codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (id, from_pos)
);
CREATE INDEX note_chart ON note (org, indicator);
CREATE TABLE finding (
    id codetext NOT NULL, tenant codetext NOT NULL, indicator codetext NOT NULL, org codetext NOT NULL,
    kind codetext NOT NULL, rule codetext NOT NULL, direction codetext NOT NULL, first_period codetext NOT NULL,
    last_period codetext NOT NULL, points BIGINT NOT NULL, value DOUBLE PRECISION NOT NULL,
    against DOUBLE PRECISION NOT NULL, sentence codetext NOT NULL, p DOUBLE PRECISION NOT NULL,
    latest BIGINT NOT NULL, counted BIGINT NOT NULL, definition codetext NOT NULL, limits codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (id, from_pos)
);
CREATE INDEX finding_org ON finding (org, until_pos);
CREATE TABLE watch_run (
    position BIGINT PRIMARY KEY, instant codetext NOT NULL, code codetext NOT NULL, run_day codetext NOT NULL,
    series BIGINT NOT NULL, funnels BIGINT NOT NULL, began BIGINT NOT NULL, ended BIGINT NOT NULL, digest codetext NOT NULL,
    read_through BIGINT NOT NULL, catalogue codetext NOT NULL, sections codetext NOT NULL
);
-- Where each series stands at its newest value, as the watch last judged it.
CREATE TABLE verdict (
    indicator codetext NOT NULL, org codetext NOT NULL, tenant codetext NOT NULL, last_period codetext NOT NULL,
    value_period codetext NOT NULL, value DOUBLE PRECISION NOT NULL, presence codetext NOT NULL,
    variation codetext NOT NULL, assurance codetext NOT NULL, charted BIGINT NOT NULL, definition codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (indicator, org, tenant, from_pos)
);
CREATE INDEX verdict_org ON verdict (org, until_pos);
CREATE TABLE shown (
    account codetext NOT NULL, tenant codetext NOT NULL, thing codetext NOT NULL, at codetext NOT NULL,
    as_of BIGINT NOT NULL, from_pos BIGINT NOT NULL,
    PRIMARY KEY (account, tenant, thing)
);
