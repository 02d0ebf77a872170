//! Tokens of extraction prompts per row, at four bytes each: whole pages compared with chosen passages, and
//! what the choice loses.
//!
//! `AMPLEDATA_EVAL_DIR=DIR cargo bench -p ampledata-providers --bench prompt_tokens` uses the labelled
//! set in DIR (`qrels_KIND.jsonl`, `columns_KIND.json`, `gold_KIND.csv`, `pages.jsonl`); each row
//! gets up to four of its relevant pages, as in a run. Without the variable nothing is measured.
//!
//! Of the gold cells whose answer (any accepted spelling; yes or no left out) is on a whole page, `kept`
//! is the share whose answer is also in the passages shown, or was suggested without the model because
//! facts had settled the column; `settled` counts the latter, and `right` those of them with an accepted
//! answer.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ampledata_core::column::{Column, ColumnType, CompiledColumn};
use ampledata_core::evidence::Suggestion;
use ampledata_core::model::{ModelName, ModelProvider};
use ampledata_core::page::Page;
use ampledata_core::passage::{Limits, estimate_tokens};
use ampledata_core::prompt::{ExtractPrompt, ShownText};
use ampledata_core::row::{Field, Input};
use ampledata_core::value::{PartialDate, fold};
use ampledata_net::Error;
use ampledata_net::gate::{Gate, RateLimits};
use ampledata_page::{Media, read};
use ampledata_providers::extractor::Builtin;
use ampledata_providers::meter::Unmetered;
use ampledata_providers::models::{
    Answer, CompletionRequest, FinishReason, Model, ModelClient, ModelExtractor, Settings,
    TokenUsage,
};
use ampledata_providers::prices::Prices;
use ampledata_providers::{ExtractRequest, Extractor};
use async_trait::async_trait;
use serde_json::Value as Json;

type Fault = Box<dyn std::error::Error>;

/// Pages that a row reads in one attempt, as `Limits::default` has it.
const PAGES: usize = 4;
/// Variants besides the default: pieces per column, bytes of a piece, the floor, the lead.
const SETTINGS: [(usize, usize, f64, usize); 6] = [
    (1, 240, 0.3, 600),
    (2, 160, 0.3, 400),
    (3, 240, 0.3, 0),
    (3, 240, 0.3, 1_200),
    (3, 240, 0.3, 600),
    (8, 320, 0.1, 2_400),
];

/// Finds nothing, and records its prompts.
#[derive(Debug)]
struct Scale(Mutex<Vec<String>>, ModelName);

#[async_trait]
impl Model for Scale {
    fn name(&self) -> &ModelName {
        &self.1
    }

    async fn complete(&self, request: &CompletionRequest<'_>) -> Result<Answer, Error> {
        let mut seen = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.push(request.prompt.to_owned());
        let text = "{\"cells\":[]}".to_owned();
        Ok(Answer {
            text,
            finish_reason: FinishReason::Stop,
            usage: TokenUsage::default(),
            remaining_limits: None,
        })
    }

    async fn probe(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[derive(Default)]
struct Sums {
    rows: usize,
    asked: usize,
    whole: usize,
    ours: usize,
    longest: usize,
    cells: usize,
    kept: usize,
    settled: usize,
    right: usize,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.asked += other.asked;
        self.whole += other.whole;
        self.ours += other.ours;
        self.longest = self.longest.max(other.longest);
        self.cells += other.cells;
        self.kept += other.kept;
        self.settled += other.settled;
        self.right += other.right;
    }

    fn print(&self, name: &str) {
        let rows = self.rows.max(1);
        let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
        println!(
            "{name} {} {} {} {} {:.3} {} {} {:.3} {} {:.3}",
            self.rows,
            self.asked,
            self.whole / rows,
            self.ours / rows,
            share(self.ours, self.whole),
            self.longest,
            self.cells,
            share(self.kept, self.cells),
            self.settled,
            share(self.right, self.settled),
        );
    }
}

/// A row with its relevant pages and the accepted answers of each column.
struct Row {
    kind: String,
    input: Input,
    columns: Arc<Vec<Column>>,
    gold: Vec<Vec<String>>,
    pages: Vec<(String, Arc<Page>)>,
}

fn main() -> Result<(), Fault> {
    let Ok(folder) = std::env::var("AMPLEDATA_EVAL_DIR") else {
        println!("AMPLEDATA_EVAL_DIR names no labelled set: nothing is measured");
        return Ok(());
    };
    let folder = Path::new(&folder);
    let files = files(folder)?;
    let mut names: Vec<String> = std::fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_prefix("qrels_")?.strip_suffix(".jsonl")?.to_owned()))
        .collect();
    names.sort();
    let mut rows = Vec::new();
    for kind in &names {
        rows.extend(rows_of(folder, kind, &files)?);
    }
    let heads = "rows asked whole/row ours/row ratio longest cells kept settled right";
    println!("kind {heads}");
    let mut kinds: BTreeMap<&str, Sums> = BTreeMap::new();
    for row in &rows {
        kinds.entry(&row.kind).or_default().add(&measure(row, Limits::default())?);
    }
    let mut total = Sums::default();
    for (kind, sums) in &kinds {
        sums.print(kind);
        total.add(sums);
    }
    total.print("total");
    println!("\nper_column/piece/floor/lead {heads}");
    for (per_column, piece, floor, lead) in SETTINGS {
        let mut total = Sums::default();
        for row in &rows {
            let limits = Limits { per_column, piece, floor, lede: lead, ..Limits::default() };
            total.add(&measure(row, limits)?);
        }
        total.print(&format!("{per_column}/{piece}/{floor}/{lead}"));
    }
    Ok(())
}

/// File and charset by address.
fn files(folder: &Path) -> Result<BTreeMap<String, (String, String)>, Fault> {
    let mut files = BTreeMap::new();
    for line in std::fs::read_to_string(folder.join("pages.jsonl"))?.lines() {
        let page: Json = serde_json::from_str(line)?;
        let text = |name: &str| page[name].as_str().unwrap_or_default().to_owned();
        files.insert(text("url"), (text("file"), text("charset")));
    }
    Ok(files)
}

fn columns(folder: &Path, kind: &str) -> Result<Vec<Column>, Fault> {
    let text = std::fs::read_to_string(folder.join(format!("columns_{kind}.json")))?;
    let json: Json = serde_json::from_str(&text)?;
    let columns = json["columns"].as_array().ok_or("no columns")?;
    let column = |json: &Json| {
        let kind = match json["type"].as_str() {
            Some("number") => ColumnType::Number,
            Some("boolean") => ColumnType::Boolean,
            Some("date") => ColumnType::Date,
            _ => ColumnType::String,
        };
        let description = json["description"].as_str().map(str::to_owned);
        Column { description, ..Column::new(json["name"].as_str().unwrap_or_default(), kind) }
    };
    Ok(columns.iter().map(column).collect())
}

fn rows_of(
    folder: &Path,
    kind: &str,
    files: &BTreeMap<String, (String, String)>,
) -> Result<Vec<Row>, Fault> {
    let columns = Arc::new(columns(folder, kind)?);
    let gold = gold(&folder.join(format!("gold_{kind}.csv")), &columns)?;
    let mut rows = Vec::new();
    for line in std::fs::read_to_string(folder.join(format!("qrels_{kind}.jsonl")))?.lines() {
        let row: Json = serde_json::from_str(line)?;
        let urls = row["urls"].as_array().ok_or("no urls")?;
        let mut pages: Vec<(String, Arc<Page>)> = Vec::new();
        for url in urls.iter().filter_map(Json::as_str).take(PAGES) {
            let Some((file, charset)) = files.get(url) else { continue };
            let media = Media {
                content_type: Some("text/html"),
                charset: Some(charset.as_str()).filter(|charset| !charset.is_empty()),
                url: Some(url),
            };
            if let Ok(page) = read(&std::fs::read(folder.join(file))?, &media) {
                pages.push((url.to_owned(), Arc::new(page)));
            }
        }
        if pages.is_empty() {
            continue;
        }
        let key = row["key"].as_str().unwrap_or_default().to_owned();
        let gold = gold.get(&key).cloned().unwrap_or_default();
        let field = Field { name: kind.to_owned(), value: key };
        let asked: Vec<usize> = (0..columns.len()).collect();
        let input = Input { key: vec![field], context: vec![], requested: asked };
        rows.push(Row { kind: kind.to_owned(), input, columns: Arc::clone(&columns), gold, pages });
    }
    Ok(rows)
}

/// The accepted answers by key, in the order of the columns.
fn gold(path: &Path, columns: &[Column]) -> Result<BTreeMap<String, Vec<Vec<String>>>, Fault> {
    let mut reader = csv::Reader::from_path(path)?;
    let heads = reader.headers()?.clone();
    let place = |name: &str| heads.iter().position(|head| head == name);
    let key = place("key").ok_or("no key")?;
    let mut gold = BTreeMap::new();
    for record in reader.records() {
        let record = record?;
        let answers = columns.iter().map(|column| {
            let text = place(&column.name).and_then(|at| record.get(at)).unwrap_or_default();
            text.split(" || ").filter(|text| !text.is_empty()).map(str::to_owned).collect()
        });
        gold.insert(record.get(key).unwrap_or_default().to_owned(), answers.collect());
    }
    Ok(gold)
}

fn measure(row: &Row, limits: Limits) -> Result<Sums, Fault> {
    let (prompts, suggestions) = ours(row, limits)?;
    let whole: Vec<&str> = row.pages.iter().map(|(_, page)| page.text.as_str()).collect();
    let cost: usize = prompts.iter().map(|prompt| estimate_tokens(prompt)).sum();
    let mut sums = Sums {
        rows: 1,
        asked: usize::from(cost > 0),
        whole: whole_prompt(row)?,
        ours: cost,
        longest: cost,
        ..Sums::default()
    };
    let shown: Vec<&str> =
        prompts.iter().filter_map(|prompt| Some(prompt.split_once("\n-----")?.1)).collect();
    for (at, (column, gold)) in row.columns.iter().zip(&row.gold).enumerate() {
        if column.kind == ColumnType::Boolean || !is_stated(gold, column, &whole) {
            continue;
        }
        sums.cells += 1;
        let is_asked =
            prompts.iter().any(|prompt| prompt.contains(&format!("\n- {} (", column.name)));
        let of_column = suggestions.iter().filter(|one| one.column == at);
        let found: Vec<&str> = of_column.map(|one| one.text.as_str()).collect();
        let is_settled = !is_asked && !found.is_empty();
        let kept = is_stated(gold, column, if is_asked { &shown } else { &found });
        sums.kept += usize::from(kept);
        sums.settled += usize::from(is_settled);
        sums.right += usize::from(is_settled && kept);
        if !kept && std::env::var_os("AMPLEDATA_SHOW_LOST").is_some() {
            println!(
                "lost {} {} {gold:?} {found:?} asked {is_asked}",
                row.input.key[0].value, column.name
            );
        }
    }
    Ok(sums)
}

/// Whether one of the answers occurs in one of the texts, as whole words: each item of a list anywhere,
/// the parts of a date in one line.
fn is_stated(gold: &[String], column: &Column, texts: &[&str]) -> bool {
    texts.iter().any(|text| {
        if column.kind == ColumnType::Date {
            return gold.iter().any(|date| text.lines().any(|line| has_date(line, date)));
        }
        let text = format!(" {} ", plain(text));
        gold.iter().any(|answer| {
            let mut items = answer.split("; ");
            items.all(|item| text.contains(&format!(" {} ", plain(item))))
        })
    })
}

/// Folded, with the digits of each number joined.
fn plain(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let inside = |at: usize| at > 0 && is_digit(at - 1) && is_digit(at + 1);
    let joined = chars.iter().enumerate().filter_map(|(at, c)| match c {
        ',' | '-' if inside(at) => None,
        '.' if inside(at) => Some('p'),
        _ => Some(*c),
    });
    let spaced: String = joined.collect::<String>().replace(['$', '€', '£'], " ");
    fold(&spaced).replace("p00 ", " ").trim_end_matches("p00").to_owned()
}

fn has_date(line: &str, date: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let folded = fold(line);
    let words: Vec<&str> = folded.split(' ').collect();
    let mut parts = date.split(['-', 'T']);
    let year = parts.next().unwrap_or_default();
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<usize>().ok());
    let has = |wanted: usize| {
        let starts = |word: &&str| {
            let digits = word.bytes().take_while(u8::is_ascii_digit).count();
            digits <= 2 && word[..digits].parse() == Ok(wanted)
        };
        words.iter().any(starts)
    };
    let named = |month: usize| {
        MONTHS
            .get(month.wrapping_sub(1))
            .is_some_and(|name| words.iter().any(|word| word.starts_with(name)))
    };
    words.contains(&year)
        && number(parts.next()).is_none_or(|month| has(month) || named(month))
        && number(parts.next()).is_none_or(has)
}

fn today() -> Result<PartialDate, Fault> {
    Ok("2026-03-14".parse()?)
}

/// The prompts sent to a model, and the suggestions made without it.
fn ours(row: &Row, limits: Limits) -> Result<(Vec<String>, Vec<Suggestion>), Fault> {
    let scale = Arc::new(Scale(Mutex::default(), ModelName::new(ModelProvider::OpenAi, "scale")));
    let model: Arc<dyn Model> = Arc::clone(&scale) as Arc<dyn Model>;
    let model_client = ModelClient::new(
        model,
        Arc::new(Gate::new("bench", RateLimits::default())),
        Arc::new(Prices::bundled()),
        Settings::default(),
    );
    let extractor = ModelExtractor::new(model_client, Some(Arc::new(Builtin))).with_limits(limits);
    let request = ExtractRequest {
        input: &row.input,
        plan: &CompiledColumn::compile_plan(&row.columns),
        columns: &row.input.requested,
        entity_type: None,
        pages: &row.pages,
        today: today()?,
        meter: &Unmetered::default(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let found = runtime.block_on(extractor.extract(&request))?;
    let seen = scale.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok((seen.clone(), found.suggestions))
}

fn whole_prompt(row: &Row) -> Result<usize, Fault> {
    let columns: Vec<&Column> = row.columns.iter().collect();
    let passages: Vec<ShownText<'_>> = row
        .pages
        .iter()
        .map(|(url, page)| ShownText {
            url,
            title: page.title.as_deref().unwrap_or_default(),
            dated: page.modified.or(page.published),
            text: &page.text,
        })
        .collect();
    let (input, today) = (&row.input, today()?);
    let prompt = ExtractPrompt { input, columns: &columns, passages: &passages, today }.render();
    Ok(estimate_tokens(&prompt.text))
}
