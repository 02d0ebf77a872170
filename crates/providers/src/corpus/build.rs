//! Updates the index: reads new and changed pages, removes deleted ones.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use ampledata_page::{self as page, Media};
use futures::StreamExt;

use super::entries::{Entry, FolderListing};
use super::files::{self, ReadError};
use super::index::{Index, IndexedEntry, PageText, ReadResult, StoredEntry};
use super::{Error, Problem, Report, content_type};

/// Maximum number of pages written in one transaction.
const BATCH: usize = 64;
/// After this time, pending pages are written, however few: a kill loses at most this much reading.
const MAX_UNWRITTEN: Duration = Duration::from_secs(1);

/// An entry to read, and its stored state if at most its content has changed.
type ChangedEntry = (Entry, Option<StoredEntry>);

pub(super) async fn update_index(
    root: &Path,
    listed: FolderListing,
    index: &Index,
    progress: &(impl Fn(usize, usize) + Send + Sync),
) -> Result<Report, Error> {
    let FolderListing { entries, mut problems } = listed;
    let mut known = index.stored_entries().await?;
    let mut order = BTreeMap::new();
    let mut changed: Vec<ChangedEntry> = Vec::new();
    for (place, entry) in entries.into_iter().enumerate() {
        let key = entry.key();
        match known.remove(&key) {
            Some(before) if before.said != entry.other_fields() => changed.push((entry, None)),
            Some(before) if before.stamp != entry.file.stamp => {
                changed.push((entry, Some(before)));
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
    index.remove_entries(&gone).await?;
    let read = read_changed(root, changed, index, progress, &mut problems).await?;
    problems.extend(index.assign_addresses(&order).await?);
    Ok(Report { pages: index.count_pages().await?, read, problems })
}

/// Reads changed entries, one per core at a time; returns how many differ from before.
async fn read_changed(
    root: &Path,
    changed: Vec<ChangedEntry>,
    index: &Index,
    progress: &(impl Fn(usize, usize) + Send + Sync),
    problems: &mut Vec<Problem>,
) -> Result<usize, Error> {
    let total = changed.len();
    let at_once = std::thread::available_parallelism().map_or(2, usize::from);
    let mut reading = futures::stream::iter(changed)
        .map(|(entry, before)| {
            let root = root.to_owned();
            let lost =
                indexed_entry(&entry, ReadResult::Unreadable("reading the file failed".to_owned()));
            let (hash, problem) = before.map(|before| (before.hash, before.problem)).unzip();
            let read = tokio::task::spawn_blocking(move || {
                let content = read_entry(&root, &entry, hash.as_deref());
                indexed_entry(&entry, content)
            });
            async move { (read.await.unwrap_or(lost), problem.flatten()) }
        })
        .buffered(at_once);
    let mut batch = Vec::with_capacity(BATCH);
    let (mut done, mut new, mut written) = (0, 0, Instant::now());
    while let Some((reading, earlier_problem)) = reading.next().await {
        let problem = match &reading.content {
            ReadResult::Page(_) => None,
            ReadResult::Unusable { reason, .. } | ReadResult::Unreadable(reason) => {
                Some(reason.clone())
            }
            ReadResult::Unchanged => earlier_problem,
        };
        let file = reading.file.clone();
        problems.extend(problem.map(|reason| Problem { file, reason }));
        new += usize::from(!matches!(reading.content, ReadResult::Unchanged));
        batch.push(reading);
        if batch.len() == BATCH || written.elapsed() > MAX_UNWRITTEN {
            index.write_entries(&batch).await?;
            batch.clear();
            written = Instant::now();
        }
        done += 1;
        progress(done, total);
    }
    if !batch.is_empty() {
        index.write_entries(&batch).await?;
    }
    Ok(new)
}

fn indexed_entry(entry: &Entry, content: ReadResult) -> IndexedEntry {
    IndexedEntry {
        key: entry.key(),
        file: entry.file.name.clone(),
        listed: entry.url.clone(),
        said: entry.other_fields(),
        charset: entry.charset.clone(),
        stamp: entry.file.stamp.clone(),
        content,
    }
}

fn read_entry(root: &Path, entry: &Entry, before: Option<&str>) -> ReadResult {
    let bytes = match files::read_file(root, &entry.file.name) {
        Ok(bytes) => bytes,
        Err(ReadError::TooLarge(reason)) => {
            return ReadResult::Unusable { hash: String::new(), reason };
        }
        Err(ReadError::Refused(reason)) => return ReadResult::Unreadable(reason),
    };
    let hash = page::content_hash(&bytes).0;
    if before == Some(hash.as_str()) {
        return ReadResult::Unchanged;
    }
    let media = Media {
        content_type: content_type(&entry.file.name),
        charset: entry.charset.as_deref(),
        url: entry.url.as_deref().filter(|url| !url.is_empty()),
    };
    let page = match page::read(&bytes, &media) {
        Ok(page) => page,
        Err(error) => return ReadResult::Unusable { hash, reason: error.to_string() },
    };
    let own = page.title.unwrap_or_default();
    let title = entry.title.clone().unwrap_or_else(|| own.clone());
    let titles = if title == own { own } else { format!("{title}\n{own}") };
    let mut body = page.text;
    body.truncate(page.body_end as usize);
    ReadResult::Page(PageText { hash, title, titles, canonical: page.canonical, body })
}
