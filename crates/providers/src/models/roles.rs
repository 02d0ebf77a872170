//! What does which work of a job: the models that the settings name, or those that a provider has today
//! where they name none.

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
    Asker, MODEL_UNKNOWN, ModelDecider, ModelExtractor, ModelKeys, ModelPatterns, Settings,
    unknown_model,
};
use crate::builtin::Builtin;
use crate::clock::Clock;
use crate::prices::{PriceOnDay, Prices};
use crate::{Decider, Error, Extractor, PatternMaker, Retry};
use ampledata_net::gate::{Gate, Pace};

/// A model that retires within so many days is warned of.
const WARN_DAYS: i32 = 30;
/// Models of a provider that an error names.
const NAMED: usize = 8;

/// What the settings say of one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// The extractor that needs no model.
    Builtin,
    /// The first model of the catalog that the provider has.
    Default(ModelProvider),
    /// This model and no other.
    Named(ModelName),
}

/// What the settings say of all roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// Who writes query patterns.
    pub patterns: Choice,
    /// Who decides which pages to read.
    pub decisions: Choice,
    /// Who extracts values.
    pub values: Choice,
}

impl Choices {
    /// What the settings say of a role.
    pub fn of(&self, role: ModelRole) -> &Choice {
        match role {
            ModelRole::Patterns => &self.patterns,
            ModelRole::Decisions => &self.decisions,
            ModelRole::Values => &self.values,
        }
    }
}

/// How the models of a job stand with their providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    /// The provider lists it.
    Listed,
    /// It cannot be asked: the provider does not have it, refuses the key, or there is no key.
    Unusable(Error),
    /// The provider did not list its models; whether it has this one shows when it is asked.
    Unchecked(Error),
}

/// How one model stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelStatus {
    /// The first role that asks it.
    pub role: ModelRole,
    /// The model.
    pub model: ModelName,
    /// How it stands.
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
    /// What a person should know before the model is asked, if anything.
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

/// The servers of models and how they are asked.
#[derive(Debug, Clone)]
pub struct ModelServers {
    /// The servers that there is a key for, or that need none.
    pub servers: Vec<ModelServer>,
    /// Requests and tokens that a provider may be asked for.
    pub pace: Pace,
    /// How each request is made.
    pub settings: Settings,
    /// What the companies charge.
    pub prices: Arc<Prices>,
    /// What a server of the user's own charges, where `openai` is one; none: OpenAI's own is asked.
    pub own_prices: Option<Arc<Prices>>,
    /// The file in which lists of models are remembered.
    pub lists: Option<PathBuf>,
}

/// Who does which work of a job.
#[derive(Debug)]
pub struct ModelRoles {
    choices: Choices,
    with: ModelServers,
    lists: ModelLists,
    clock: Clock,
    gates: BTreeMap<ModelProvider, Arc<Gate>>,
    clients: Mutex<BTreeMap<ModelName, Asker>>,
    builtin: Arc<Builtin>,
}

impl ModelRoles {
    /// Roles for these choices, asked through these servers.
    pub fn new(choices: Choices, with: ModelServers, clock: Clock) -> Self {
        let gate = |server: &ModelServer| {
            let provider = server.provider();
            (provider, Arc::new(Gate::new(provider.name(), with.pace)))
        };
        Self {
            gates: with.servers.iter().map(gate).collect(),
            lists: ModelLists::new(with.lists.clone(), clock.clone()),
            choices,
            with,
            clock,
            clients: Mutex::default(),
            builtin: Arc::new(Builtin),
        }
    }

    /// Without any model: everything is done by this program.
    pub fn builtin() -> Self {
        let builtin = Choice::Builtin;
        let choices =
            Choices { patterns: builtin.clone(), decisions: builtin.clone(), values: builtin };
        let with = ModelServers {
            servers: Vec::new(),
            pace: Pace::default(),
            settings: Settings::default(),
            prices: Arc::new(Prices::none()),
            own_prices: None,
            lists: None,
        };
        Self::new(choices, with, Clock::system())
    }

    /// What the settings say.
    pub fn choices(&self) -> &Choices {
        &self.choices
    }

    /// The models that a job would ask which is made now: a model that the settings name is never replaced,
    /// and of a provider's defaults the first is taken that the provider lists.
    ///
    /// # Errors
    /// There is no key for a provider, it refuses the key, or it has none of the defaults.
    pub async fn resolve(&self) -> Result<JobModels, Error> {
        let (patterns, decisions, values) = futures::join!(
            self.resolve_role(ModelRole::Patterns),
            self.resolve_role(ModelRole::Decisions),
            self.resolve_role(ModelRole::Values),
        );
        Ok(JobModels { patterns: patterns?, decisions: decisions?, values: values? })
    }

    async fn resolve_role(&self, role: ModelRole) -> Result<ModelRef, Error> {
        let provider = match self.choices.of(role) {
            Choice::Builtin => return Ok(ModelRef::Builtin),
            Choice::Named(name) => return Ok(ModelRef::Hosted(name.clone())),
            Choice::Default(provider) => *provider,
        };
        let listing = self.lists.models_of(self.server(provider, role)?).await;
        let today = self.clock.today();
        let lasting = Catalog::bundled()
            .defaults(provider)
            .filter(|facts| facts.retires.is_none_or(|day| day > today));
        let names: Vec<&str> = lasting.map(|facts| facts.name.as_str()).collect();
        let chosen = match &listing {
            Ok(models) => {
                let listed = |name: &&&str| {
                    let of_name = models.iter().find(|model| model.is(name));
                    of_name.is_some_and(|model| model.retires.is_none_or(|day| day > today))
                };
                names
                    .iter()
                    .find(listed)
                    .ok_or_else(|| no_default(provider, role, &names, models))?
            }
            // A server that does not list its models may answer all the same.
            Err(error) if error.retry == Retry::Hold => return Err(error.clone()),
            Err(_) => names.first().ok_or_else(|| no_default(provider, role, &names, &[]))?,
        };
        Ok(ModelRef::Hosted(ModelName::new(provider, *chosen)))
    }

    /// The models that the settings and the catalog give without a word from the providers: for jobs that
    /// were made before models were stored with them.
    pub fn unlisted(&self) -> JobModels {
        let role = |role: ModelRole| match self.choices.of(role) {
            Choice::Builtin => ModelRef::Builtin,
            Choice::Named(name) => ModelRef::Hosted(name.clone()),
            Choice::Default(provider) => {
                let name = Catalog::bundled().preferred(*provider, self.clock.today());
                // Without any the provider refuses this name, which is a clear word.
                ModelRef::Hosted(name.unwrap_or_else(|| ModelName::new(*provider, "default")))
            }
        };
        JobModels {
            patterns: role(ModelRole::Patterns),
            decisions: role(ModelRole::Decisions),
            values: role(ModelRole::Values),
        }
    }

    /// How each model of a job stands with its provider, by lists of at most a day ago. Asking costs nothing.
    pub async fn check(&self, models: &JobModels) -> Vec<ModelStatus> {
        self.check_lists(models, false).await
    }

    /// The same by what providers list now: for a job that paused, perhaps since a model has gone.
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
            self.lists.models_now(server).await
        } else {
            self.lists.models_of(server).await
        };
        let has = |models: &Arc<[ListedModel]>| models.iter().any(|one| one.is(&model.name));
        if !now && listing.as_ref().is_ok_and(|models| !has(models)) {
            // It may be newer than the list that is remembered.
            listing = self.lists.models_now(server).await;
        }
        let models = match listing {
            Err(error) if error.retry == Retry::Hold => {
                return (Availability::Unusable(error), None);
            }
            Err(error) => return (Availability::Unchecked(error), None),
            Ok(models) => models,
        };
        let Some(listed) = models.iter().find(|one| one.is(&model.name)) else {
            let own = model.provider == ModelProvider::OpenAi && self.with.own_prices.is_some();
            let unknown = unknown_model(model);
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

    /// The model to ask in place of this one, which its provider has no longer.
    pub fn replacement(&self, model: &ModelName) -> Option<ModelName> {
        Catalog::bundled().replacement(model, self.clock.today())
    }

    fn server(&self, provider: ModelProvider, role: ModelRole) -> Result<&ModelServer, Error> {
        let found = self.with.servers.iter().find(|server| server.provider() == provider);
        found.ok_or_else(|| Error {
            kind: FailureKind::Unavailable,
            code: "provider_not_set_up",
            message: format!(
                "{} asks {provider}, and there is no key for it: set {}_API_KEY",
                role.setting(),
                provider.name().to_uppercase()
            ),
            retry: Retry::Hold,
        })
    }

    /// Whether the provider of a role's model can be asked at all.
    ///
    /// # Errors
    /// There is no key for it.
    pub fn check_key(&self, role: ModelRole) -> Result<(), Error> {
        let provider = match self.choices.of(role) {
            Choice::Builtin => return Ok(()),
            Choice::Default(provider) => *provider,
            Choice::Named(name) => name.provider,
        };
        self.server(provider, role).map(|_| ())
    }

    /// The client of a model; one for all jobs, so that what it learns of the model is learnt once.
    fn client(&self, model: &ModelName, role: ModelRole) -> Result<Asker, Error> {
        let server = self.server(model.provider, role)?;
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(model) {
            return Ok(client.clone());
        }
        let gate = self.gates.get(&model.provider);
        let gate = gate
            .map_or_else(|| Arc::new(Gate::new(model.provider.name(), self.with.pace)), Arc::clone);
        let prices = Arc::clone(self.prices_of(model.provider));
        let client = Asker::new(server.model(model), gate, prices, self.with.settings.clone());
        let client = client.with_clock(self.clock.clone());
        clients.insert(model.clone(), client.clone());
        Ok(client)
    }

    fn prices_of(&self, provider: ModelProvider) -> &Arc<Prices> {
        match &self.with.own_prices {
            Some(own) if provider == ModelProvider::OpenAi => own,
            _ => &self.with.prices,
        }
    }

    /// What a model charges today; none: nobody knows. A server of the user's own charges nothing unless a
    /// list of prices says otherwise.
    pub fn price(&self, model: &ModelName) -> Option<PriceOnDay> {
        let (provider, today) = (model.provider, self.clock.today());
        let listed = self.prices_of(provider).of_model(provider.name(), &model.name, today);
        let own = provider == ModelProvider::OpenAi && self.with.own_prices.is_some();
        listed.or_else(|| own.then(|| PriceOnDay::free(provider.name())))
    }

    /// Tokens that a model is given to think beside each answer.
    pub fn thinking_room(&self, model: &ModelName, role: ModelRole) -> u32 {
        self.client(model, role).map_or(0, |client| client.model().thinking_room())
    }

    /// Tokens of a prompt at most.
    pub fn prompt_tokens(&self) -> usize {
        self.with.settings.budget
    }

    /// Who writes query patterns.
    ///
    /// # Errors
    /// There is no key for the model's provider.
    pub fn pattern_maker(&self, models: &JobModels) -> Result<Arc<dyn PatternMaker>, Error> {
        Ok(match models.patterns.hosted() {
            None => Arc::clone(&self.builtin) as _,
            Some(name) => {
                Arc::new(ModelPatterns::new(self.client(name, ModelRole::Patterns)?)) as _
            }
        })
    }

    /// The model that chooses the key of a table: the one that writes patterns, else the one that decides.
    ///
    /// # Errors
    /// There is no key for the model's provider.
    pub fn key_chooser(&self, models: &JobModels) -> Result<Option<ModelKeys>, Error> {
        for role in [ModelRole::Patterns, ModelRole::Decisions] {
            if let Some(name) = models.of(role).hosted() {
                return Ok(Some(ModelKeys::new(self.client(name, role)?)));
            }
        }
        Ok(None)
    }

    /// Who decides which pages to read.
    ///
    /// # Errors
    /// There is no key for the model's provider.
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

    /// Who extracts values.
    ///
    /// # Errors
    /// There is no key for the model's provider.
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

/// None of the models is there that would be chosen by themselves.
fn no_default(
    provider: ModelProvider,
    role: ModelRole,
    names: &[&str],
    models: &[ListedModel],
) -> Error {
    let mut listed: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
    let more = listed.len().saturating_sub(NAMED);
    listed.truncate(NAMED);
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
            "{provider} has none of the models that are used by default ({names}): name one with \
             {}={provider}:NAME{has}",
            role.setting()
        ),
        retry: Retry::Hold,
    }
}
