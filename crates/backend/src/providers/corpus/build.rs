//! Brings the index up to date: what is new or changed is read, what is gone leaves it.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use futures::StreamExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::entries::{Entry, Listed};
use super::index::{Index, Indexed};
use super::{Error, Problem, Report, content_type};
use crate::page::{self, Media};

/// Pages that are written in one transaction: a kill loses no more reading than this.
const BATCH: usize = 64;

pub(super) async fn bring_up_to_date(
    root: &Path,
    listed: Listed,
    index: &Index,
    progress: &(impl Fn(usize, usize) + Send + Sync),
) -> Result<Report, Error> {
    let Listed { entries, mut problems } = listed;
    let mut known = index.stamps().await?;
    let mut changed: Vec<(Entry, String)> = Vec::new();
    for entry in entries {
        match std::fs::metadata(root.join(&entry.file)) {
            Ok(data) => {
                let stamp = stamp(&entry, &data);
                if known.remove(&entry.file).as_ref() != Some(&stamp) {
                    changed.push((entry, stamp));
                }
            }
            Err(error) => problems.push(Problem { file: entry.file, reason: error.to_string() }),
        }
    }
    let gone: Vec<String> = known.into_keys().collect();
    index.drop_files(&gone).await?;
    let read = read_all(root, changed, index, progress, &mut problems).await?;
    Ok(Report { pages: index.count().await?, read, problems })
}

async fn read_all(
    root: &Path,
    changed: Vec<(Entry, String)>,
    index: &Index,
    progress: &(impl Fn(usize, usize) + Send + Sync),
    problems: &mut Vec<Problem>,
) -> Result<usize, Error> {
    let total = changed.len();
    let at_once = std::thread::available_parallelism().map_or(2, usize::from);
    let mut reading = futures::stream::iter(changed)
        .map(|(entry, stamp)| {
            let path = root.join(&entry.file);
            let file = entry.file.clone();
            async move {
                let read = tokio::task::spawn_blocking(move || read(&path, entry, stamp)).await;
                let failed = |reason: String| Problem { file: file.clone(), reason };
                match read {
                    Ok(read) => read.map_err(failed),
                    Err(_) => Err(failed("reading it failed".to_owned())),
                }
            }
        })
        // In the order of the listing, so that of two pages with one address the first one counts.
        .buffered(at_once);
    let mut batch = Vec::with_capacity(BATCH);
    let mut done = 0;
    while let Some(read) = reading.next().await {
        done += 1;
        match read {
            Ok(page) => batch.push(page),
            Err(problem) => problems.push(problem),
        }
        if batch.len() == BATCH {
            write(index, &mut batch, problems).await?;
        }
        progress(done, total);
    }
    write(index, &mut batch, problems).await?;
    Ok(total)
}

async fn write(
    index: &Index,
    batch: &mut Vec<Indexed>,
    problems: &mut Vec<Problem>,
) -> Result<(), Error> {
    let taken = index.put(std::mem::take(batch)).await?;
    problems.extend(taken.into_iter().map(|page| Problem {
        reason: format!("another file has its address {} already", page.url),
        file: page.file,
    }));
    Ok(())
}

/// Changes when the file or what `pages.jsonl` says of it changes.
fn stamp(entry: &Entry, data: &Metadata) -> String {
    let modified = data.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.map_or(0, |since| since.as_nanos());
    let said = [&entry.url, &entry.title, &entry.charset].map(|text| text.as_deref().unwrap_or(""));
    format!("{} {modified} {}", data.len(), said.join("\u{1f}"))
}

fn read(path: &PathBuf, entry: Entry, stamp: String) -> Result<Indexed, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let media = Media {
        content_type: content_type(&entry.file),
        charset: entry.charset.as_deref(),
        url: entry.url.as_deref(),
    };
    let page = page::read(&bytes, &media).map_err(|error| error.to_string())?;
    let url = entry.url.or(page.canonical).unwrap_or_else(|| file_address(&entry.file));
    let mut body = page.text;
    body.truncate(page.body_end as usize);
    Ok(Indexed {
        title: entry.title.or(page.title).unwrap_or_default(),
        file: entry.file,
        charset: entry.charset,
        url,
        stamp,
        body,
    })
}

/// `file:` and the relative path, with what an address cannot hold percent-encoded.
fn file_address(file: &str) -> String {
    const KEPT: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    format!("file:{}", utf8_percent_encode(file, KEPT))
}
