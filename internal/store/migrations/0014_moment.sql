-- +goose Up
-- In each of these indexes until_pos stands before what the rows are sorted by, and
-- versions that have ended stay in it. The versions that hold now are those of one
-- until_pos, in order; those of a past moment are the stretch after its position.
-- from_pos and what else such questions ask for stand at the end, so that the rows
-- of other moments are passed over without being read.
DROP INDEX signal_pile;
CREATE INDEX signal_pile ON signal (tenant, pile, until_pos, due, ref, outcome, from_pos, kind, received);
DROP INDEX signal_received;
CREATE INDEX signal_received ON signal (tenant, until_pos, received, ref, from_pos, counts);
DROP INDEX signal_outcome;
CREATE INDEX signal_outcome ON signal (tenant, pile, until_pos, outcome_at, from_pos) WHERE outcome_at <> '';
DROP INDEX signal_place;
-- The dots of a time line, thousands of them, are drawn from this one alone.
CREATE INDEX signal_place ON signal (tenant, provider, until_pos, received, ref, theme, from_pos, kind, severity, sealed, event_day, title);
DROP INDEX signal_practice;
CREATE INDEX signal_practice ON signal (tenant, practice, until_pos, received, from_pos) WHERE practice <> '';
DROP INDEX signal_raised;
CREATE INDEX signal_raised ON signal (tenant, raised_by, until_pos, received, from_pos);
DROP INDEX signal_above;
CREATE INDEX signal_above ON signal (tenant, above, until_pos, received, ref, from_pos) WHERE above = 1;
DROP INDEX signal_assigned;
CREATE INDEX signal_assigned ON signal (tenant, assigned, until_pos, pile, due, ref, from_pos) WHERE assigned <> '';
DROP INDEX signal_complaint;
CREATE INDEX signal_complaint ON signal (tenant, kind, until_pos, received, ref, state, provider, theme, from_pos) WHERE kind = 'complaint';
-- 1 where the commissioner stepped in on a complaint: few, and drawn on the time line
-- of the provider.
ALTER TABLE signal ADD COLUMN stepped BIGINT NOT NULL DEFAULT 0;
UPDATE signal SET stepped = 1 WHERE kind = 'complaint' AND body LIKE '%"step_ins":[%';
CREATE INDEX signal_stepped ON signal (tenant, provider, stepped, until_pos, from_pos) WHERE stepped = 1;
