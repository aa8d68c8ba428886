-- +goose Up
-- Whether a later version of its sender changed how a signal counts: it then counted
-- otherwise before. They are few, and looked for together.
ALTER TABLE signal ADD COLUMN restated BIGINT NOT NULL DEFAULT 0;
CREATE INDEX signal_restated ON signal (tenant, until_pos) WHERE restated = 1;
-- How many items of a delivery differ from what is held and replace nothing, because
-- nothing says which is later, or because of what was done here with the one held.
ALTER TABLE delivery ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
