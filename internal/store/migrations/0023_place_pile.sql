-- +goose Up
-- The cards of all signals are drawn from this index alone, when a store was opened: the
-- signals themselves are spread over the whole of it. So it has the pile.
DROP INDEX signal_place;
CREATE INDEX signal_place ON signal (tenant, provider, until_pos, received, ref, theme, from_pos, kind, severity, sealed, event_day, readers, opens, title, pile);
