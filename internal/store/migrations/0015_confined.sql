-- +goose Up
-- Who alone may see a signal under strict access or embargo (",u-1,u-2,", empty for all
-- others), and when an embargo ends. They are few.
ALTER TABLE signal ADD COLUMN readers codetext NOT NULL DEFAULT '';
ALTER TABLE signal ADD COLUMN opens codetext NOT NULL DEFAULT '';
-- Complaints of the sample of R-HCAT-1 that are left out, because their words are sealed.
CREATE INDEX signal_unread_sample ON signal (tenant, until_pos) WHERE codings < 0;
-- When the first of the running clocks is due soon; empty is never.
ALTER TABLE signal ADD COLUMN warns codetext NOT NULL DEFAULT '';
CREATE INDEX signal_confined ON signal (tenant, pile, until_pos, due, outcome_at, outcome, readers, opens, raised_by) WHERE readers <> '';
-- Every question about signals asks whether they show to the viewer: what is answered
-- from an index alone has it there too.
DROP INDEX signal_pile;
CREATE INDEX signal_pile ON signal (tenant, pile, until_pos, due, ref, outcome, from_pos, kind, received, readers, opens);
DROP INDEX signal_received;
CREATE INDEX signal_received ON signal (tenant, until_pos, received, ref, from_pos, counts, readers, opens);
DROP INDEX signal_place;
CREATE INDEX signal_place ON signal (tenant, provider, until_pos, received, ref, theme, from_pos, kind, severity, sealed, event_day, readers, opens, title);
DROP INDEX signal_complaint;
CREATE INDEX signal_complaint ON signal (tenant, kind, until_pos, received, ref, state, provider, theme, from_pos, readers, opens) WHERE kind = 'complaint';
