-- +goose Up
-- Alerts: one row for each alert for as long as it stands so; body is alert.Alert.
CREATE TABLE alert (
    tenant codetext NOT NULL, ref codetext NOT NULL, provider codetext NOT NULL, state codetext NOT NULL,
    owner codetext NOT NULL, raised codetext NOT NULL, ended codetext NOT NULL, version BIGINT NOT NULL, body codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, ref, from_pos)
);
CREATE INDEX alert_current ON alert (tenant, until_pos, state);
-- The evidence of an alert as it was raised, which never changes.
CREATE TABLE alert_evidence (
    tenant codetext NOT NULL, ref codetext NOT NULL, budget DOUBLE PRECISION NOT NULL, score_from DOUBLE PRECISION NOT NULL,
    level_from DOUBLE PRECISION NOT NULL, code codetext NOT NULL, assessment codetext NOT NULL, explanation codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, ref)
);
-- What a commissioner sets about its alerts, and what its closed alerts taught.
CREATE TABLE alert_setting (
    tenant codetext NOT NULL, version BIGINT NOT NULL, body codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, version)
);
CREATE TABLE alert_estimate (
    tenant codetext NOT NULL, sort codetext NOT NULL, version BIGINT NOT NULL, body codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, sort, version)
);
