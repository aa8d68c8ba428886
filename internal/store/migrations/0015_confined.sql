-- +goose Up
-- Who alone may see a signal under strict access or embargo (",u-1,u-2,", empty for all
-- others), and when an embargo ends. They are few.
ALTER TABLE signal ADD COLUMN readers codetext NOT NULL DEFAULT '';
ALTER TABLE signal ADD COLUMN opens codetext NOT NULL DEFAULT '';
-- When the first of the running clocks is due soon; empty is never.
ALTER TABLE signal ADD COLUMN warns codetext NOT NULL DEFAULT '';
CREATE INDEX signal_confined ON signal (tenant, ref, until_pos) WHERE readers <> '';
