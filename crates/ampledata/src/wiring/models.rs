//! The models that the settings mean, and how they are asked.

use std::sync::Arc;

use ampledata::app::Error;
use ampledata::config::{Model as Chosen, Secret, Settings, without_password};
use ampledata::printer::Printer;
use ampledata_core::model::{ModelProvider, ModelRole};
use ampledata_net::gate::RateLimits;
use ampledata_providers::clock::Clock;
use ampledata_providers::models::roles::{ModelChoice, ModelChoices, ModelRoles, ModelServers};
use ampledata_providers::models::server::ModelServer;
use ampledata_providers::models::{self, ApiKey};
use ampledata_providers::prices::Prices;

use super::unusable;

/// OpenAI's own address: anywhere else it is a server of the user's.
const OPENAI: &str = "https://api.openai.com";
/// The file of the data directory in which lists of models are remembered.
const LISTS: &str = "model-lists.json";

/// The roles as the settings have them.
pub(super) fn roles(
    settings: &Settings,
    prices: &Arc<Prices>,
    printer: &Printer,
) -> Result<ModelRoles, Error> {
    let from = &settings.models;
    let choices = ModelChoices {
        patterns: choice(&from.pattern),
        decisions: choice(&from.decision),
        values: choice(&from.extraction),
    };
    let asks_openai = asks(&choices, ModelProvider::OpenAi);
    let own = from.openai_url.trim_end_matches("/v1") != OPENAI;
    if !asks_openai && (from.openai_key.is_some() || own) {
        printer.warning(
            "OPENAI_BASE_URL or OPENAI_API_KEY is set, but no model of it is used: set \
             EXTRACTION_MODEL=openai:NAME",
        );
    }
    let own_prices = match &from.prices {
        Some(path) if own => Some(Prices::from_file(path).map_err(super::prices_unusable)?),
        None if own => Some(Prices::none()),
        _ => None,
    };
    let with = ModelServers {
        servers: servers(settings)?,
        rate_limits: RateLimits {
            requests_per_minute: from.requests_per_minute,
            tokens_per_minute: from.tokens_per_minute,
            ..RateLimits::default()
        },
        settings: models::Settings { timeout: from.timeout, prompt_budget: from.prompt_tokens },
        prices: Arc::clone(prices),
        own_prices: own_prices.map(Arc::new),
        list_file: Some(settings.data_dir.join(LISTS)),
    };
    let roles = ModelRoles::new(choices, with, Clock::system());
    check_keys(&roles)?;
    Ok(roles)
}

fn choice(chosen: &Chosen) -> ModelChoice {
    match chosen {
        Chosen::Builtin => ModelChoice::Builtin,
        Chosen::Default(provider) => ModelChoice::Default(*provider),
        Chosen::Named(name) => ModelChoice::Named(name.clone()),
    }
}

fn asks(choices: &ModelChoices, provider: ModelProvider) -> bool {
    ModelRole::ALL.into_iter().any(|role| match choices.for_role(role) {
        ModelChoice::Builtin => false,
        ModelChoice::Default(of) => *of == provider,
        ModelChoice::Named(name) => name.provider == provider,
    })
}

/// The servers that there is a key for; a server of the user's own needs none.
fn servers(settings: &Settings) -> Result<Vec<ModelServer>, Error> {
    let from = &settings.models;
    let of = [
        (ModelProvider::Gemini, &from.gemini_url, &from.gemini_key),
        (ModelProvider::Groq, &from.groq_url, &from.groq_key),
        (ModelProvider::OpenAi, &from.openai_url, &from.openai_key),
    ];
    let mut servers = Vec::new();
    for (provider, url, key) in of {
        if key.is_none() && provider != ModelProvider::OpenAi {
            continue;
        }
        let key = ApiKey::new(key.as_ref().map_or("", Secret::expose));
        let server = ModelServer::new(provider, url, key);
        servers.push(server.map_err(|error| unusable(provider.name(), error))?);
    }
    Ok(servers)
}

/// A model that the settings name must have its key: the start says so, and not the first row.
fn check_keys(roles: &ModelRoles) -> Result<(), Error> {
    for role in ModelRole::ALL {
        roles
            .check_key(role)
            .map_err(|error| Error::Provider { code: error.code, message: error.message })?;
    }
    Ok(())
}

/// What the settings say of models, for the fingerprint of a job and for people: a default is named by its
/// provider alone, so that a job is found again when another model has become the default.
pub(super) fn described(settings: &Settings, roles: &ModelRoles) -> String {
    let from = &settings.models;
    let places = [
        (ModelProvider::Gemini, &from.gemini_url),
        (ModelProvider::Groq, &from.groq_url),
        (ModelProvider::OpenAi, &from.openai_url),
    ];
    let asked = places.iter().filter(|(provider, _)| asks(roles.choices(), *provider));
    let addresses = asked.fold(String::new(), |text, (provider, url)| {
        format!("{text}, {provider} at {}", without_password(url))
    });
    format!(
        "patterns {}, decisions {}, values {}{addresses}",
        from.pattern, from.decision, from.extraction
    )
}
