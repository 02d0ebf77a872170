//! The command line as the user types it, before it is checked.

use std::path::PathBuf;

use ampledata_core::model::{InvalidModelName, ModelRef, ModelRole};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::app::enrich::ModelChange;
use crate::config::reference;

/// Fills in the missing columns of a table from the web, with the quote and URL that prove every value.
#[derive(Debug, Parser)]
#[command(name = "ampledata", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "\
Examples:
  ampledata demo
  ampledata enrich people.xlsx -k name -c 'born:date=Date of birth' --corpus ./pages -o out.csv
  ampledata doctor

Settings are environment variables, or the same names in lower case in ampledata.toml;
`ampledata config` shows their values, `ampledata config --help` explains them. Exit codes:
0 success, 1 rows or checks failed, 2 wrong usage or settings, 130 interrupted.")]
pub struct Cli {
    /// Options that all commands have.
    #[command(flatten)]
    pub common: Common,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that all commands have.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub struct Common {
    /// Settings file [default: ampledata.toml, if it exists]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Sets `DATA_DIR`.
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    #[arg(help = reference::flag_help("DATA_DIR"))]
    pub data_dir: Option<PathBuf>,
    /// Print only data, warnings and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fill in columns of a table
    Enrich(Box<Enrich>),
    /// Run a complete job, offline, on the bundled example
    Demo(Demo),
    /// Start the HTTP API, the web app and a worker
    Serve(Serve),
    /// Start a worker for Temporal, without the API; several workers share the load
    Worker(Worker),
    /// Prepare a Temporal server
    #[command(subcommand)]
    Temporal(Temporal),
    /// Measure the quality of the results on a labelled set
    Eval(Eval),
    /// Refit the confidence of values from your own labels or corrections
    Calibrate(Calibrate),
    /// Check settings, database and providers, and show how to fix what is wrong
    Doctor(Doctor),
    /// Import the jobs of the old Go service
    ImportGo(ImportGo),
    /// Print the OpenAPI document of the HTTP API
    Openapi(Openapi),
    /// Show the current settings and where each comes from
    Config(Config),
    /// Print the completion script for a shell
    Completions(Completions),
}

/// `enrich`
#[derive(Debug, Args)]
#[command(after_help = "\
Columns: NAME[:TYPE[EXTRAS]][=DESCRIPTION], TYPE one of string (default), number, boolean, date.
Extras follow the type:
  *            several values             -c 'genres:string*'
  [UNIT]       convert to this unit       -c 'height:number[m]=Height above the water'
  {A|B|C}      only these values          -c 'kind:string{arch|beam|suspension}'
  (MIN..MAX)   only numbers within        -c 'year:number(1500..2100)'
  @FORMAT      phone, digits, url, email, address or height
  /REGEX/      the whole text must match  -c 'isin:string/[A-Z]{2}[A-Z0-9]{9}[0-9]/'
Put a NAME that contains `:` or `=` in double quotes.

Examples:
  ampledata enrich people.xlsx -k name -c 'born:date=Date of birth' --corpus ./pages -o out.csv
  ampledata enrich firms.csv -k name,city -c 'employees:number=Number of employees' \\
      -c 'website:string@url' --corpus ./pages --evidence > out.csv
  ampledata enrich books.jsonl -k isbn --columns columns.json --corpus ./pages -o books.parquet

  ampledata enrich firms.csv -k name -c ceo --dry-run           what would it cost?
  ampledata enrich firms.csv -k name -c ceo --max-cost 2.50     and never more than that

If SERPER_API_KEY and GEMINI_API_KEY or GROQ_API_KEY are set, the live web is searched and models
are used; `ampledata config` shows which provider does what.

A job keeps the models that it was started with. If a provider drops one of them, the job pauses;
the same command with --model PROVIDER:NAME resumes it with another.

Run the same command again to resume an interrupted run where it stopped, or to write a finished one
again without any work. `--fresh` starts over.")]
pub struct Enrich {
    /// The table: CSV, TSV, JSON, JSON Lines, XLSX or Parquet
    #[arg(value_hint = ValueHint::FilePath)]
    pub input: PathBuf,
    /// Columns that name the entity
    #[arg(short, long, value_name = "COL[,COL]", required = true, value_delimiter = ',')]
    pub key: Vec<String>,
    /// A column to fill in, see below; can be repeated
    #[arg(short, long = "column", value_name = "SPEC", required_unless_present = "columns")]
    pub column: Vec<String>,
    /// JSON file of columns: [{"name", "type", "description", "unit", …}]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub columns: Option<PathBuf>,
    /// What the key names, such as `bridge` or `software company`
    #[arg(long, value_name = "TEXT")]
    pub entity_type: Option<String>,
    /// Columns that distinguish namesakes [default: all others]; `none` for no column
    #[arg(long, value_name = "COL[,COL]|none", value_delimiter = ',')]
    pub context: Option<Vec<String>>,
    /// Fill the blanks of columns that the table already has
    #[arg(long)]
    pub fill_blanks: bool,
    /// Only the first N rows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// Start over instead of resuming an earlier run of the same job
    #[arg(long)]
    pub fresh: bool,
    /// Use this model instead: [patterns=|decisions=|values=]PROVIDER:NAME; without a role it replaces those
    /// of the job's models that are no longer available
    #[arg(long, value_name = "[ROLE=]MODEL", value_parser = model_change)]
    pub model: Vec<ModelChange>,
    /// Only estimate what the job would need and cost, without any search or model call
    #[arg(long)]
    pub dry_run: bool,
    /// Limits on the cost.
    #[command(flatten)]
    pub budget: Budget,
    /// How the table is read.
    #[command(flatten)]
    pub reading: Reading,
    /// How the table is written.
    #[command(flatten)]
    pub writing: Writing,
    /// Settings of the work.
    #[command(flatten)]
    pub effort: Effort,
}

/// Limits on the cost.
#[derive(Debug, Args)]
#[command(next_help_heading = "Budget")]
pub struct Budget {
    /// Maximum cost of the job; it pauses before it would cost more
    #[arg(long, value_name = "USD", value_parser = dollars)]
    pub max_cost: Option<u64>,
    /// Maximum cost of a row; it ends with what was found until then
    #[arg(long, value_name = "USD", value_parser = dollars)]
    pub max_row_cost: Option<u64>,
}

/// Parses `[ROLE=]PROVIDER:NAME`.
fn model_change(text: &str) -> Result<ModelChange, String> {
    let role = |name: &str| ModelRole::ALL.into_iter().find(|role| role.name() == name);
    let (role, model) = match text.split_once('=') {
        None => (None, text),
        Some((name, model)) => {
            let role = role(name.trim());
            let wrong = || format!("`{name}` is not one of patterns, decisions, values");
            (Some(role.ok_or_else(wrong)?), model)
        }
    };
    let model: ModelRef = model.parse().map_err(|error: InvalidModelName| error.to_string())?;
    Ok(ModelChange { role, model })
}

/// Parses an amount in US dollars, in billionths of a dollar.
fn dollars(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not an amount of US dollars such as 2.50");
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 9 || whole.len() + part.len() == 0 {
        return Err(wrong());
    }
    format!("{whole}{part:0<9}").parse().map_err(|_| wrong())
}

/// How a table is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct Reading {
    /// Sheet of a workbook [default: the first that is not hidden]
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Row of a sheet, or line of a CSV file, that contains the headers; what stands above it is ignored
    /// [default: detected]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub header_row: Option<u64>,
    /// Encoding of a text file, such as windows-1252 [default: detected]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
}

/// How a table is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct Writing {
    /// File for the enriched table [default: stdout]
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// csv, tsv, json, jsonl, xlsx or parquet [default: from the extension of OUT, else the format of the
    /// input]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Add the confidence, source, quote, outcome and reason of every cell
    #[arg(long)]
    pub evidence: bool,
    /// Add one column, `reasons`, that says why cells have no value
    #[arg(long)]
    pub reasons: bool,
    /// Print the summary as JSON on stdout; requires --output
    #[arg(long, requires = "output")]
    pub json: bool,
}

/// Settings of the work that a flag can set.
#[derive(Debug, Args)]
#[command(next_help_heading = "Work")]
pub struct Effort {
    /// Sets `CORPUS_DIR`, and `SEARCH_PROVIDER` to `corpus`.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    #[arg(help = reference::flag_help("CORPUS_DIR"))]
    pub corpus: Option<PathBuf>,
    /// Sets `CONCURRENCY_ROW_ENRICHMENT_LIMIT`.
    #[arg(long, value_name = "N", help = reference::flag_help("CONCURRENCY_ROW_ENRICHMENT_LIMIT"))]
    pub concurrency: Option<String>,
    /// Sets `CONFIDENCE_THRESHOLD`.
    #[arg(long, value_name = "0..1", help = reference::flag_help("CONFIDENCE_THRESHOLD"))]
    pub threshold: Option<String>,
    /// Sets `MAX_ENRICHMENT_RETRIES`.
    #[arg(long, value_name = "N", help = reference::flag_help("MAX_ENRICHMENT_RETRIES"))]
    pub retries: Option<String>,
}

/// `demo`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ampledata demo
  ampledata demo -o /tmp/bridges.csv

The demo needs no key, no network and no service: its pages are part of the program.")]
pub struct Demo {
    /// File for the enriched table
    #[arg(short, long, value_name = "OUT", default_value = "bridges-enriched.csv")]
    pub output: PathBuf,
}

/// `serve`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ampledata serve --corpus ./pages
  ampledata serve --addr 127.0.0.1:9000
  AUTH=api-keys API_KEYS=ann:KEY ampledata serve --addr :8080

Without authentication, only requests from this machine are accepted. Ctrl-C lets requests in flight
finish and saves the jobs; they resume when the server starts again.")]
pub struct Serve {
    /// Sets `SERVER_ADDR`.
    #[arg(long, value_name = "ADDR", help = reference::flag_help("SERVER_ADDR"))]
    pub addr: Option<String>,
    /// Settings of the work.
    #[command(flatten)]
    pub effort: Effort,
}

/// `worker`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  DATABASE_URL_ENRICH=postgres://… TEMPORAL_HOST_PORT=temporal:7233 ampledata worker

All processes need the same database and the same provider settings. Ctrl-C lets the activities in
progress finish; other workers take over what is left.")]
pub struct Worker {}

/// `temporal`
#[derive(Debug, Subcommand)]
pub enum Temporal {
    /// Create the namespace if it is missing, and register the search attributes
    Setup(Setup),
    /// Decrypt histories for Temporal's UI and CLI on this machine
    CodecServer(CodecServer),
}

/// `temporal codec-server`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  TEMPORAL_CODEC_KEYS=2026:$(openssl rand -base64 32) ampledata temporal codec-server
  temporal workflow show --workflow-id job-ID --codec-endpoint http://127.0.0.1:8888

In Temporal's UI, click the glasses at the top and enter http://127.0.0.1:8888")]
pub struct CodecServer {
    /// Address to listen on; it has to be one of this machine only
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8888")]
    pub listen: std::net::SocketAddr,

    /// Origin of Temporal's UI; requests from any other web page are refused
    #[arg(long, value_name = "ORIGIN", default_value = "http://localhost:8233")]
    pub ui: String,
}

/// `temporal setup`
#[derive(Debug, Args)]
pub struct Setup {
    /// Days for which a newly created namespace keeps the histories of closed workflows
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=3650))]
    pub retention_days: u64,
}

/// `import-go`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ampledata import-go
  OLD_DATABASE_URL=postgres://me:PASSWORD@db/ampledata ampledata import-go
  ampledata import-go --from postgres://db/ampledata --owner local

Reads public.jobs and public.row_states of either generation and changes nothing there.
Jobs keep their ids and times; rows keep values, confidences, reasons, sources and errors.
Jobs that were not finished there are CANCELLED here, with the reason. Run the command again to
import what is missing: imported jobs stay as they are, and one that was cut off is imported anew.
Data that cannot be read is reported, the rest is imported, and the exit code is 1.")]
pub struct ImportGo {
    /// The old service's database [default: the database of DATABASE_URL_ENRICH]
    #[arg(long, value_name = "URL", env = "OLD_DATABASE_URL", hide_env_values = true)]
    pub from: Option<String>,
    /// Owner of the imported jobs [default: the users of the old service; `local` if AUTH is none]
    #[arg(long, value_name = "OWNER")]
    pub owner: Option<String>,
}

/// `openapi`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ampledata openapi > openapi.json")]
pub struct Openapi {}

/// `eval`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ampledata eval ./labelled
  ampledata eval ./labelled --kind book --kind movie --json > report.json
  ampledata eval ./labelled --report errors.html --history history.jsonl
  ampledata eval ./labelled --compare report.json          better or worse than that?
  ampledata eval new.json --compare old.json               two earlier evaluations

A labelled set is a folder of pages (pages.jsonl) with input_KIND.csv, columns_KIND.json and
gold_KIND.csv for each KIND; accepted values are separated by ` || `. An empty cell is unknown,
unless cases_KIND.csv or outcomes_KIND.csv say that it must have no value: docs/guide/evaluation.md.")]
pub struct Eval {
    /// Folder of the labelled set, or the JSON report of an earlier evaluation to show again
    #[arg(value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub dir: PathBuf,
    /// Evaluate only this kind; can be repeated
    #[arg(long, value_name = "KIND")]
    pub kind: Vec<String>,
    /// An empty gold cell means that there must be no value, where no other file says what it means
    #[arg(long)]
    pub empty_is_absent: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Folder for the predictions, pred_KIND.csv
    #[arg(long, value_name = "PRED_DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Compare with the JSON report of an earlier evaluation of the same set
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub compare: Option<PathBuf>,
    /// HTML file for a report of the wrong cells, with page, quote and likely cause
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
    /// File to which the date and the figures are appended as a line of JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub history: Option<PathBuf>,
    /// What to call this evaluation in the history, such as a commit
    #[arg(long, value_name = "TEXT", requires = "history")]
    pub label: Option<String>,
    /// JSON file of figures; the exit code is 1 if one of them is worse now
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,
    /// Settings of the work.
    #[command(flatten)]
    pub effort: Effort,
}

/// `calibrate`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ampledata calibrate ./labelled                  a labelled set: it is evaluated first
  ampledata calibrate report.json                 the JSON report of an evaluation
  ampledata calibrate corrections.csv             right values of cells of finished jobs
  ampledata calibrate --stored                    corrections made in the web app or the API
  ampledata calibrate --show
  ampledata calibrate --undo

A file of corrections has the key columns of the table, `column`, and `value`: the right value, or
nothing if none is right. Include cells that are right, not only wrong ones. The fitted model is kept
in the data folder and is used by its new jobs: docs/guide/calibration.md.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Calibrate {
    /// Labelled sets, JSON reports of evaluations, or CSV files of corrections
    #[arg(value_name = "LABELS", required_unless_present_any = ["stored", "show", "undo"])]
    #[arg(value_hint = ValueHint::AnyPath)]
    pub labels: Vec<PathBuf>,
    /// Also use the corrections that people made in stored tables
    #[arg(long)]
    pub stored: bool,
    /// Owner of the stored tables [default: local]
    #[arg(long, value_name = "OWNER")]
    pub owner: Option<String>,
    /// What is kept together when the fit is tested on labels that it was not fitted to: rows, in five parts;
    /// kinds or sites, in two halves
    #[arg(long, value_name = "GROUP", value_enum, default_value_t)]
    pub by: GroupBy,
    /// Write the model to this file instead of the data folder
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Print the figures as JSON
    #[arg(long)]
    pub json: bool,
    /// Show the model in use, and change nothing
    #[arg(long, conflicts_with_all = ["labels", "stored", "out", "undo"])]
    pub show: bool,
    /// Go back to the model before
    #[arg(long, conflicts_with_all = ["labels", "stored", "out"])]
    pub undo: bool,
    /// Settings of the work.
    #[command(flatten)]
    pub effort: Effort,
}

/// What labels are grouped by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum GroupBy {
    /// Rows
    #[default]
    Row,
    /// Kinds of entities
    Kind,
    /// Sites
    Site,
}

/// `doctor`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ampledata doctor
  ampledata doctor --json

The exit code is 1 if a check fails; each failure is shown with a way to fix it.")]
pub struct Doctor {
    /// Print the checks as JSON
    #[arg(long)]
    pub json: bool,
}

const CONFIG_EXAMPLES: &str = "\
Examples:
  ampledata config
  CONFIDENCE_THRESHOLD=0.9 ampledata config --json

Secrets are hidden. Flags take precedence over the environment, the environment over the
settings file, and the settings file over the default. `--help` lists all settings.";

/// `config`
#[derive(Debug, Args)]
#[command(after_help = CONFIG_EXAMPLES)]
#[command(after_long_help = config_help())]
pub struct Config {
    /// Print the settings as JSON
    #[arg(long)]
    pub json: bool,
}

/// The examples of `config`, and all settings.
fn config_help() -> String {
    format!("{CONFIG_EXAMPLES}\n{}", reference::help())
}

/// `completions`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ampledata completions bash > ~/.local/share/bash-completion/completions/ampledata
  ampledata completions zsh > ~/.zfunc/_ampledata
  ampledata completions fish > ~/.config/fish/completions/ampledata.fish")]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}
