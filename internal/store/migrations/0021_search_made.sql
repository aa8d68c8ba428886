-- +goose Up
-- How often the index of words was made anew: its documents may have other numbers then,
-- and whoever keeps something by them must read it again.
ALTER TABLE search_state ADD COLUMN made BIGINT NOT NULL DEFAULT 0;
