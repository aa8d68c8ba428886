-- +goose Up
-- How many complaints of the sample of R-HCAT-1 wait for a second code, and which first,
-- from one stretch of this index; so too how many are left out. The condition is one that
-- nothing is looked for by: "> 0" was looked for in place of the number itself.
DROP INDEX signal_codings;
DROP INDEX signal_unread_sample;
CREATE INDEX signal_codings ON signal (tenant, codings, until_pos, received, ref, coded_by, readers, opens, from_pos) WHERE codings <> 0;
