//! Tokens of extraction prompts per row, by four bytes each: whole pages against chosen passages.
//!
//! `AMPLEDATA_EVAL_DIR=DIR cargo bench -p ampledata-backend --bench prompt_tokens` takes the labelled
//! set in DIR (`qrels_KIND.jsonl`, `columns_KIND.json`, `pages.jsonl`); each row is shown up to four of
//! the pages that are relevant for it, as a run would read. Without the variable nothing is measured.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ampledata_backend::page::{Media, read};
use ampledata_backend::providers::builtin::Builtin;
use ampledata_backend::providers::meter::Unmetered;
use ampledata_backend::providers::models::{
    Answer, Ask, Asker, Finish, Model, ModelExtractor, Prices, Settings, Usage,
};
use ampledata_backend::providers::{Error, ExtractRequest, Extractor};
use ampledata_core::column::{Column, ColumnType};
use ampledata_core::page::Page;
use ampledata_core::passage::tokens;
use ampledata_core::prompt::{ExtractPrompt, Shown};
use ampledata_core::row::{Field, Input};
use ampledata_core::value::PartialDate;
use async_trait::async_trait;
use serde_json::Value as Json;

type Fault = Box<dyn std::error::Error>;

/// Pages that a row reads in one attempt, as `Limits::default` has it.
const PAGES: usize = 4;

/// Finds nothing, and writes down how long its prompts are.
#[derive(Debug, Default)]
struct Scale(Mutex<Vec<usize>>);

#[async_trait]
impl Model for Scale {
    fn provider(&self) -> &'static str {
        "none"
    }

    fn model(&self) -> &'static str {
        "scale"
    }

    async fn ask(&self, ask: &Ask<'_>) -> Result<Answer, Error> {
        let mut seen = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.push(tokens(ask.prompt));
        let text = "{\"cells\":[]}".to_owned();
        Ok(Answer { text, finish: Finish::Stop, usage: Usage::default() })
    }
}

#[derive(Default)]
struct Sums {
    rows: usize,
    asked: usize,
    whole: usize,
    ours: usize,
    longest: usize,
}

fn main() -> Result<(), Fault> {
    let Ok(folder) = std::env::var("AMPLEDATA_EVAL_DIR") else {
        println!("AMPLEDATA_EVAL_DIR names no labelled set: nothing is measured");
        return Ok(());
    };
    let folder = Path::new(&folder);
    let files = files(folder)?;
    let mut total = Sums::default();
    let mut names: Vec<String> = std::fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_prefix("qrels_")?.strip_suffix(".jsonl")?.to_owned()))
        .collect();
    names.sort();
    println!("kind rows asked whole/row ours/row ratio longest");
    for kind in names {
        let sums = measure(folder, &kind, &files)?;
        print(&kind, &sums);
        total.rows += sums.rows;
        total.asked += sums.asked;
        total.whole += sums.whole;
        total.ours += sums.ours;
        total.longest = total.longest.max(sums.longest);
    }
    print("total", &total);
    Ok(())
}

fn print(kind: &str, sums: &Sums) {
    let rows = sums.rows.max(1);
    let ratio = sums.ours as f64 / sums.whole.max(1) as f64;
    let (whole, ours) = (sums.whole / rows, sums.ours / rows);
    println!("{kind} {} {} {whole} {ours} {ratio:.3} {}", sums.rows, sums.asked, sums.longest);
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

fn measure(
    folder: &Path,
    kind: &str,
    files: &BTreeMap<String, (String, String)>,
) -> Result<Sums, Fault> {
    let columns = columns(folder, kind)?;
    let mut sums = Sums::default();
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
        let field = Field { name: kind.to_owned(), value: key };
        let asked: Vec<usize> = (0..columns.len()).collect();
        let input = Input { key: vec![field], context: vec![], asked };
        let ours = ours(&input, &columns, &pages)?;
        sums.rows += 1;
        sums.asked += usize::from(ours > 0);
        sums.ours += ours;
        sums.longest = sums.longest.max(ours);
        sums.whole += whole(&input, &columns, &pages)?;
    }
    Ok(sums)
}

fn today() -> Result<PartialDate, Fault> {
    Ok("2026-03-14".parse()?)
}

fn ours(input: &Input, plan: &[Column], pages: &[(String, Arc<Page>)]) -> Result<usize, Fault> {
    let scale = Arc::new(Scale::default());
    let model: Arc<dyn Model> = Arc::clone(&scale) as Arc<dyn Model>;
    let asker = Asker::new(model, Arc::new(Prices::listed()), Settings::default());
    let extractor = ModelExtractor::new(asker, Some(Arc::new(Builtin)));
    let (columns, today) = (&input.asked, today()?);
    let meter = &Unmetered;
    let request = ExtractRequest { input, plan, columns, entity_type: None, pages, today, meter };
    tokio::runtime::Builder::new_current_thread().build()?.block_on(extractor.extract(&request))?;
    let seen = scale.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(seen.iter().sum())
}

fn whole(input: &Input, plan: &[Column], pages: &[(String, Arc<Page>)]) -> Result<usize, Fault> {
    let columns: Vec<&Column> = plan.iter().collect();
    let passages: Vec<Shown<'_>> = pages
        .iter()
        .map(|(url, page)| Shown {
            url,
            title: page.title.as_deref().unwrap_or_default(),
            dated: page.modified.or(page.published),
            text: &page.text,
        })
        .collect();
    let prompt =
        ExtractPrompt { input, columns: &columns, passages: &passages, today: today()? }.render();
    Ok(tokens(&prompt.text))
}
