-- +goose Up
-- Sealed texts: neither memory nor projection. wrapped is the text's key under the
-- master key; it is emptied by lawful erasure, after which text can't be opened.
CREATE TABLE sealed (
    ref     codetext PRIMARY KEY,
    tenant  codetext NOT NULL,
    signal  codetext NOT NULL,
    purpose codetext NOT NULL,
    readers codetext NOT NULL,
    text    blob NOT NULL,
    wrapped blob
);
CREATE INDEX sealed_signal ON sealed (tenant, signal);

-- One row for each version of a signal. body is the signal as its events fold it;
-- the columns before it are what lists and counts ask for. due is the instant of
-- the clock that is due first, empty when none runs. pile is todo, waiting or done.
-- site to veiled is what patterns are made of: themes are joined by commas, counts is
-- nought for praise and for what was withdrawn. Of a veiled signal (its author wishes
-- not to be known) the column theme is empty, and themes is read under a rule about
-- small cells only (R-FTSU-1). above is 1 for what may be a fact above any score
-- (R-RISK-4).
CREATE TABLE signal (
    tenant codetext NOT NULL, ref codetext NOT NULL, id codetext NOT NULL, prefix codetext NOT NULL, ref_year BIGINT NOT NULL,
    serial BIGINT NOT NULL, origin codetext NOT NULL, theirs codetext NOT NULL, kind codetext NOT NULL,
    provider codetext NOT NULL, ward codetext NOT NULL, theme codetext NOT NULL, severity BIGINT NOT NULL,
    practice codetext NOT NULL, raised_by codetext NOT NULL, received codetext NOT NULL, title codetext NOT NULL,
    state codetext NOT NULL, outcome codetext NOT NULL, outcome_at codetext NOT NULL, assigned codetext NOT NULL,
    pile codetext NOT NULL, due codetext NOT NULL, due_name codetext NOT NULL, unresolved BIGINT NOT NULL, sealed BIGINT NOT NULL,
    channel codetext NOT NULL, severe BIGINT NOT NULL, event_month codetext NOT NULL, received_month codetext NOT NULL,
    event codetext NOT NULL, duplicate_of codetext NOT NULL,
    site codetext NOT NULL, service codetext NOT NULL, source_token codetext NOT NULL, themes codetext NOT NULL, event_day codetext NOT NULL,
    counts BIGINT NOT NULL, veiled BIGINT NOT NULL, above BIGINT NOT NULL, version BIGINT NOT NULL, body codetext NOT NULL,
    from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (tenant, ref, from_pos)
);
CREATE INDEX signal_serial ON signal (tenant, prefix, ref_year, serial);
CREATE INDEX signal_event ON signal (tenant, event) WHERE event <> '';
CREATE INDEX signal_duplicate ON signal (tenant, duplicate_of) WHERE duplicate_of <> '';
-- Lists and counts ask for the versions that hold now: these indexes have no others
-- (9223372036854775807 is until_pos of a row that still holds).
CREATE UNIQUE INDEX signal_origin ON signal (tenant, origin) WHERE until_pos = 9223372036854775807 AND origin <> '';
CREATE INDEX signal_pile ON signal (tenant, pile, due, ref, outcome) WHERE until_pos = 9223372036854775807;
CREATE INDEX signal_received ON signal (tenant, received, ref) WHERE until_pos = 9223372036854775807;
CREATE INDEX signal_outcome ON signal (tenant, outcome_at, pile) WHERE until_pos = 9223372036854775807 AND outcome_at <> '';
CREATE INDEX signal_place ON signal (tenant, provider, received, ref, theme) WHERE until_pos = 9223372036854775807;
CREATE INDEX signal_practice ON signal (tenant, practice, received) WHERE until_pos = 9223372036854775807 AND practice <> '';
CREATE INDEX signal_raised ON signal (tenant, raised_by, received) WHERE until_pos = 9223372036854775807;
CREATE INDEX signal_above ON signal (tenant, received, ref) WHERE until_pos = 9223372036854775807 AND above = 1;
CREATE INDEX signal_assigned ON signal (tenant, assigned, due, ref) WHERE until_pos = 9223372036854775807 AND assigned <> '';

-- How many signals lie in each pile now: to do by the UTC day of the clock that is
-- due first, done by the day of the outcome; triaged is 1 with an outcome.
CREATE TABLE signal_tally (
    tenant codetext NOT NULL, pile codetext NOT NULL, triaged BIGINT NOT NULL, day codetext NOT NULL, n BIGINT NOT NULL,
    PRIMARY KEY (tenant, pile, triaged, day)
);

-- Readings of sealed text, and destroyed keys.
CREATE TABLE sealed_act (
    position BIGINT PRIMARY KEY, tenant codetext NOT NULL, signal codetext NOT NULL, ref codetext NOT NULL,
    purpose codetext NOT NULL, act codetext NOT NULL, account codetext NOT NULL, instant codetext NOT NULL, because codetext NOT NULL
);
CREATE INDEX sealed_act_signal ON sealed_act (tenant, signal);
