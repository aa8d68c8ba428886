-- +goose Up
-- By how many people a complaint of the sample of R-HCAT-1 was coded, and who coded
-- it first. Versions of the past are asked for too; the sample is small.
ALTER TABLE signal ADD COLUMN codings BIGINT NOT NULL DEFAULT 0;
ALTER TABLE signal ADD COLUMN coded_by codetext NOT NULL DEFAULT '';
CREATE INDEX signal_codings ON signal (tenant, codings, received, ref) WHERE codings > 0;
