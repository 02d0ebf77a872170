-- site: the host of the page that proves a found cell, without `www.`: what stands between `://` and the next
-- `/`, `?` or `#`. Empty for pages of a folder; NULL where no page is named.
ALTER TABLE cells ADD COLUMN url TEXT
    AS (replace(replace(cell ->> '$.evidence.url', '?', '/'), '#', '/')) VIRTUAL;
ALTER TABLE cells ADD COLUMN host TEXT AS (lower(iif(instr(url, '://') > 0,
    substr(url, instr(url, '://') + 3, instr(substr(url, instr(url, '://') + 3) || '/', '/') - 1),
    substr(url, 1, 0)))) VIRTUAL;
ALTER TABLE cells ADD COLUMN site TEXT
    AS (iif(substr(host, 1, 4) = 'www.', substr(host, 5), host)) VIRTUAL;
-- A report counts sites and confidences along these alone; the cells themselves are many times as large.
CREATE INDEX cells_by_site ON cells (job_key, site) WHERE outcome = 'found';
