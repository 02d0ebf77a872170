//! Who is asked for patterns, decisions and values.

use std::collections::BTreeMap;
use std::sync::Arc;

use ampledata::app::{Error, Rate};
use ampledata::config::{Model as Chosen, Secret, Settings, without_password};
use ampledata::printer::Printer;
use ampledata_engine::perform::Named;
use ampledata_net::gate::{Gate, Pace};
use ampledata_providers::builtin::Builtin;
use ampledata_providers::models::gemini::Gemini;
use ampledata_providers::models::openai::OpenAi;
use ampledata_providers::models::{
    self, Asker, Key, Model, ModelDecider, ModelExtractor, ModelKeys, ModelPatterns,
};
use ampledata_providers::prices::{Price, Prices};
use ampledata_providers::{Decider, Extractor, PatternMaker};
use ampledata_store::CallKind;

use super::unusable;

/// OpenAI's own address: anywhere else it is a server of the user's.
const OPENAI: &str = "https://api.openai.com";

/// The trades, each done by a model or on this machine.
pub(super) struct Trades {
    pub(super) patterns: Arc<dyn PatternMaker>,
    /// The model that writes patterns, else the one that chooses pages.
    pub(super) keys: Option<ModelKeys>,
    pub(super) decider: Named<dyn Decider>,
    pub(super) extractor: Named<dyn Extractor>,
    pub(super) rates: Vec<Rate>,
    pub(super) asked: Vec<Arc<dyn Model>>,
    pub(super) shown: String,
}

/// The trades as the settings have them.
pub(super) fn of(
    settings: &Settings,
    prices: &Arc<Prices>,
    printer: &Printer,
) -> Result<Trades, Error> {
    let from = &settings.models;
    let own_prices = Arc::new(match &from.prices {
        Some(path) => Prices::of_file(path).map_err(super::prices_unusable)?,
        None => Prices::none(),
    });
    let own_prices = &own_prices;
    let mut desk = Desk {
        settings,
        prices,
        own_prices,
        gates: BTreeMap::new(),
        rates: Vec::new(),
        asked: Vec::new(),
    };
    let builtin = Arc::new(Builtin);
    let writing = desk.asker(&from.pattern, CallKind::Patterns)?;
    let deciding = desk.asker(&from.decision, CallKind::Decide)?;
    let keys = writing.clone().or_else(|| deciding.clone()).map(ModelKeys::new);
    let patterns: Arc<dyn PatternMaker> = match writing {
        Some(asker) => Arc::new(ModelPatterns::new(asker)),
        None => Arc::clone(&builtin) as _,
    };
    let decider = match deciding {
        Some(asker) => {
            let part = ModelDecider::new(asker, Some(Arc::clone(&builtin) as _));
            Named::new(from.decision.to_string(), Arc::new(part) as Arc<dyn Decider>)
        }
        None => Named::computing("builtin", Arc::clone(&builtin) as _),
    };
    let extractor = match desk.asker(&from.extraction, CallKind::Extract)? {
        Some(asker) => {
            let part = ModelExtractor::new(asker, Some(builtin as _));
            Named::new(from.extraction.to_string(), Arc::new(part) as Arc<dyn Extractor>)
        }
        None => Named::computing("builtin", builtin as _),
    };
    let nobody = desk.rates.iter().all(|rate| rate.provider != "openai");
    if nobody && (from.openai_key.is_some() || from.openai_url.trim_end_matches("/v1") != OPENAI) {
        printer.warning(
            "OPENAI_BASE_URL or OPENAI_API_KEY is set, but no model of it is asked: set \
             EXTRACTION_MODEL=openai:NAME",
        );
    }
    let shown = format!(
        "patterns {}, decisions {}, values {}{}",
        from.pattern,
        from.decision,
        from.extraction,
        desk.addresses()
    );
    let Desk { rates, asked, .. } = desk;
    Ok(Trades { patterns, keys, decider, extractor, rates, asked, shown })
}

/// Makes askers; one gate for each provider and key.
struct Desk<'a> {
    settings: &'a Settings,
    prices: &'a Arc<Prices>,
    own_prices: &'a Arc<Prices>,
    gates: BTreeMap<&'static str, Arc<Gate>>,
    rates: Vec<Rate>,
    asked: Vec<Arc<dyn Model>>,
}

impl Desk<'_> {
    fn asker(&mut self, chosen: &Chosen, kind: CallKind) -> Result<Option<Asker>, Error> {
        let from = &self.settings.models;
        let key = |key: &Option<Secret>| Key::new(key.as_ref().map_or("", Secret::expose));
        let needed = |secret: &Option<Secret>, name: &str| match secret {
            Some(_) => Ok(key(secret)),
            None => Err(unusable(&chosen.to_string(), format!("set {name}"))),
        };
        let failed = |error: models::SetupError| unusable(&chosen.to_string(), error);
        let (provider, model): (_, Arc<dyn Model>) = match chosen {
            Chosen::Builtin => return Ok(None),
            Chosen::Gemini(name) => {
                let key = needed(&from.gemini_key, "GEMINI_API_KEY")?;
                ("gemini", Arc::new(Gemini::new(&from.gemini_url, key, name).map_err(failed)?))
            }
            Chosen::Groq(name) => {
                let key = needed(&from.groq_key, "GROQ_API_KEY")?;
                ("groq", Arc::new(OpenAi::groq(&from.groq_url, key, name).map_err(failed)?))
            }
            Chosen::Openai(name) => {
                let key = key(&from.openai_key);
                ("openai", Arc::new(OpenAi::new(&from.openai_url, key, name).map_err(failed)?))
            }
        };
        let known =
            |asked: &Arc<dyn Model>| asked.provider() == provider && asked.model() == model.model();
        if !self.asked.iter().any(known) {
            self.asked.push(Arc::clone(&model));
        }
        // A server of one's own charges what a file says, and not what OpenAI does.
        let own = provider == "openai" && !from.openai_url.starts_with(OPENAI);
        let prices = if own { self.own_prices } else { self.prices };
        let price = prices.of(provider, model.model()).cloned();
        let price = price.or_else(|| own.then(|| free(provider, model.model())));
        self.rates.push(Rate {
            kind,
            provider: provider.to_owned(),
            model: model.model().to_owned(),
            price,
            prompt_tokens: from.prompt_tokens as u64,
        });
        let pace = Pace {
            requests_per_minute: from.requests_per_minute,
            tokens_per_minute: from.tokens_per_minute,
            ..Pace::default()
        };
        let gate =
            self.gates.entry(provider).or_insert_with(|| Arc::new(Gate::new(provider, pace)));
        let settings = models::Settings { timeout: from.timeout, budget: from.prompt_tokens };
        Ok(Some(Asker::new(model, Arc::clone(gate), Arc::clone(prices), settings)))
    }

    /// Where the models are that have no address of their own.
    fn addresses(&self) -> String {
        let from = &self.settings.models;
        let places =
            [("gemini", &from.gemini_url), ("groq", &from.groq_url), ("openai", &from.openai_url)];
        let asked = places.iter().filter(|(name, _)| self.gates.contains_key(name));
        asked.fold(String::new(), |shown, (name, url)| {
            shown + ", " + name + " at " + &without_password(url)
        })
    }
}

fn free(provider: &str, model: &str) -> Price {
    Price {
        provider: provider.to_owned(),
        model: model.to_owned(),
        request: 0,
        input: 0,
        output: 0,
        cached: None,
        date: String::new(),
        source: String::new(),
    }
}
