-- +goose Up
-- Open complaints, and the themes of the newest, are asked for among all signals.
CREATE INDEX signal_complaint ON signal (tenant, kind, received, ref, state, provider, theme) WHERE until_pos = 9223372036854775807 AND kind = 'complaint';
