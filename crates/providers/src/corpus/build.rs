//! Updates the index: reads new and changed pages, removes deleted ones.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use ampledata_page::{self as page, Media};
use futures::StreamExt;

use super::entries::{Entry, Listed};
use super::files::{self, Unreadable};
use super::index::{Content, Index, Reading, Text};
use super::{Error, Problem, Report, content_type};

/// Maximum number of pages written in one transaction.
const BATCH: usize = 64;
/// After this time, pending pages are written, however few: a kill loses at most this much reading.
const MAX_UNWRITTEN: Duration = Duration::from_secs(1);

/// An entry to read, and the hash of its previous content if nothing else about it has changed.
type Changed = (Entry, Option<String>);

pub(super) async fn bring_up_to_date(
    root: &Path,
    listed: Listed,
    index: &Index,
    progress: &(impl Fn(usize, usize) + Send + Sync),
) -> Result<Report, Error> {
    let Listed { entries, mut problems } = listed;
    let mut known = index.known().await?;
    let mut order = BTreeMap::new();
    let mut changed: Vec<Changed> = Vec::new();
    for (place, entry) in entries.into_iter().enumerate() {
        let key = entry.key();
        match known.remove(&key) {
            Some(before) if before.said != entry.said() => changed.push((entry, None)),
            Some(before) if before.stamp != entry.file.stamp => {
                changed.push((entry, before.problem.is_none().then_some(before.hash)));
            }
            Some(before) => {
                let file = entry.file.name;
                problems.extend(before.problem.map(|reason| Problem { file, reason }));
            }
            None => changed.push((entry, None)),
        }
        order.insert(key, place);
    }
    let gone: Vec<String> = known.into_keys().collect();
    index.remove(&gone).await?;
    let read = read_all(root, changed, index, progress, &mut problems).await?;
    problems.extend(index.address(&order).await?);
    Ok(Report { pages: index.count().await?, read, problems })
}

/// Reads changed entries, one per core at a time; returns how many differ from before.
async fn read_all(
    root: &Path,
    changed: Vec<Changed>,
    index: &Index,
    progress: &(impl Fn(usize, usize) + Send + Sync),
    problems: &mut Vec<Problem>,
) -> Result<usize, Error> {
    let total = changed.len();
    let at_once = std::thread::available_parallelism().map_or(2, usize::from);
    let mut reading = futures::stream::iter(changed)
        .map(|(entry, before)| {
            let root = root.to_owned();
            let lost = reading(&entry, Content::Unreadable("reading the file failed".to_owned()));
            let read = tokio::task::spawn_blocking(move || {
                let content = content(&root, &entry, before.as_deref());
                reading(&entry, content)
            });
            async move { read.await.unwrap_or(lost) }
        })
        .buffered(at_once);
    let mut batch = Vec::with_capacity(BATCH);
    let (mut done, mut new, mut written) = (0, 0, Instant::now());
    while let Some(reading) = reading.next().await {
        if let Content::Unusable(reason) | Content::Unreadable(reason) = &reading.content {
            problems.push(Problem { file: reading.file.clone(), reason: reason.clone() });
        }
        new += usize::from(!matches!(reading.content, Content::Same));
        batch.push(reading);
        if batch.len() == BATCH || written.elapsed() > MAX_UNWRITTEN {
            index.put(&batch).await?;
            batch.clear();
            written = Instant::now();
        }
        done += 1;
        progress(done, total);
    }
    if !batch.is_empty() {
        index.put(&batch).await?;
    }
    Ok(new)
}

fn reading(entry: &Entry, content: Content) -> Reading {
    Reading {
        key: entry.key(),
        file: entry.file.name.clone(),
        listed: entry.url.clone(),
        said: entry.said(),
        charset: entry.charset.clone(),
        stamp: entry.file.stamp.clone(),
        content,
    }
}

fn content(root: &Path, entry: &Entry, before: Option<&str>) -> Content {
    let bytes = match files::read(root, &entry.file.name) {
        Ok(bytes) => bytes,
        Err(Unreadable::TooLarge(reason)) => return Content::Unusable(reason),
        Err(Unreadable::Refused(reason)) => return Content::Unreadable(reason),
    };
    let hash = page::hash(&bytes).0;
    if before == Some(hash.as_str()) {
        return Content::Same;
    }
    let media = Media {
        content_type: content_type(&entry.file.name),
        charset: entry.charset.as_deref(),
        url: entry.url.as_deref().filter(|url| !url.is_empty()),
    };
    let page = match page::read(&bytes, &media) {
        Ok(page) => page,
        Err(error) => return Content::Unusable(error.to_string()),
    };
    let own = page.title.unwrap_or_default();
    let title = entry.title.clone().unwrap_or_else(|| own.clone());
    let titles = if title == own { own } else { format!("{title}\n{own}") };
    let mut body = page.text;
    body.truncate(page.body_end as usize);
    Content::Page(Text { hash, title, titles, canonical: page.canonical, body })
}
