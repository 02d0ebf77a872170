//! Assigns the work of a job: to the models that the settings name, or, if they name none, to those that
//! a provider has today.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use ampledata_core::model::{JobModels, ModelName, ModelProvider, ModelRef, ModelRole};
use ampledata_core::row::FailureKind;
use jiff::civil::Date;

use super::catalog::Catalog;
use super::listing::{ListedModel, ModelLists};
use super::server::ModelServer;
use super::{
    MODEL_UNKNOWN, ModelClient, ModelDecider, ModelExtractor, ModelKeys, ModelPatterns, Settings,
    unknown_model_error,
};
use crate::clock::Clock;
use crate::extractor::Builtin;
use crate::prices::{PriceOnDay, Prices};
use crate::{Decider, Extractor, PatternMaker};
use ampledata_net::Error;
use ampledata_net::Retry;
use ampledata_net::gate::{Gate, RateLimits};

/// The user is warned about a model that retires within so many days.
const WARN_DAYS: i32 = 30;
/// Maximum number of a provider's models that an error lists.
const MAX_NAMED_MODELS: usize = 8;

/// The setting of one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelChoice {
    /// The extractor that needs no model.
    Builtin,
    /// The first model of the catalog that the provider has.
    Default(ModelProvider),
    /// This model and no other.
    Named(ModelName),
}

/// The settings of all roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelChoices {
    /// Writes query patterns.
    pub patterns: ModelChoice,
    /// Decides which pages to read.
    pub decisions: ModelChoice,
    /// Extracts values.
    pub values: ModelChoice,
}

impl ModelChoices {
    /// The setting of a role.
    pub fn for_role(&self, role: ModelRole) -> &ModelChoice {
        match role {
            ModelRole::Patterns => &self.patterns,
            ModelRole::Decisions => &self.decisions,
            ModelRole::Values => &self.values,
        }
    }
}

/// Whether a model of a job is available from its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    /// The provider lists it.
    Listed,
    /// It cannot be used: the provider does not have it, rejects the key, or there is no key.
    Unusable(Error),
    /// The provider did not list its models; whether it has this one shows when it is called.
    Unchecked(Error),
}

/// The availability of one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelStatus {
    /// The first role that uses it.
    pub role: ModelRole,
    /// The model.
    pub model: ModelName,
    /// Whether it is available.
    pub availability: Availability,
    /// That it retires within a month, or has done so and another model may answer in its place.
    pub retirement: Option<Retirement>,
}

/// The end of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retirement {
    /// The first day on which it is gone.
    pub on: Date,
    /// What to use instead.
    pub replacement: Option<ModelName>,
}

impl ModelStatus {
    /// A warning for the user before the model is used, if any.
    pub fn warning(&self) -> Option<String> {
        let Retirement { on, replacement } = self.retirement.as_ref()?;
        let instead = replacement.as_ref();
        let instead = instead.map(|other| format!(": set {}={other}", self.role.setting()));
        Some(format!(
            "{} retires on {on}, and another model may answer from then on, at that model's price{}",
            self.model,
            instead.unwrap_or_default()
        ))
    }
}

/// The servers of models, and how they are called.
#[derive(Debug, Clone)]
pub struct ModelServers {
    /// The servers with a key, and those that need none.
    pub servers: Vec<ModelServer>,
    /// Rate limits of each provider.
    pub rate_limits: RateLimits,
    /// Settings of each request.
    pub settings: Settings,
    /// Prices of the companies.
    pub prices: Arc<Prices>,
    /// Prices of the user's own server, if `openai` is one; `None` if it is OpenAI's own.
    pub own_prices: Option<Arc<Prices>>,
    /// The file in which model lists are stored.
    pub list_file: Option<PathBuf>,
}

/// Assigns the work of a job.
#[derive(Debug)]
pub struct ModelRoles {
    choices: ModelChoices,
    servers: ModelServers,
    lists: ModelLists,
    clock: Clock,
    gates: BTreeMap<ModelProvider, Arc<Gate>>,
    clients: Mutex<BTreeMap<ModelName, ModelClient>>,
    builtin: Arc<Builtin>,
}

impl ModelRoles {
    /// Roles for these choices, using these servers.
    pub fn new(choices: ModelChoices, with: ModelServers, clock: Clock) -> Self {
        let gate = |server: &ModelServer| {
            let provider = server.provider();
            (provider, Arc::new(Gate::new(provider.name(), with.rate_limits)))
        };
        Self {
            gates: with.servers.iter().map(gate).collect(),
            lists: ModelLists::new(with.list_file.clone(), clock.clone()),
            choices,
            servers: with,
            clock,
            clients: Mutex::default(),
            builtin: Arc::new(Builtin),
        }
    }

    /// Without any model: this program does all the work.
    pub fn builtin() -> Self {
        let builtin = ModelChoice::Builtin;
        let choices =
            ModelChoices { patterns: builtin.clone(), decisions: builtin.clone(), values: builtin };
        let with = ModelServers {
            servers: Vec::new(),
            rate_limits: RateLimits::default(),
            settings: Settings::default(),
            prices: Arc::new(Prices::none()),
            own_prices: None,
            list_file: None,
        };
        Self::new(choices, with, Clock::system())
    }

    /// The choices from the settings.
    pub fn choices(&self) -> &ModelChoices {
        &self.choices
    }

    /// The models for a job that is created now: a model that the settings name is never replaced, and of
    /// a provider's defaults the first one that the provider lists is used.
    ///
    /// # Errors
    /// If there is no key for a provider, it rejects the key, or it has none of the defaults.
    pub async fn resolve(&self) -> Result<JobModels, Error> {
        let (patterns, decisions, values) = futures::join!(
            self.resolve_role(ModelRole::Patterns),
            self.resolve_role(ModelRole::Decisions),
            self.resolve_role(ModelRole::Values),
        );
        Ok(JobModels { patterns: patterns?, decisions: decisions?, values: values? })
    }

    async fn resolve_role(&self, role: ModelRole) -> Result<ModelRef, Error> {
        let provider = match self.choices.for_role(role) {
            ModelChoice::Builtin => return Ok(ModelRef::Builtin),
            ModelChoice::Named(name) => return Ok(ModelRef::Hosted(name.clone())),
            ModelChoice::Default(provider) => *provider,
        };
        let listing = self.lists.models(self.server(provider, role)?).await;
        let today = self.clock.today();
        let lasting = Catalog::bundled()
            .defaults(provider)
            .filter(|facts| facts.retires.is_none_or(|day| day > today));
        let names: Vec<&str> = lasting.map(|facts| facts.name.as_str()).collect();
        let chosen = match &listing {
            Ok(models) => {
                let listed = |name: &&&str| {
                    let of_name = models.iter().find(|model| model.has_name(name));
                    of_name.is_some_and(|model| model.retires.is_none_or(|day| day > today))
                };
                names
                    .iter()
                    .find(listed)
                    .ok_or_else(|| no_default_error(provider, role, &names, models))?
            }
            // A server that does not list its models may still answer.
            Err(error) if error.retry == Retry::Hold => return Err(error.clone()),
            Err(_) => names.first().ok_or_else(|| no_default_error(provider, role, &names, &[]))?,
        };
        Ok(ModelRef::Hosted(ModelName::new(provider, *chosen)))
    }

    /// The models according to the settings and the catalog, without asking the providers: for jobs that
    /// were created before models were stored with them.
    pub fn resolve_offline(&self) -> JobModels {
        let role = |role: ModelRole| match self.choices.for_role(role) {
            ModelChoice::Builtin => ModelRef::Builtin,
            ModelChoice::Named(name) => ModelRef::Hosted(name.clone()),
            ModelChoice::Default(provider) => {
                let name = Catalog::bundled().preferred(*provider, self.clock.today());
                // If there is none, the provider rejects this name with a clear error.
                ModelRef::Hosted(name.unwrap_or_else(|| ModelName::new(*provider, "default")))
            }
        };
        JobModels {
            patterns: role(ModelRole::Patterns),
            decisions: role(ModelRole::Decisions),
            values: role(ModelRole::Values),
        }
    }

    /// The availability of each model of a job, from lists that are at most a day old. This is free.
    pub async fn check(&self, models: &JobModels) -> Vec<ModelStatus> {
        self.check_lists(models, false).await
    }

    /// The same, from current lists: for a job that paused, perhaps because a model was retired.
    pub async fn check_now(&self, models: &JobModels) -> Vec<ModelStatus> {
        self.check_lists(models, true).await
    }

    async fn check_lists(&self, models: &JobModels, now: bool) -> Vec<ModelStatus> {
        let checks = models.hosted().into_iter().map(|(role, model)| async move {
            let (availability, listed) = self.availability(model, role, now).await;
            let retirement = self.retirement(model, listed);
            ModelStatus { role, model: model.clone(), availability, retirement }
        });
        futures::future::join_all(checks).await
    }

    /// How a model stands, and the day of its end where the provider's list says so.
    async fn availability(
        &self,
        model: &ModelName,
        role: ModelRole,
        now: bool,
    ) -> (Availability, Option<Date>) {
        let server = match self.server(model.provider, role) {
            Ok(server) => server,
            Err(error) => return (Availability::Unusable(error), None),
        };
        let mut listing = if now {
            self.lists.refresh_models(server).await
        } else {
            self.lists.models(server).await
        };
        let has = |models: &Arc<[ListedModel]>| models.iter().any(|one| one.has_name(&model.name));
        if !now && listing.as_ref().is_ok_and(|models| !has(models)) {
            // It may be newer than the stored list.
            listing = self.lists.refresh_models(server).await;
        }
        let models = match listing {
            Err(error) if error.retry == Retry::Hold => {
                return (Availability::Unusable(error), None);
            }
            Err(error) => return (Availability::Unchecked(error), None),
            Ok(models) => models,
        };
        let Some(listed) = models.iter().find(|one| one.has_name(&model.name)) else {
            let own = model.provider == ModelProvider::OpenAi && self.servers.own_prices.is_some();
            let unknown = unknown_model_error(model);
            // A proxy of the user's may know more names than it lists.
            let availability = if own {
                Availability::Unchecked(unknown)
            } else {
                Availability::Unusable(unknown)
            };
            return (availability, None);
        };
        (Availability::Listed, listed.retires)
    }

    /// The end of a model, where it is near or past: by the provider's list, else by the catalog.
    fn retirement(&self, model: &ModelName, listed: Option<Date>) -> Option<Retirement> {
        let known = || Catalog::bundled().facts(model)?.retires;
        let today = self.clock.today();
        let on = listed.or_else(known)?;
        let is_near = today.until(on).is_ok_and(|left| left.get_days() <= WARN_DAYS);
        is_near.then(|| Retirement { on, replacement: self.replacement(model) })
    }

    /// The model to use instead of this one, which its provider no longer has.
    pub fn replacement(&self, model: &ModelName) -> Option<ModelName> {
        Catalog::bundled().replacement(model, self.clock.today())
    }

    fn server(&self, provider: ModelProvider, role: ModelRole) -> Result<&ModelServer, Error> {
        let found = self.servers.servers.iter().find(|server| server.provider() == provider);
        found.ok_or_else(|| Error {
            kind: FailureKind::Unavailable,
            code: "provider_not_set_up",
            message: format!(
                "{} uses {provider}, but there is no key for it: set {}_API_KEY",
                role.setting(),
                provider.name().to_uppercase()
            ),
            retry: Retry::Hold,
        })
    }

    /// Checks that the provider of a role's model can be called at all.
    ///
    /// # Errors
    /// If there is no key for it.
    pub fn check_key(&self, role: ModelRole) -> Result<(), Error> {
        let provider = match self.choices.for_role(role) {
            ModelChoice::Builtin => return Ok(()),
            ModelChoice::Default(provider) => *provider,
            ModelChoice::Named(name) => name.provider,
        };
        self.server(provider, role).map(|_| ())
    }

    /// The client of a model; all jobs share it, so that it learns a model's options only once.
    fn client(&self, model: &ModelName, role: ModelRole) -> Result<ModelClient, Error> {
        let server = self.server(model.provider, role)?;
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(model) {
            return Ok(client.clone());
        }
        let gate = self.gates.get(&model.provider);
        let gate = gate.map_or_else(
            || Arc::new(Gate::new(model.provider.name(), self.servers.rate_limits)),
            Arc::clone,
        );
        let prices = Arc::clone(self.provider_prices(model.provider));
        let client =
            ModelClient::new(server.model(model), gate, prices, self.servers.settings.clone());
        let client = client.with_clock(self.clock.clone());
        clients.insert(model.clone(), client.clone());
        Ok(client)
    }

    fn provider_prices(&self, provider: ModelProvider) -> &Arc<Prices> {
        match &self.servers.own_prices {
            Some(own) if provider == ModelProvider::OpenAi => own,
            _ => &self.servers.prices,
        }
    }

    /// The price of a model today; `None` if it is unknown. The user's own server is free unless a list
    /// of prices states otherwise.
    pub fn price(&self, model: &ModelName) -> Option<PriceOnDay> {
        let (provider, today) = (model.provider, self.clock.today());
        let listed =
            self.provider_prices(provider).model_price(provider.name(), &model.name, today);
        let own = provider == ModelProvider::OpenAi && self.servers.own_prices.is_some();
        listed.or_else(|| own.then(|| PriceOnDay::free(provider.name())))
    }

    /// Number of tokens that a model gets for thoughts in addition to each answer.
    pub fn thinking_room(&self, model: &ModelName, role: ModelRole) -> u32 {
        self.client(model, role).map_or(0, |client| client.model().thinking_room())
    }

    /// Maximum number of tokens of a prompt.
    pub fn prompt_tokens(&self) -> usize {
        self.servers.settings.prompt_budget
    }

    /// The provider that writes query patterns.
    ///
    /// # Errors
    /// If there is no key for the model's provider.
    pub fn pattern_maker(&self, models: &JobModels) -> Result<Arc<dyn PatternMaker>, Error> {
        Ok(match models.patterns.hosted() {
            None => Arc::clone(&self.builtin) as _,
            Some(name) => {
                Arc::new(ModelPatterns::new(self.client(name, ModelRole::Patterns)?)) as _
            }
        })
    }

    /// The model that chooses the key of a table: the one that writes patterns, or else the one that
    /// decides.
    ///
    /// # Errors
    /// If there is no key for the model's provider.
    pub fn key_chooser(&self, models: &JobModels) -> Result<Option<ModelKeys>, Error> {
        for role in [ModelRole::Patterns, ModelRole::Decisions] {
            if let Some(name) = models.for_role(role).hosted() {
                return Ok(Some(ModelKeys::new(self.client(name, role)?)));
            }
        }
        Ok(None)
    }

    /// The provider that decides which pages to read.
    ///
    /// # Errors
    /// If there is no key for the model's provider.
    pub fn decider(&self, model: &ModelRef) -> Result<Arc<dyn Decider>, Error> {
        let builtin = Arc::clone(&self.builtin) as Arc<dyn Decider>;
        Ok(match model.hosted() {
            None => builtin,
            Some(name) => {
                let client = self.client(name, ModelRole::Decisions)?;
                Arc::new(ModelDecider::new(client, Some(builtin)))
            }
        })
    }

    /// The provider that extracts values.
    ///
    /// # Errors
    /// If there is no key for the model's provider.
    pub fn extractor(&self, model: &ModelRef) -> Result<Arc<dyn Extractor>, Error> {
        let builtin = Arc::clone(&self.builtin) as Arc<dyn Extractor>;
        Ok(match model.hosted() {
            None => builtin,
            Some(name) => {
                let client = self.client(name, ModelRole::Values)?;
                Arc::new(ModelExtractor::new(client, Some(builtin)))
            }
        })
    }
}

/// The error if the provider has none of the default models.
fn no_default_error(
    provider: ModelProvider,
    role: ModelRole,
    names: &[&str],
    models: &[ListedModel],
) -> Error {
    let mut listed: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
    let more = listed.len().saturating_sub(MAX_NAMED_MODELS);
    listed.truncate(MAX_NAMED_MODELS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let has = if listed.is_empty() {
        String::new()
    } else {
        format!("; {provider} lists {}{more}", listed.join(", "))
    };
    let names = if names.is_empty() { "all are retired".to_owned() } else { names.join(", ") };
    Error {
        kind: FailureKind::Unavailable,
        code: MODEL_UNKNOWN,
        message: format!(
            "{provider} has none of the default models ({names}): name one with \
             {}={provider}:NAME{has}",
            role.setting()
        ),
        retry: Retry::Hold,
    }
}
