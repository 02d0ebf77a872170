//! `config`: shows the current settings.

use ampledata_core::model::ModelRole;

use super::args::Config;
use super::{Common, Exit, Failure, json, settings};
use crate::app::{ServiceFactory, calibrate};
use crate::config::{Effective, Model, Setting, Settings, table};
use crate::printer::{Grid, Printer};

pub(super) async fn run(
    args: &Config,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    let settings = settings(common, Vec::new())?;
    let effective = with_models(&settings, printer, factory).await;
    if args.json {
        printer.data(&json(&effective)?)?;
        return Ok(Exit::Done);
    }
    let mut grid = Grid::new(&["setting", "value", "source", "meaning"]).truncate_at(60);
    for effective in effective {
        let setting = table::find(effective.name);
        grid.add_row(&[
            effective.name.to_owned(),
            effective.value.clone().unwrap_or_else(|| "–".to_owned()),
            effective.source.to_string(),
            setting.map(Setting::description).unwrap_or_default(),
        ]);
    }
    printer.data_table(&grid)?;
    match calibrate::load(&settings.data_dir) {
        Ok(None) => {}
        Ok(Some(model)) => {
            let path = calibrate::path(&settings.data_dir);
            printer.note(&format!(
                "confidence: fitted model in {}: {}",
                path.display(),
                model.fitted
            ));
        }
        Err(error) => printer.warning(&error.to_string()),
    }
    Ok(Exit::Done)
}

/// The settings, with the models that a job would use today where a setting names only a provider.
async fn with_models(
    settings: &Settings,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Vec<Effective> {
    let mut effective = settings.effective().to_vec();
    let chosen = &settings.models;
    let is_default = |model: &Model| matches!(model, Model::Default(_));
    if ![&chosen.pattern, &chosen.decision, &chosen.extraction].into_iter().any(is_default) {
        return effective;
    }
    let resolved = match factory.create_models(settings) {
        Ok(roles) => roles.resolve().await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match resolved {
        Ok(models) => {
            for role in ModelRole::ALL {
                let setting = effective.iter_mut().find(|setting| setting.name == role.setting());
                if let Some(setting) = setting {
                    setting.value = Some(models.for_role(role).to_string());
                }
            }
        }
        Err(error) => printer.warning(&format!("cannot choose the models: {error}")),
    }
    effective
}
