//! The program: the only place that names concrete parts.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use ampledata::app::jobs::Notify;
use ampledata::app::{Engine, Error, Parts, Workshop};
use ampledata::cli::{self, Cli, Exit};
use ampledata::config::{Database, Driver, Model, Origin, SearchProvider, Settings};
use ampledata::printer::Printer;
use ampledata_backend::engine;
use ampledata_backend::guard::Guard;
use ampledata_backend::notify::Notifier;
use ampledata_backend::perform::{self, Named, Performer};
use ampledata_backend::providers::builtin::Builtin;
use ampledata_backend::providers::corpus::Corpus;
use ampledata_backend::store::{Job, Sqlite, Store};
use async_trait::async_trait;
use clap::Parser;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    log();
    // Whoever installed a provider of TLS before has one; all of them are as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let printer = Printer::new(cli.common.quiet);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            printer.error("runtime_unavailable", &format!("cannot start threads: {error}"));
            return ExitCode::from(Exit::Failed.code());
        }
    };
    let exit = runtime.block_on(cli::run(cli, &printer, &Concrete { printer: &printer }));
    // What still computes on a blocking thread is not waited for: everything that counts is saved.
    runtime.shutdown_background();
    ExitCode::from(exit.code())
}

/// Help and version are data; everything else that the parser says is wrong usage.
fn usage(error: &clap::Error) -> ExitCode {
    let printer = Printer::new(false);
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        printer.tell(&text);
        return ExitCode::from(Exit::Usage.code());
    }
    // Whoever closed stdout does not want to read the help.
    printer.data(&text).ok();
    ExitCode::from(Exit::Done.code())
}

fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// The parts of this program.
struct Concrete<'a> {
    printer: &'a Printer,
}

#[async_trait]
impl Parts for Concrete<'_> {
    fn notifier(&self, settings: &Settings) -> Result<Arc<dyn Notify>, Error> {
        let guard = Guard { allow_private: settings.allow_private_networks };
        let notifier = Notifier::new(guard).map_err(|error| Error::Provider {
            code: "tls_unusable",
            message: error.to_string(),
        })?;
        Ok(Arc::new(Hooks(notifier)))
    }

    async fn workshop(
        &self,
        settings: &Settings,
        database: Option<PathBuf>,
    ) -> Result<Workshop, Error> {
        if settings.engine == Driver::Temporal {
            return Err(not_here("ENGINE is `temporal`", "set ENGINE=embedded"));
        }
        self.check_models(settings)?;
        let (corpus, folder) = self.corpus(settings).await?;
        let store: Arc<dyn Store> = Arc::new(open_store(settings, database).await?);
        let corpus = Arc::new(corpus);
        let builtin = Arc::new(Builtin);
        let parts = perform::Parts {
            search: Named::new("corpus", corpus.clone()),
            crawl: Named::new("corpus", corpus),
            decider: Named::computing("builtin", builtin.clone()),
            extractor: Named::computing("builtin", builtin.clone()),
        };
        let performer = Arc::new(Performer::new(parts, Arc::clone(&store)));
        let engine =
            Embedded { store: Arc::clone(&store), performer, concurrency: settings.concurrency };
        let providers = format!("corpus {}, builtin", folder.display());
        Ok(Workshop { store, engine: Arc::new(engine), patterns: builtin, providers })
    }
}

impl Concrete<'_> {
    /// The corpus of the settings, with an index that is up to date, and its folder.
    async fn corpus(&self, settings: &Settings) -> Result<(Corpus, PathBuf), Error> {
        let provider = settings.search.provider;
        if provider != SearchProvider::Corpus {
            let seen = format!("SEARCH_PROVIDER is `{provider}`");
            return Err(not_here(&seen, "give --corpus DIR, or set SEARCH_PROVIDER=corpus"));
        }
        let Some(folder) = &settings.search.corpus_dir else {
            return Err(Error::Provider {
                code: "no_corpus",
                message: "there is nothing to search: give --corpus DIR, or set CORPUS_DIR".into(),
            });
        };
        let told = |read: usize, of: usize| {
            if read > 0 && read.is_multiple_of(1000) {
                self.printer.note(&format!("reading the corpus: {read} of {of} pages"));
            }
        };
        let opened = Corpus::open(folder, &settings.data_dir, told).await;
        let corpus = opened.map_err(|error| Error::Provider {
            code: "corpus_unusable",
            message: error.to_string(),
        })?;
        self.tell_problems(&corpus);
        let real = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
        Ok((corpus, real))
    }

    fn tell_problems(&self, corpus: &Corpus) {
        const NAMED: usize = 3;
        let problems = &corpus.report().problems;
        for problem in problems.iter().take(NAMED) {
            self.printer.warning(&format!(
                "the corpus page {} is left out: {}",
                problem.file, problem.reason
            ));
        }
        let more = problems.len().saturating_sub(NAMED);
        if more > 0 {
            self.printer.warning(&format!("{more} more pages of the corpus are left out"));
        }
    }

    /// Models that the user named must be had; those that follow from a key are replaced, and said so.
    fn check_models(&self, settings: &Settings) -> Result<(), Error> {
        let models = &settings.models;
        let named = [
            ("PATTERN_MODEL", &models.pattern),
            ("DECISION_MODEL", &models.decision),
            ("EXTRACTION_MODEL", &models.extraction),
        ];
        for (name, model) in named {
            if *model == Model::Builtin {
                continue;
            }
            if settings.origin(name) != Origin::Default {
                let seen = format!("{name} is `{model}`");
                return Err(not_here(&seen, &format!("set {name}=builtin")));
            }
            self.printer.warning(&format!("{model} is not part of this version: builtin is used"));
        }
        Ok(())
    }
}

fn not_here(seen: &str, mend: &str) -> Error {
    let message = format!("{seen}, which is not part of this version: {mend}");
    Error::Provider { code: "not_in_this_version", message }
}

async fn open_store(settings: &Settings, database: Option<PathBuf>) -> Result<Sqlite, Error> {
    let path: &Path = match (&database, &settings.database) {
        (Some(path), _) | (None, Database::Sqlite(path)) => path,
        (None, Database::Postgres(_)) => {
            let seen = "DATABASE_URL_ENRICH is a PostgreSQL URL";
            return Err(not_here(seen, "unset it, or set it to sqlite://FILE"));
        }
    };
    Ok(Sqlite::open(path).await?)
}

/// Webhooks over HTTP.
struct Hooks(Notifier);

#[async_trait]
impl Notify for Hooks {
    fn check(&self, address: &str) -> Result<(), String> {
        self.0.check(address).map_err(|error| error.to_string())
    }

    async fn send(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<u16, String> {
        self.0.send(address, headers, body).await.map_err(|error| error.to_string())
    }
}

/// The engine of this process.
struct Embedded {
    store: Arc<dyn Store>,
    performer: Arc<Performer>,
    concurrency: usize,
}

#[async_trait]
impl Engine for Embedded {
    async fn run(&self, job: &Job, stop: &CancellationToken) -> Result<(), Error> {
        let options =
            engine::Options { cancel: stop.clone(), ..engine::Options::new(self.concurrency) };
        let (store, performer) = (Arc::clone(&self.store), Arc::clone(&self.performer));
        match engine::run(store, performer, job, options).await {
            Ok(_) => Ok(()),
            Err(engine::Error::Store(error)) => Err(error.into()),
            Err(error @ engine::Error::NotLoaded(_)) => {
                Err(Error::Engine { code: "job_not_loaded", message: error.to_string() })
            }
        }
    }
}
