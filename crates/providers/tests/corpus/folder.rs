//! Folders for testing a corpus.

use std::fs;

use ampledata_providers::Search;
use ampledata_providers::corpus::{Corpus, Error};
use tempfile::TempDir;

/// A corpus folder and a data directory; dropping it deletes both.
pub(crate) struct Folder {
    pub(crate) pages: TempDir,
    pub(crate) data: TempDir,
}

impl Folder {
    pub(crate) fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = Self { pages: TempDir::new().unwrap(), data: TempDir::new().unwrap() };
        for (name, bytes) in files {
            folder.write(name, bytes);
        }
        folder
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.pages.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) async fn try_open(&self) -> Result<Corpus, Error> {
        Corpus::open(self.pages.path(), self.data.path(), |_, _| {}).await
    }

    pub(crate) async fn open(&self) -> Corpus {
        self.try_open().await.unwrap()
    }
}

pub(crate) async fn urls(corpus: &Corpus, query: &str) -> Vec<String> {
    corpus.search(query).await.unwrap().results.into_iter().map(|result| result.url).collect()
}

pub(crate) const GOLDEN: &[u8] =
    b"<title>Golden Gate Bridge</title><p>The main span measures 1,280 metres.";
pub(crate) const TOWER: &[u8] = b"<title>Tower Bridge</title><p>A bascule bridge in London.";
