-- site: the host of the page that proves a cell, without `www.`: what stands between `://` and the next `/`, `?` or
-- `#`. Empty for pages of a folder; NULL where no page is named. JSON may hold an escaped NUL, which PostgreSQL
-- refuses to read: a space stands for it here.
ALTER TABLE cells ADD COLUMN site TEXT;
UPDATE cells SET site = regexp_replace(lower(coalesce(substring(address FROM '://([^/?#]*)'), '')), '^www\.', '')
FROM (SELECT job_key, row_index, place,
        replace(cell, '\u0000', '\u0020')::json #>> '{evidence,url}' AS address FROM cells) AS proved
WHERE proved.job_key = cells.job_key AND proved.row_index = cells.row_index AND proved.place = cells.place
    AND address IS NOT NULL;
-- A report counts sites along this index alone; the cells themselves are many times as large.
CREATE INDEX cells_by_site ON cells (job_key, site) WHERE outcome = 'found';
