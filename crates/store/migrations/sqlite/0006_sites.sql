-- site: the host of the page that proves a cell, without `www.`: what stands between `://` and the next `/`, `?` or
-- `#`. Empty for pages of a folder; NULL where no page is named.
ALTER TABLE cells ADD COLUMN site TEXT;
UPDATE cells SET site = replace(replace(cell ->> '$.evidence.url', '?', '/'), '#', '/');
UPDATE cells SET site = iif(instr(site, '://') > 0, lower(substr(site, instr(site, '://') + 3,
    instr(substr(site, instr(site, '://') + 3) || '/', '/') - 1)), '') WHERE site IS NOT NULL;
UPDATE cells SET site = substr(site, 5) WHERE site LIKE 'www.%';
-- A report counts sites along this index alone; the cells themselves are many times as large.
CREATE INDEX cells_by_site ON cells (job_key, site) WHERE outcome = 'found';
