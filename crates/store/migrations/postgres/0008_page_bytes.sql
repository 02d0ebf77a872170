-- What a page was read from: the SHA-256 of its bytes (content), the stated content type and charset, the base
-- address of its links, and the version of the reader. NULL and 0 for pages that were read before this was
-- recorded: their hash is that of their bytes.
ALTER TABLE pages
    ADD COLUMN content TEXT,
    ADD COLUMN content_type TEXT,
    ADD COLUMN charset TEXT,
    ADD COLUMN base TEXT,
    ADD COLUMN reader BIGINT NOT NULL DEFAULT 0;

-- The bytes of pages by their SHA-256, compressed by zstd, so that a newer reader can read them again. Only the
-- newest are kept, up to a limit on the sum of their sizes. size: of the compressed bytes.
CREATE TABLE page_bytes (
    content   TEXT   NOT NULL PRIMARY KEY,
    size      BIGINT NOT NULL,
    bytes     BYTEA  NOT NULL,
    stored_at BIGINT NOT NULL
);
ALTER TABLE page_bytes ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX page_bytes_by_age ON page_bytes (stored_at, content, size);

-- crawler: which crawler fetched the page, with whatever makes it fetch something else, such as the folder of a
-- corpus. Empty for fetches from before this was recorded, which are no longer reused.
-- content, reader: as in pages.
ALTER TABLE fetches DROP COLUMN url_hash;
ALTER TABLE fetches
    ADD COLUMN crawler TEXT NOT NULL DEFAULT '',
    ADD COLUMN content TEXT,
    ADD COLUMN reader BIGINT NOT NULL DEFAULT 0;
ALTER TABLE fetches ADD COLUMN key BYTEA
    GENERATED ALWAYS AS (text_hash(crawler || E'\n' || url)) STORED PRIMARY KEY;
UPDATE fetches SET content = hash;
