-- +goose Up
-- What a commissioner has settled about listening; body is signal.Settings.
CREATE TABLE listening (
    tenant codetext NOT NULL, body codetext NOT NULL, because codetext NOT NULL, account codetext NOT NULL, instant codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, from_pos)
);

-- Submissions of providers, one row for each version; the newest holds until
-- further notice, and earlier ones stay readable. body is signal.Submission.
CREATE TABLE submission (
    tenant codetext NOT NULL, id codetext NOT NULL, ref_year BIGINT NOT NULL, serial BIGINT NOT NULL, version BIGINT NOT NULL,
    provider codetext NOT NULL, received codetext NOT NULL, account codetext NOT NULL, body codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, id, version)
);
CREATE INDEX submission_current ON submission (tenant, until_pos, provider, received);

-- "Assurance later contradicted": a statement and what disproved it. body is
-- signal.Contradiction.
CREATE TABLE contradiction (
    tenant codetext NOT NULL, id codetext NOT NULL, submission codetext NOT NULL, version BIGINT NOT NULL, statement codetext NOT NULL,
    provider codetext NOT NULL, body codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, id, from_pos)
);
CREATE INDEX contradiction_submission ON contradiction (tenant, submission);
CREATE INDEX contradiction_provider ON contradiction (tenant, provider);

-- Counts that left the team: what was shown, so that the next paper can be held
-- against it (R-SDC-4). body is record.Release.
CREATE TABLE released (
    tenant codetext NOT NULL, id codetext NOT NULL, serial BIGINT NOT NULL, account codetext NOT NULL, instant codetext NOT NULL, body codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
