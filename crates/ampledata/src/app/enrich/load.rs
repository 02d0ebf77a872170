//! Loads a file as a source in the store.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use ampledata_store::{NewSource, Owner, Source, SourceId, SourceRow, Store};
use ampledata_table::{self as table, ReadError, Reader};
use sha2::{Digest as _, Sha256};

use super::Error;

/// Rows written to the store together.
const CHUNK: usize = 2_000;

/// SHA-256 of a file in lower-case hex.
pub(super) fn content_hash(path: &Path) -> Result<String, Error> {
    let open = |source| Error::Open { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(open)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).map_err(open)? {
            0 => return Ok(hex::encode(digest.finalize())),
            read => digest.update(&buffer[..read]),
        }
    }
}

/// The source of this file, loaded if the store does not have it yet.
///
/// The same bytes read with the same options are the same source, whatever the file's name.
pub(super) async fn source(
    store: &dyn Store,
    path: &Path,
    options: &table::Options,
    reader: Reader,
) -> Result<Source, Error> {
    let (owner, file) = (Owner::local(), path.to_owned());
    let hash = tokio::task::spawn_blocking(move || content_hash(&file)).await??;
    let way = format!(
        "{:?} {:?} {:?} {:?} {:?} reader {}",
        reader.format(),
        options.sheet,
        options.encoding,
        options.header_row,
        reader.headers(),
        table::READER_VERSION
    );
    let id =
        SourceId(format!("source-{}", &hex::encode(Sha256::digest(format!("{hash} {way}")))[..24]));
    if let Some(source) = store.source(&owner, &id).await?.filter(|source| source.ready) {
        return Ok(source);
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let new = NewSource { id, owner, name, content_hash: hash };
    load(store, path, new, reader).await
}

/// How a source is named.
#[derive(Debug, Clone)]
pub(crate) struct LoadedAs {
    /// Its name in the store.
    pub(crate) id: SourceId,
    /// Its owner.
    pub(crate) owner: Owner,
    /// Its display name.
    pub(crate) name: String,
}

/// Loads a file as a source with this name.
///
/// # Errors
/// The file cannot be read, or the store fails.
pub(crate) async fn load_as(
    store: &dyn Store,
    path: &Path,
    named: LoadedAs,
    reader: Reader,
) -> Result<Source, Error> {
    let file = path.to_owned();
    let content_hash = tokio::task::spawn_blocking(move || content_hash(&file)).await??;
    let LoadedAs { id, owner, name } = named;
    load(store, path, NewSource { id, owner, name, content_hash }, reader).await
}

async fn load(
    store: &dyn Store,
    path: &Path,
    new: NewSource,
    reader: Reader,
) -> Result<Source, Error> {
    let NewSource { id, owner, .. } = &new;
    store.begin_source(&new).await?;
    let columns = reader.columns().to_vec();
    append(store, id, path, reader).await?;
    store.finish_source(id, &columns).await?;
    let loaded = store.source(owner, id).await?;
    let missing = || ampledata_store::Error::NotFound { what: "source", id: id.0.clone() };
    Ok(loaded.ok_or_else(missing)?)
}

async fn append(
    store: &dyn Store,
    id: &SourceId,
    path: &Path,
    mut reader: Reader,
) -> Result<(), Error> {
    let mut index = 0;
    loop {
        // Reading blocks, so the reader moves to a blocking thread and comes back with a chunk.
        let (back, chunk) = tokio::task::spawn_blocking(move || {
            let chunk = chunk(&mut reader, index);
            (reader, chunk)
        })
        .await?;
        reader = back;
        let rows = chunk.map_err(|source| Error::Table { path: path.to_owned(), source })?;
        let Some(last) = rows.last() else { return Ok(()) };
        index = last.index + 1;
        store.append_source_rows(id, rows).await?;
    }
}

fn chunk(reader: &mut Reader, first: u64) -> Result<Vec<SourceRow>, table::Error> {
    let rows = (first..).zip(reader.take(CHUNK)).map(|(index, row)| match row {
        Ok(record) => Ok(SourceRow {
            index,
            line: record.place.number(),
            cells: record.fields,
            problem: None,
        }),
        Err(ReadError::Row(row)) => {
            let problem = Some(row.to_string());
            Ok(SourceRow { index, line: row.place.number(), cells: row.fields, problem })
        }
        Err(ReadError::File(error)) => Err(error),
    });
    rows.collect()
}
