-- site: the host of the page that proves a found cell, without `www.`: what stands between `://` and the next
-- `/`, `?` or `#`. Empty for pages of a folder; NULL where no page is named. JSON may hold an escaped NUL, which
-- PostgreSQL refuses: a space stands for it.
ALTER TABLE cells ADD COLUMN site TEXT GENERATED ALWAYS AS (
    CASE WHEN outcome = 'found'
        AND replace(cell, '\u0000', '\u0020')::json #>> '{evidence,url}' IS NOT NULL
    THEN regexp_replace(lower(coalesce(substring(
        replace(cell, '\u0000', '\u0020')::json #>> '{evidence,url}' FROM '://([^/?#]*)'), '')),
        '^www\.', '')
    END) STORED;
-- A report counts sites and confidences along these alone; the cells themselves are many times as large.
CREATE INDEX cells_by_site ON cells (job_key, site) WHERE outcome = 'found';
