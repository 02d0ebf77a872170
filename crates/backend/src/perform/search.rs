//! Asking the search engine.

use std::sync::Arc;

use ampledata_core::page::ContentHash;
use ampledata_core::row::Outcome;
use ampledata_core::serp::{Serp, SerpRef};
use sha2::{Digest as _, Sha256};

use super::{Error, Performer, RowContext, unshared};
use crate::store::{CallKind, Searched, hex};

/// Names a search result page: SHA-256 of its query and results in lower-case hex.
pub fn serp_hash(serp: &Serp) -> ContentHash {
    let mut digest = Sha256::new();
    let mut part = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text.as_bytes());
    };
    part(&serp.query);
    for result in &serp.results {
        part(&result.url);
        part(&result.title);
        part(&result.snippet);
        part(&result.date.map(|date| date.to_string()).unwrap_or_default());
    }
    ContentHash(hex(&digest.finalize()))
}

impl Performer {
    pub(super) async fn search(&self, context: &RowContext, query: &str) -> Result<Outcome, Error> {
        let mut asked = false;
        let key = (context.row.job.clone(), query.to_owned());
        let ask = async {
            if let Some(known) = self.remembered(context, query).await? {
                return Ok(known);
            }
            asked = true;
            self.ask(context, query).await
        };
        let answer = self.searched.try_get_with(key, ask).await.map_err(unshared::<Error>)?;
        if !asked {
            self.store.put_call(self.parts.search.spared(&context.row, CallKind::Search)).await?;
        }
        Ok(Outcome::Searched(SerpRef::clone(&answer)))
    }

    async fn remembered(
        &self,
        context: &RowContext,
        query: &str,
    ) -> Result<Option<Arc<SerpRef>>, Error> {
        let provider = &self.parts.search.name;
        let Some(hash) = self.store.search_of(&context.row.job, provider, query).await? else {
            return Ok(None);
        };
        let serp = self.serp(&hash).await?;
        Ok(Some(Arc::new(reference(hash, &serp))))
    }

    async fn ask(&self, context: &RowContext, query: &str) -> Result<Arc<SerpRef>, Error> {
        let search = &self.parts.search;
        let serp = Arc::new(search.part.search(query).await?);
        let hash = serp_hash(&serp);
        let shown = serp.results.len() as u64;
        self.store
            .put_search(Searched {
                provider: search.name.clone(),
                query: query.to_owned(),
                hash: hash.clone(),
                serp: Arc::clone(&serp),
                call: search.call(&context.row, CallKind::Search, 1, shown),
            })
            .await?;
        let answer = Arc::new(reference(hash.clone(), &serp));
        self.serps.insert(hash, serp).await;
        Ok(answer)
    }
}

fn reference(hash: ContentHash, serp: &Serp) -> SerpRef {
    SerpRef { hash, urls: serp.pages().map(|result| result.url.clone()).collect() }
}
