//! `config`: the settings in force.

use super::args::Config;
use super::{Common, Exit, Failure, json, settings};
use crate::config::Setting;
use crate::printer::{Grid, Printer};

pub(super) fn run(args: &Config, common: &Common, printer: &Printer) -> Result<Exit, Failure> {
    let settings = settings(common, Vec::new())?;
    if args.json {
        printer.data(&json(&settings.effective())?)?;
        return Ok(Exit::Done);
    }
    let mut grid = Grid::new(&["setting", "value", "source", "meaning"]).cut(60);
    for effective in settings.effective() {
        let meaning = Setting::named(effective.name).map_or("", |setting| setting.meaning);
        grid.row(&[
            effective.name.to_owned(),
            effective.value.clone().unwrap_or_else(|| "–".to_owned()),
            effective.source.to_string(),
            meaning.to_owned(),
        ]);
    }
    printer.data(&grid.render())?;
    Ok(Exit::Done)
}
