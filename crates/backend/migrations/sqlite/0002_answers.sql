-- Answers of models that could be used. key: SHA-256 of who was asked and what, see
-- providers::models::answer_key. They do not belong to a job: a second run of a table pays nothing.
CREATE TABLE answers (
    key       TEXT    NOT NULL PRIMARY KEY,
    answer    TEXT    NOT NULL,
    stored_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
