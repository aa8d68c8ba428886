-- +goose Up
-- Which later delivery of the same bytes read one again that waited for somebody, was
-- refused, or of which rows were: since when it needs nobody any more.
CREATE TABLE reread (
    delivery codetext NOT NULL, again codetext NOT NULL, from_pos BIGINT NOT NULL, until_pos BIGINT NOT NULL,
    PRIMARY KEY (delivery, from_pos)
);
CREATE INDEX reread_again ON reread (again);
