-- +goose Up
-- Open complaints, and the themes of the newest, are asked for among all signals.
CREATE INDEX signal_complaint ON signal (tenant, state, received, ref) WHERE until_pos = 9223372036854775807 AND kind = 'complaint';
CREATE INDEX signal_complained ON signal (tenant, received, provider, theme) WHERE until_pos = 9223372036854775807 AND kind = 'complaint';
