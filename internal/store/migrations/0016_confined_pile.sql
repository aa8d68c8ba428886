-- +goose Up
-- What is confined is not among the kept counts of the inbox, so every page counts the
-- few there are beside them: by this index, not by passing over all signals of a pile.
CREATE INDEX signal_confined_pile ON signal (tenant, pile, until_pos, due, outcome, outcome_at, readers, opens) WHERE readers <> '';
-- A question about a past moment asks which signals are confined by now:
-- from this index alone.
DROP INDEX signal_confined;
CREATE INDEX signal_confined ON signal (tenant, ref, until_pos, readers, opens, raised_by) WHERE readers <> '';
