//! The models of a job: chosen when it is made, kept while it runs, replaced only when a person says so.

use ampledata_core::model::{JobModels, ModelName, ModelRef, ModelRole};
use ampledata_providers::models::MODEL_UNKNOWN;
use ampledata_providers::models::roles::{Availability, ModelStatus};

use crate::app::{Error, RequestError, Services};

/// Another model for a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelChange {
    /// What it is to do; none: whatever is done by a model that can be asked no longer.
    pub role: Option<ModelRole>,
    /// The model.
    pub model: ModelRef,
}

/// The models of a job, and what a person should know about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChosenModels {
    pub(crate) models: JobModels,
    /// One sentence each.
    pub(crate) warnings: Vec<String>,
}

/// The models that a new job asks.
///
/// # Errors
/// A model that cannot be asked: it is gone, its key is refused, or there is none.
pub(crate) async fn for_new_job(
    services: &Services,
    changes: &[ModelChange],
) -> Result<ChosenModels, Error> {
    let models = services.models.resolve().await.map_err(Error::Model)?;
    let models = changed(services, models, changes).await?;
    let statuses = services.models.check(&models).await;
    usable(models, statuses)
}

/// The models of a job that is there already, which may have paused since one of them has gone.
///
/// # Errors
/// As [`for_new_job`].
pub(crate) async fn for_job(
    services: &Services,
    models: Option<&JobModels>,
    changes: &[ModelChange],
) -> Result<ChosenModels, Error> {
    let models = models.cloned().unwrap_or_else(|| services.models.resolve_offline());
    let models = changed(services, models, changes).await?;
    let statuses = services.models.check_now(&models).await;
    usable(models, statuses)
}

async fn changed(
    services: &Services,
    mut models: JobModels,
    changes: &[ModelChange],
) -> Result<JobModels, Error> {
    for change in changes {
        let roles = match change.role {
            Some(role) => vec![role],
            None => unusable_roles(services, &models).await?,
        };
        for role in roles {
            models = models.with(role, change.model.clone());
        }
    }
    Ok(models)
}

fn usable(models: JobModels, statuses: Vec<ModelStatus>) -> Result<ChosenModels, Error> {
    let warnings = statuses.iter().filter_map(ModelStatus::warning).collect();
    match statuses.into_iter().find_map(|status| unusable(status.availability)) {
        Some(error) => Err(Error::Model(error)),
        None => Ok(ChosenModels { models, warnings }),
    }
}

/// What is done by models that can be asked no longer.
async fn unusable_roles(
    services: &Services,
    models: &JobModels,
) -> Result<Vec<ModelRole>, RequestError> {
    let statuses = services.models.check_now(models).await;
    let gone: Vec<_> = statuses
        .into_iter()
        .filter(|status| matches!(status.availability, Availability::Unusable(_)))
        .collect();
    let done_by_gone = |role: &ModelRole| {
        let model = models.for_role(*role).hosted();
        gone.iter().any(|status| Some(&status.model) == model)
    };
    let roles: Vec<_> = ModelRole::ALL.into_iter().filter(done_by_gone).collect();
    if roles.is_empty() { Err(RequestError::ModelRoleNeeded) } else { Ok(roles) }
}

/// What takes the place of the first model of a job that its provider has no longer.
pub(super) async fn replacement(services: &Services, models: &JobModels) -> Option<ModelName> {
    let statuses = services.models.check_now(models).await;
    let gone = statuses.into_iter().find(|status| {
        matches!(&status.availability,
            Availability::Unusable(error) if error.code == MODEL_UNKNOWN)
    })?;
    services.models.replacement(&gone.model)
}

fn unusable(availability: Availability) -> Option<ampledata_net::Error> {
    match availability {
        Availability::Unusable(error) => Some(error),
        Availability::Listed | Availability::Unchecked(_) => None,
    }
}
