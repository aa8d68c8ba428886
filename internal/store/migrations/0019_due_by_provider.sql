-- +goose Up
-- The watch list says whose clocks are over: what is due of each provider is counted
-- from this index alone, which has the provider for it.
DROP INDEX signal_pile;
CREATE INDEX signal_pile ON signal (tenant, pile, until_pos, due, ref, outcome, from_pos, kind, received, readers, opens, provider);
