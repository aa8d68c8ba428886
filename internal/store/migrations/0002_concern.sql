-- +goose Up
-- Concern: one row for each provider of each commissioner, for as long as the
-- assessment holds. assessment and explanation are the engine's own JSON.
CREATE TABLE concern (
    tenant codetext NOT NULL, org codetext NOT NULL, month codetext NOT NULL, params codetext NOT NULL,
    judged BIGINT NOT NULL, place BIGINT NOT NULL, points BIGINT NOT NULL, word codetext NOT NULL,
    ranking DOUBLE PRECISION NOT NULL, assessment codetext NOT NULL, explanation codetext NOT NULL,
    above codetext NOT NULL, -- the facts above any score, alone: lists are ordered by them
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, org, from_pos)
);
CREATE INDEX concern_current ON concern (tenant, until_pos, place);
