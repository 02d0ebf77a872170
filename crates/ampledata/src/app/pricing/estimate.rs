//! Estimates what a job would cost, from its table and from what earlier jobs used.

use ampledata_core::row::Limits;
use ampledata_providers::models::TokenUsage;
use ampledata_store::intake::Work;
use ampledata_store::{CallKind, UsageHistory};
use serde::Serialize;

use super::{ModelPrice, PriceList};

/// Attempts per row, if nothing is known: one row in three is tried a second time.
const ATTEMPTS: f64 = 1.3;
/// Minimum number of rows of earlier jobs for the estimate to rely on them.
const ENOUGH: u64 = 20;
/// Output tokens of a call, if nothing is known; and at most.
const TOKENS_OUT: (f64, u64) = (250.0, 16_384);
/// Share of its thinking budget that a model uses, if nothing is known.
const THINKING_SHARE: f64 = 0.25;
/// Size of a prompt as a share of the largest one, if nothing is known.
const PROMPT_SHARE: f64 = 0.5;
/// Seconds per row, if nothing is known: searches, pages and models one after the other.
const ROW_SECONDS: f64 = 8.0;

/// What a job would use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Rows.
    pub rows: u64,
    /// Rows to process; duplicates are processed once.
    pub own_rows: u64,
    /// Cells requested for those rows.
    pub cells: u64,
    /// Search queries.
    pub searches: u64,
    /// Pages to read.
    pub pages: u64,
    /// Model calls.
    pub model_calls: u64,
    /// Input tokens of the model calls.
    pub tokens_in: u64,
    /// Output tokens of the model calls.
    pub tokens_out: u64,
    /// Expected cost in US dollars.
    pub cost_usd: f64,
    /// Highest cost in US dollars, if every row needs every attempt.
    pub cost_at_most_usd: f64,
    /// Expected duration in seconds.
    pub seconds: f64,
    /// Rows of earlier jobs that the estimate is based on; 0: settings only.
    pub from_rows: u64,
    /// Providers and models whose price is unknown; they are not in the cost.
    pub unknown_prices: Vec<String>,
    /// Providers and models whose known price has expired; the cost uses that price, which may have changed.
    pub expired_prices: Vec<String>,
}

/// Estimates a job.
pub fn estimate(
    work: Work,
    limits: &Limits,
    prices: &PriceList,
    usage_history: &[UsageHistory],
    concurrency: usize,
) -> Estimate {
    let rows = work.own as f64;
    let known = |kind: CallKind, provider: &str| {
        let of = usage_history.iter().filter(|past| past.kind == kind && past.provider == provider);
        of.filter(|past| past.rows >= ENOUGH).max_by_key(|past| past.rows)
    };
    let (engine, price) = &prices.search;
    let search = known(CallKind::Search, engine);
    let queries = f64::from(limits.queries);
    let searches = rows * search.map_or(queries * ATTEMPTS, |past| past.calls_per_row);
    let price = price.as_ref().map_or(0, |listed| listed.price.request) as f64;
    let mut estimate = Estimate {
        rows: work.rows,
        own_rows: work.own,
        cells: work.cells,
        searches: whole(searches),
        pages: whole(rows * f64::from(limits.pages) * ATTEMPTS),
        model_calls: 0,
        tokens_in: 0,
        tokens_out: 0,
        cost_usd: searches * price / 1e9,
        cost_at_most_usd: rows * queries * f64::from(limits.attempts) * price / 1e9,
        seconds: rows * ROW_SECONDS / concurrency.clamp(1, 1_000) as f64,
        from_rows: search.map_or(0, |past| past.rows),
        unknown_prices: prices.unknown(),
        expired_prices: prices.expired(),
    };
    for model in &prices.models {
        let past = usage_history.iter().find(|past| {
            past.kind == model.kind
                && past.model.as_ref() == Some(&model.model)
                && past.provider == model.provider
                && past.rows >= ENOUGH
        });
        estimate.add(model, past, rows, limits);
    }
    estimate
}

impl Estimate {
    fn add(&mut self, model: &ModelPrice, past: Option<&UsageHistory>, rows: f64, limits: &Limits) {
        let of_job = model.kind == CallKind::Patterns;
        let calls = match past {
            _ if of_job => 1.0,
            Some(past) => rows * past.calls_per_row,
            None => rows * ATTEMPTS,
        };
        let tokens_in =
            past.map_or(model.prompt_tokens as f64 * PROMPT_SHARE, |past| past.units_in);
        // The figures of earlier jobs already include thinking.
        let thoughts = model.thinking_tokens as f64 * THINKING_SHARE;
        let tokens_out = past.map_or(TOKENS_OUT.0 + thoughts, |past| past.units_out);
        let cost = |tokens_in: u64, tokens_out: u64| {
            let usage = TokenUsage { tokens_in, tokens_out, ..TokenUsage::default() };
            model.price.as_ref().map_or(0.0, |listed| listed.price.cost(usage) as f64 / 1e9)
        };
        self.model_calls += whole(calls);
        self.tokens_in += whole(calls * tokens_in);
        self.tokens_out += whole(calls * tokens_out);
        self.cost_usd += calls * cost(whole(tokens_in), whole(tokens_out));
        // A call can be repaired once, and repeated once for a longer answer.
        let most_calls = if of_job { 1.0 } else { rows * f64::from(limits.attempts) };
        let most_out = TOKENS_OUT.1 / 4 + model.thinking_tokens;
        self.cost_at_most_usd += most_calls * cost(model.prompt_tokens, most_out);
        self.from_rows = self.from_rows.max(past.map_or(0, |past| past.rows));
    }
}

/// The nearest whole number; NaN gives 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

#[cfg(test)]
mod tests {
    use ampledata_providers::prices::Prices;

    use super::*;

    const DAY: jiff::civil::Date = jiff::civil::date(2026, 11, 28);
    const GROQ: &str = "openai/gpt-oss-120b";

    fn prices() -> PriceList {
        let model = |kind, provider: &str, model: &str| ModelPrice {
            kind,
            provider: provider.to_owned(),
            model: model.to_owned(),
            price: Prices::bundled().model_price(provider, model, DAY),
            prompt_tokens: 3_000,
            thinking_tokens: 0,
        };
        PriceList {
            search: ("serper".to_owned(), Prices::bundled().search_price("serper", DAY)),
            models: vec![
                model(CallKind::Decide, "groq", GROQ),
                model(CallKind::Extract, "gemini", "gemini-3.5-flash-lite"),
            ],
        }
    }

    const WORK: Work = Work { rows: 1_100, own: 1_000, cells: 3_000 };

    #[test]
    fn without_experience_the_settings_say_what_to_expect() {
        let estimate = estimate(WORK, &Limits::default(), &prices(), &[], 10);
        assert_eq!(
            (estimate.searches, estimate.model_calls, estimate.from_rows),
            (3_900, 2_600, 0)
        );
        assert!(estimate.cost_usd > 3.9 && estimate.cost_usd < 10.0, "{estimate:?}");
        assert!(estimate.cost_at_most_usd > estimate.cost_usd, "{estimate:?}");
        assert_eq!(estimate.unknown_prices, Vec::<String>::new());
    }

    #[test]
    fn earlier_jobs_say_it_better() {
        let past = |kind, provider: &str, model: Option<&str>, rows| UsageHistory {
            kind,
            provider: provider.to_owned(),
            model: model.map(str::to_owned),
            calls_per_row: 2.0,
            units_in: 500.0,
            units_out: 100.0,
            rows,
        };
        let gemini = Some("gemini-3.5-flash-lite");
        let usage_history = [
            past(CallKind::Search, "serper", None, 400),
            past(CallKind::Extract, "gemini", gemini, 400),
            past(CallKind::Decide, "groq", Some(GROQ), 3),
        ];
        let estimate = estimate(WORK, &Limits::default(), &prices(), &usage_history, 10);
        assert_eq!((estimate.searches, estimate.from_rows), (2_000, 400));
        // 2,000 extractions as before, 1,300 decisions as the settings have it.
        assert_eq!(estimate.tokens_in, 2_000 * 500 + 1_300 * 1_500);
    }

    #[test]
    fn unknown_prices_are_reported() {
        let mut prices = prices();
        prices.search.1 = None;
        prices.models[0].price = None;
        let estimate = estimate(WORK, &Limits::default(), &prices, &[], 10);
        assert_eq!(estimate.unknown_prices, ["serper", "groq:openai/gpt-oss-120b"]);
    }

    #[test]
    fn thoughts_are_paid_for() {
        let without = estimate(WORK, &Limits::default(), &prices(), &[], 10);
        let mut thinking = prices();
        thinking.models[0].thinking_tokens = 1_024;
        let with = estimate(WORK, &Limits::default(), &thinking, &[], 10);
        assert_eq!(with.tokens_out, without.tokens_out + 1_300 * 256);
        assert!(with.cost_usd > without.cost_usd);
        assert!(with.cost_at_most_usd > without.cost_at_most_usd);
    }

    #[test]
    fn a_price_that_has_run_out_is_in_the_cost_and_said() {
        let mut old = prices();
        let llama = Prices::bundled().model_price("groq", "llama-3.3-70b-versatile", DAY);
        old.models[0].model = "llama-3.3-70b-versatile".to_owned();
        old.models[0].price = llama;
        let estimate = estimate(WORK, &Limits::default(), &old, &[], 10);
        let said = "groq:llama-3.3-70b-versatile (its price held until 2026-08-15)";
        assert_eq!(estimate.expired_prices, [said]);
        assert_eq!(estimate.unknown_prices, Vec::<String>::new());
        assert!(estimate.cost_usd > 4.0);
    }
}
