-- +goose Up
-- E-mail. mail_choice, mail_round and mail are projections. state is waiting, sent
-- or failed.
CREATE TABLE mail_choice (
    account codetext NOT NULL, kinds codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (account, from_pos)
);
CREATE TABLE mail_round (
    tenant codetext NOT NULL, round codetext NOT NULL, about codetext NOT NULL, up_to BIGINT NOT NULL,
    instant codetext NOT NULL, position BIGINT NOT NULL,
    PRIMARY KEY (tenant, round, about)
);
CREATE INDEX mail_round_newest ON mail_round (tenant, round, position);
CREATE TABLE mail (
    id codetext NOT NULL, tenant codetext NOT NULL, account codetext NOT NULL, kind codetext NOT NULL, about codetext NOT NULL,
    up_to BIGINT NOT NULL, decided codetext NOT NULL, state codetext NOT NULL, ended codetext NOT NULL,
    attempts BIGINT NOT NULL, code BIGINT NOT NULL, why codetext NOT NULL, position BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (tenant, account, kind, about)
);
CREATE INDEX mail_state ON mail (state, position);
CREATE INDEX mail_newest ON mail (tenant, position);

-- Tries of messages that wait: running state, neither memory nor projection. A
-- message may be tried again from the instant in not_before: while a try goes on
-- that is the end of the time within which its process must end it.
CREATE TABLE mail_try (
    message    codetext PRIMARY KEY,
    attempts   BIGINT NOT NULL,
    not_before codetext NOT NULL,
    code       BIGINT NOT NULL,
    why        codetext NOT NULL
);
