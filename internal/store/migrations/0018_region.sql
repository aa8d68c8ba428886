-- +goose Up
-- What a page asks of a region (ARCHITECTURE.md section 6) is a stretch of an index.
-- The newest entries of one commissioner.
CREATE INDEX entry_tenant ON entry (tenant, position);
-- Who stands where, without reading past the assessments.
CREATE INDEX concern_place ON concern (tenant, until_pos, place, org, month, judged, points, word, above, from_pos);
-- What the cross-sections of one indicator say.
CREATE INDEX finding_indicator ON finding (indicator, kind, until_pos);
-- How many organisations have a value for a period, and which.
DROP INDEX observation_period;
CREATE INDEX observation_period ON observation (indicator, period, until_pos, org, tenant, from_pos);
-- The kinds of which there are few; rareKinds says the same.
CREATE INDEX signal_rare ON signal (tenant, kind, until_pos, received, ref)
    WHERE kind NOT IN ('clinician_concern', 'complaint', 'incident', 'media', 'message', 'patient_comment', 'praise');
-- What providers must learn from.
ALTER TABLE signal ADD COLUMN learns BIGINT NOT NULL DEFAULT 0;
UPDATE signal SET learns = 1 WHERE kind IN ('learning_response', 'never_event')
    OR kind IN ('incident', 'serious_incident') AND (body LIKE '%"national_must":[%' OR body LIKE '%"never_event":"%');
CREATE INDEX signal_learns ON signal (tenant, until_pos, received, ref) WHERE learns = 1;
-- Who was shown a thing first.
CREATE INDEX shown_thing ON shown (tenant, thing, from_pos, at);
-- Open complaints, and the themes of all in a span, each from its index alone.
CREATE INDEX signal_open_complaint ON signal (tenant, kind, state, until_pos, received, ref)
    WHERE kind = 'complaint' AND state IN ('received', 'acknowledged', 'with_provider', 'in_inquiry');
DROP INDEX signal_complaint;
CREATE INDEX signal_complaint ON signal (tenant, kind, until_pos, received, ref, state, provider, theme, from_pos, readers, opens, counts, duplicate_of, event, id)
    WHERE kind = 'complaint';
