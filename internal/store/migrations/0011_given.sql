-- +goose Up
-- Lists of codes and templates of visits that administrators have given while the
-- program runs, one row for each time; the newest of a list holds. An empty body takes
-- back what was given before.
CREATE TABLE local_list (
    sort codetext NOT NULL, id codetext NOT NULL, body codetext NOT NULL, because codetext NOT NULL, account codetext NOT NULL, instant codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (sort, id, from_pos)
);
CREATE INDEX local_list_order ON local_list (from_pos);

-- Providers' plans of responses to incidents (R-PSI-1), one row for each time that
-- one was recorded or corrected. body is signal.ResponsePlan.
CREATE TABLE response_plan (
    tenant codetext NOT NULL, id codetext NOT NULL, ref_year BIGINT NOT NULL, serial BIGINT NOT NULL, provider codetext NOT NULL,
    account codetext NOT NULL, instant codetext NOT NULL, body codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, id, from_pos)
);
