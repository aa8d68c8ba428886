-- +goose Up
-- How many values of a delivery were of an older publication than those held: they are
-- kept as earlier vintages and were never in force (from_pos = until_pos).
ALTER TABLE delivery ADD COLUMN earlier BIGINT NOT NULL DEFAULT 0;
