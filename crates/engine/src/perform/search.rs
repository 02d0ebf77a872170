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

use super::row_meter::RowMeter;
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
        let search = &self.dependencies.search;
        let job = search.cache_lifetime.is_none().then(|| context.row.job.clone());
        let scope = self.search_scope().await;
        let key = (job, scope.clone(), query.to_owned());
        let ask = async {
            if let Some(known) = self.remembered(context, &scope, query).await? {
                return Ok(known);
            }
            asked = true;
            self.ask(context, &scope, query).await
        };
        let answer = self.searched.try_get_with(key, ask).await.map_err(unshared::<Error>)?;
        if !asked {
            self.store.put_call(search.cached_call(&context.row, CallKind::Search)).await?;
        }
        Ok(Outcome::Searched(SerpRef::clone(&answer)))
    }

    /// The provider, with everything else that affects its answers, and the state of what it searches.
    async fn search_scope(&self) -> String {
        let search = &self.dependencies.search;
        let (scope, state) = (search.cache_scope(), search.provider.state().await);
        if state.is_empty() { scope } else { format!("{scope} {state}") }
    }

    async fn remembered(
        &self,
        context: &RowContext,
        scope: &str,
        query: &str,
    ) -> Result<Option<Arc<SerpRef>>, Error> {
        let search = &self.dependencies.search;
        let known = match search.cache_lifetime {
            None => self.store.search_of(&context.row.job, scope, query).await?,
            Some(lasts) => {
                let not_before =
                    Timestamp::now() - SignedDuration::try_from(lasts).unwrap_or_default();
                self.store.recent_search(scope, query, not_before).await?
            }
        };
        let Some(hash) = known else { return Ok(None) };
        let serp = self.serp(&hash).await?;
        Ok(Some(Arc::new(reference(hash, &serp))))
    }

    async fn ask(
        &self,
        context: &RowContext,
        scope: &str,
        query: &str,
    ) -> Result<Arc<SerpRef>, Error> {
        let search = &self.dependencies.search;
        let meter = RowMeter::new(&self.store, context, CallKind::Search);
        let asked = self.ask_metered(&meter, query).await;
        let ChargedSerp { serp, units } = asked.map_err(|error| meter.cause_of(error))?;
        let serp = Arc::new(serp);
        let hash = serp_hash(&serp);
        let shown = serp.results.len() as u64;
        self.store
            .put_search(Searched {
                provider: scope.to_owned(),
                query: query.to_owned(),
                hash: hash.clone(),
                serp: Arc::clone(&serp),
                call: Call {
                    reservation: meter.take_reservation(),
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
        meter: &RowMeter,
        query: &str,
    ) -> Result<ChargedSerp, ampledata_net::Error> {
        let search = &self.dependencies.search;
        let Some(gate) = &search.gate else { return search.provider.search_charged(query).await };
        let pass = gate.acquire(0, meter.stop_token()).await?;
        meter.reserve(search.price_nano_usd().saturating_mul(search.provider.max_units())).await?;
        match search.provider.search_charged(query).await {
            Ok(answer) => {
                pass.record_success(None);
                Ok(answer)
            }
            Err(error) => {
                meter.record(&search.failed()).await?;
                Err(pass.record_failure(error))
            }
        }
    }
}

fn reference(hash: ContentHash, serp: &Serp) -> SerpRef {
    SerpRef { hash, urls: serp.pages().map(|result| result.url.clone()).collect() }
}
