-- +goose Up
-- What each week's digest asks: data that is late, and complaints not dealt with by age.
CREATE INDEX finding_stale ON finding (org, indicator) WHERE kind = 'stale';
CREATE INDEX signal_old_complaint ON signal (tenant, until_pos, received, ref) WHERE kind = 'complaint' AND pile IN ('todo', 'waiting');
