//! `import-go`: imports the jobs of the old service.

use ampledata_store::Owner;

use super::args::ImportGo;
use super::{Common, Exit, Failure, settings};
use crate::app::ServiceFactory;
use crate::config::{Auth, Database};
use crate::import_go::{self, Old};
use crate::printer::{Printer, visible};

pub(super) async fn run(
    args: ImportGo,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    let settings = settings(common, Vec::new())?;
    let from = match (args.from, &settings.database) {
        (Some(from), _) => from,
        (None, Database::Postgres(url)) => url.expose().to_owned(),
        (None, Database::Sqlite(_)) => {
            let message =
                "set the address of the old service's database with --from or OLD_DATABASE_URL";
            return Err(Failure::usage("import_address", message.to_owned()));
        }
    };
    // Without authentication there is one owner, who would not see the jobs of others.
    let owner = match (args.owner, settings.auth) {
        (Some(owner), _) => Some(Owner(owner)),
        (None, Auth::None) => {
            printer.note("AUTH is `none`: `local` will own all jobs; see --owner");
            Some(Owner::local())
        }
        (None, _) => None,
    };
    let mut old = Old::open(&from).await?;
    let store = factory.open_store(&settings).await?;
    let report = import_go::import(&mut old, &*store, owner.as_ref()).await?;
    printer.data(&format!(
        "{} jobs imported ({} rows, {} values), {} had been imported before\n",
        report.jobs, report.rows, report.values, report.there_before
    ))?;
    for problem in &report.problems {
        printer.note(&visible(problem));
    }
    if report.left_out + report.unreadable > 0 {
        printer.note(&format!(
            "{} jobs were skipped, and {} rows could not be read completely",
            report.left_out, report.unreadable
        ));
        return Ok(Exit::Failed);
    }
    Ok(Exit::Done)
}

impl From<import_go::Error> for Failure {
    fn from(error: import_go::Error) -> Self {
        let (code, message) = (error.code(), error.to_string());
        match error {
            import_go::Error::Address | import_go::Error::NotThere { .. } => {
                Self::usage(code, message)
            }
            _ => Self::failed(code, message),
        }
    }
}
