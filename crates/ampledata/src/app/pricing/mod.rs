//! Prices: what each service of a job costs, and whether a cost limit can be kept with what is known.

use ampledata_providers::prices::PriceOnDay;
use ampledata_store::{CallKind, Caps};

use super::RequestError;

mod estimate;

pub use estimate::{Estimate, estimate};

/// Converts billionths of a US dollar to dollars.
pub fn usd(nano: u64) -> f64 {
    nano as f64 / 1e9
}

/// Checks that all prices are known if there is a cost limit: no limit can be kept without them.
///
/// # Errors
/// [`RequestError::PriceUnknown`].
pub(crate) fn check_prices(caps: Caps, prices: &PriceList) -> Result<(), RequestError> {
    let unknown = [prices.unknown(), prices.expired()].concat();
    if caps.any() && !unknown.is_empty() {
        return Err(RequestError::PriceUnknown { services: unknown.join(", ") });
    }
    Ok(())
}

/// Which services a job uses, and their prices.
#[derive(Debug, Clone, Default)]
pub struct PriceList {
    /// The search provider's name, and the price of a query; none if unknown.
    pub search: (String, Option<PriceOnDay>),
    /// The models of the job; empty if everything is done on this machine.
    pub models: Vec<ModelPrice>,
}

/// A model of a job, the work it does there, and its price.
#[derive(Debug, Clone)]
pub struct ModelPrice {
    /// The work that it does.
    pub kind: CallKind,
    /// Its provider.
    pub provider: String,
    /// The model.
    pub model: String,
    /// Its price today; none if unknown.
    pub price: Option<PriceOnDay>,
    /// Maximum tokens of a prompt.
    pub prompt_tokens: u64,
    /// Maximum thinking tokens per answer; they are paid like tokens of the answer.
    pub thinking_tokens: u64,
}

impl ModelPrice {
    /// The model with its provider.
    pub fn name(&self) -> String {
        format!("{}:{}", self.provider, self.model)
    }
}

impl PriceList {
    /// Services whose price is unknown.
    pub fn unknown(&self) -> Vec<String> {
        let (search, price) = &self.search;
        let search = price.is_none().then(|| search.clone());
        let models = self.models.iter().filter(|model| model.price.is_none());
        search.into_iter().chain(models.map(ModelPrice::name)).collect()
    }

    /// Services whose known price has expired, each with the last day on which it was valid; their present
    /// price is unknown.
    pub fn expired(&self) -> Vec<String> {
        let expired = |name: String, price: Option<&PriceOnDay>| {
            let until = price?.ran_out?;
            Some(format!("{name} (its price held until {until})"))
        };
        let (search, price) = &self.search;
        let search = expired(search.clone(), price.as_ref());
        let models =
            self.models.iter().filter_map(|model| expired(model.name(), model.price.as_ref()));
        search.into_iter().chain(models).collect()
    }
}
