//! What decides and extracts: chosen by the job, since each job keeps the models that it was made with.

use std::sync::Arc;

use ampledata_core::model::{JobModels, ModelRef};

use ampledata_providers::models::roles::ModelRoles;
use ampledata_providers::{Decider, Error, Extractor};

/// A provider for one kind of work of a job.
pub struct Role<T: ?Sized> {
    /// The provider.
    pub provider: Arc<T>,
    /// Whether it computes on this machine, so that it has to be kept off the threads that wait.
    pub computes: bool,
}

/// The providers of decisions and values, by the models of a job.
pub trait Roles: Send + Sync {
    /// Who chooses pages for a job.
    ///
    /// # Errors
    /// This process cannot ask the job's model, for want of a key.
    fn decider(&self, models: Option<&JobModels>) -> Result<Role<dyn Decider>, Error>;

    /// Who finds values for a job.
    ///
    /// # Errors
    /// As [`Roles::decider`].
    fn extractor(&self, models: Option<&JobModels>) -> Result<Role<dyn Extractor>, Error>;
}

impl Roles for ModelRoles {
    fn decider(&self, models: Option<&JobModels>) -> Result<Role<dyn Decider>, Error> {
        let model = models.map_or_else(|| self.unlisted().decisions, |of| of.decisions.clone());
        let provider = ModelRoles::decider(self, &model)?;
        Ok(Role { provider, computes: model == ModelRef::Builtin })
    }

    fn extractor(&self, models: Option<&JobModels>) -> Result<Role<dyn Extractor>, Error> {
        let model = models.map_or_else(|| self.unlisted().values, |of| of.values.clone());
        let provider = ModelRoles::extractor(self, &model)?;
        Ok(Role { provider, computes: model == ModelRef::Builtin })
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
        Ok(Role { provider: Arc::clone(&self.decider), computes: false })
    }

    fn extractor(&self, _: Option<&JobModels>) -> Result<Role<dyn Extractor>, Error> {
        Ok(Role { provider: Arc::clone(&self.extractor), computes: false })
    }
}
