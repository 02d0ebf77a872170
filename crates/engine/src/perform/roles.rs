//! The deciders and extractors of jobs: each job keeps the models that it was created with.

use std::sync::Arc;

use ampledata_core::model::{JobModels, ModelRef};

use ampledata_net::Error;
use ampledata_providers::models::roles::ModelRoles;
use ampledata_providers::{Decider, Extractor};

/// A provider for one kind of work of a job.
pub struct Role<T: ?Sized> {
    /// The provider.
    pub provider: Arc<T>,
    /// Whether it is CPU-bound, so that it must not run on the async threads.
    pub is_cpu_bound: bool,
}

/// The providers of decisions and values for the models of a job.
pub trait Roles: Send + Sync {
    /// The provider that chooses pages for a job.
    ///
    /// # Errors
    /// If this process cannot call the job's model, for lack of a key.
    fn decider(&self, models: Option<&JobModels>) -> Result<Role<dyn Decider>, Error>;

    /// The provider that finds values for a job.
    ///
    /// # Errors
    /// As [`Roles::decider`].
    fn extractor(&self, models: Option<&JobModels>) -> Result<Role<dyn Extractor>, Error>;
}

impl Roles for ModelRoles {
    fn decider(&self, models: Option<&JobModels>) -> Result<Role<dyn Decider>, Error> {
        let model =
            models.map_or_else(|| self.resolve_offline().decisions, |of| of.decisions.clone());
        let provider = ModelRoles::decider(self, &model)?;
        Ok(Role { provider, is_cpu_bound: model == ModelRef::Builtin })
    }

    fn extractor(&self, models: Option<&JobModels>) -> Result<Role<dyn Extractor>, Error> {
        let model = models.map_or_else(|| self.resolve_offline().values, |of| of.values.clone());
        let provider = ModelRoles::extractor(self, &model)?;
        Ok(Role { provider, is_cpu_bound: model == ModelRef::Builtin })
    }
}

/// The same providers for every job.
pub struct FixedRoles {
    /// Chooses pages.
    pub decider: Arc<dyn Decider>,
    /// Finds values.
    pub extractor: Arc<dyn Extractor>,
}

impl Roles for FixedRoles {
    fn decider(&self, _: Option<&JobModels>) -> Result<Role<dyn Decider>, Error> {
        Ok(Role { provider: Arc::clone(&self.decider), is_cpu_bound: false })
    }

    fn extractor(&self, _: Option<&JobModels>) -> Result<Role<dyn Extractor>, Error> {
        Ok(Role { provider: Arc::clone(&self.extractor), is_cpu_bound: false })
    }
}
