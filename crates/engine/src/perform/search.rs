//! Queries the search engine.

use std::sync::Arc;

use ampledata_core::page::ContentHash;
use ampledata_core::row::Outcome;
use ampledata_core::serp::{Serp, SerpRef};
use ampledata_providers::ChargedSerp;
use ampledata_providers::meter::Meter as _;
use ampledata_store::{Call, CallKind, Searched};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::account::Account;
use super::{Error, Performer, RowContext, unshared};

/// Identifies a search result page: SHA-256 of its query, address and results in lower-case hex.
pub fn serp_hash(serp: &Serp) -> ContentHash {
    let mut digest = Sha256::new();
    let mut part = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text.as_bytes());
    };
    part(&serp.query);
    part(serp.url.as_deref().unwrap_or_default());
    for result in &serp.results {
        part(&result.url);
        part(&result.title);
        part(&result.snippet);
        part(if result.kind.is_organic() { "" } else { result.kind.name() });
        part(&result.date.map(|date| date.to_string()).unwrap_or_default());
    }
    ContentHash(hex::encode(digest.finalize()))
}

impl Performer {
    pub(super) async fn search(&self, context: &RowContext, query: &str) -> Result<Outcome, Error> {
        let mut asked = false;
        let search = &self.parts.search;
        let job = search.lasts.is_none().then(|| context.row.job.clone());
        let key = (job, query.to_owned());
        let ask = async {
            if let Some(known) = self.remembered(context, query).await? {
                return Ok(known);
            }
            asked = true;
            self.ask(context, query).await
        };
        let answer = self.searched.try_get_with(key, ask).await.map_err(unshared::<Error>)?;
        if !asked {
            self.store.put_call(search.spared(&context.row, CallKind::Search)).await?;
        }
        Ok(Outcome::Searched(SerpRef::clone(&answer)))
    }

    async fn remembered(
        &self,
        context: &RowContext,
        query: &str,
    ) -> Result<Option<Arc<SerpRef>>, Error> {
        let search = &self.parts.search;
        let who = search.who();
        let known = match search.lasts {
            None => self.store.search_of(&context.row.job, &who, query).await?,
            Some(lasts) => {
                let not_before =
                    Timestamp::now() - SignedDuration::try_from(lasts).unwrap_or_default();
                self.store.recent_search(&who, query, not_before).await?
            }
        };
        let Some(hash) = known else { return Ok(None) };
        let serp = self.serp(&hash).await?;
        Ok(Some(Arc::new(reference(hash, &serp))))
    }

    async fn ask(&self, context: &RowContext, query: &str) -> Result<Arc<SerpRef>, Error> {
        let search = &self.parts.search;
        let account = Account::new(&self.store, context, CallKind::Search);
        let asked = self.ask_metered(&account, query).await;
        let ChargedSerp { serp, units } = asked.map_err(|error| account.behind(error))?;
        let serp = Arc::new(serp);
        let hash = serp_hash(&serp);
        let shown = serp.results.len() as u64;
        self.store
            .put_search(Searched {
                provider: search.who(),
                query: query.to_owned(),
                hash: hash.clone(),
                serp: Arc::clone(&serp),
                call: Call {
                    reservation: account.settle(),
                    cost_nano_usd: search.price_nano_usd().saturating_mul(units),
                    ..search.call(&context.row, CallKind::Search, units, shown)
                },
            })
            .await?;
        let answer = Arc::new(reference(hash.clone(), &serp));
        self.serps.insert(hash, serp).await;
        Ok(answer)
    }
}

impl Performer {
    /// Sends the query through the provider's gate; a failed call is recorded here.
    async fn ask_metered(
        &self,
        account: &Account,
        query: &str,
    ) -> Result<ChargedSerp, ampledata_net::Error> {
        let search = &self.parts.search;
        let Some(gate) = &search.gate else { return search.part.search_charged(query).await };
        let pass = gate.acquire(0, account.stop_token()).await?;
        account.reserve(search.price_nano_usd().saturating_mul(search.part.max_units())).await?;
        match search.part.search_charged(query).await {
            Ok(answer) => {
                pass.record_success(None);
                Ok(answer)
            }
            Err(error) => {
                account.record(&search.failed()).await?;
                Err(pass.record_failure(error))
            }
        }
    }
}

fn reference(hash: ContentHash, serp: &Serp) -> SerpRef {
    SerpRef { hash, urls: serp.pages().map(|result| result.url.clone()).collect() }
}
