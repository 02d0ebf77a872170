//! The bundled example.

use std::path::{Path, PathBuf};

use ampledata_table::Options;
use include_dir::{Dir, include_dir};

use super::Error;
use super::columns::from_json;
use super::enrich::{Context, Request};

static BRIDGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/bridges");

const TABLE: &str = "input_bridges.csv";
const COLUMNS: &str = "columns_bridges.json";

/// The folder of the example within a data directory.
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("example")
}

/// The table of the example in this folder.
pub fn table(folder: &Path) -> PathBuf {
    folder.join(TABLE)
}

/// Writes the example into a folder: pages, table, columns.
///
/// # Errors
/// The folder cannot be written.
pub fn unpack(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder)
        .and_then(|()| BRIDGES.extract(folder))
        .map_err(|source| Error::Unpack { path: folder.to_owned(), source })
}

/// The request that enriches the example in this folder.
///
/// # Errors
/// The example's columns are invalid.
pub fn request(folder: &Path) -> Result<Request, Error> {
    let path: PathBuf = folder.join(COLUMNS);
    let text = std::fs::read_to_string(&path)
        .map_err(|source| Error::Open { path: path.clone(), source })?;
    let labelled = from_json(&text).map_err(|source| Error::Columns { path, source })?;
    Ok(Request {
        input: table(folder),
        options: Options::default(),
        key: labelled.key.into_iter().collect(),
        columns: labelled.columns,
        context: Context::Others,
        entity_type: Some("bridge".to_owned()),
        fill_blanks: false,
        limit: None,
        fresh: false,
        caps: ampledata_store::Caps::default(),
        models: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::enrich::{Destination, ExtraColumns, open};

    #[test]
    fn the_example_travels_whole() {
        let folder = tempfile::tempdir().unwrap();
        unpack(folder.path()).unwrap();
        let pages = std::fs::read_dir(folder.path().join("pages")).unwrap().count();
        assert!(pages >= 80, "{pages} pages");
        let destination = Destination { path: None, format: None, extra: ExtraColumns::EVIDENCE };
        let opened = open(request(folder.path()).unwrap(), &destination);
        assert!(opened.is_ok(), "{opened:?}");
    }
}
