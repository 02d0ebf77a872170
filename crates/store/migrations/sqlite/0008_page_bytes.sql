-- What a page was read from: the SHA-256 of its bytes (content), the stated content type and charset, the base
-- address of its links, and the version of the reader. NULL and 0 for pages that were read before this was
-- recorded: their hash is that of their bytes.
ALTER TABLE pages ADD COLUMN content TEXT;
ALTER TABLE pages ADD COLUMN content_type TEXT;
ALTER TABLE pages ADD COLUMN charset TEXT;
ALTER TABLE pages ADD COLUMN base TEXT;
ALTER TABLE pages ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;

-- The bytes of pages by their SHA-256, compressed by zstd, so that a newer reader can read them again. Only the
-- newest are kept, up to a limit on the sum of their sizes. size: of the compressed bytes.
CREATE TABLE page_bytes (
    content   TEXT    NOT NULL PRIMARY KEY,
    size      INTEGER NOT NULL,
    bytes     BLOB    NOT NULL,
    stored_at INTEGER NOT NULL
) STRICT;
CREATE INDEX page_bytes_by_age ON page_bytes (stored_at, content, size);

-- crawler: which crawler fetched the page, with whatever makes it fetch something else, such as the folder of a
-- corpus. Empty for fetches from before this was recorded, which are no longer reused.
-- content, reader: as in pages.
CREATE TABLE fetches_by_crawler (
    crawler       TEXT    NOT NULL,
    url           TEXT    NOT NULL,
    final_url     TEXT    NOT NULL,
    hash          TEXT    NOT NULL REFERENCES pages (hash),
    content       TEXT,
    reader        INTEGER NOT NULL,
    content_type  TEXT,
    fetched_at    INTEGER NOT NULL,
    fresh_until   INTEGER,
    etag          TEXT,
    last_modified TEXT,
    PRIMARY KEY (crawler, url)
) STRICT, WITHOUT ROWID;
INSERT INTO fetches_by_crawler
    SELECT '', url, final_url, hash, hash, 0, content_type, fetched_at, fresh_until, etag, last_modified
    FROM fetches;
DROP TABLE fetches;
ALTER TABLE fetches_by_crawler RENAME TO fetches;
