//! Measures the builtin extractor alone: a labelled set (CONTRACTS, section 6) is searched by BM25,
//! read and merged, and the values are written as `pred_KIND.csv`.
//!
//! `cargo run --release -p ampledata-backend --example builtin_eval -- SET OUT [KIND…]`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use ampledata_backend::page::{self, Media};
use ampledata_backend::providers::builtin::Builtin;
use ampledata_backend::providers::{DecideRequest, Decider, ExtractRequest, Extractor};
use ampledata_core::column::{Column, ColumnType, Format};
use ampledata_core::confidence::{Support, site, weight};
use ampledata_core::evidence::{Candidate, Source, SourceKind, verify};
use ampledata_core::merge::merge;
use ampledata_core::page::Page;
use ampledata_core::row::{Field, Input};
use ampledata_core::serp::{SearchResult, Serp};
use ampledata_core::value::{Locale, PartialDate, fold, order_shown_by, same, unit_named_in};
use serde_json::Value as Json;

type Fault = Box<dyn std::error::Error>;

struct Stored { url: String, page: Arc<Page>, terms: BTreeMap<String, f64>, length: f64 }

fn load(dir: &Path) -> Result<Vec<Stored>, Fault> {
    let mut pages = Vec::new();
    for line in std::fs::read_to_string(dir.join("pages.jsonl"))?.lines() {
        let json: Json = serde_json::from_str(line)?;
        let text = |name: &str| json[name].as_str().unwrap_or("").to_owned();
        let bytes = std::fs::read(dir.join(text("file")))?;
        let url = text("url");
        let charset = text("charset");
        let media = Media { content_type: Some("text/html"), charset: Some(&charset).filter(|c| !c.is_empty()).map(String::as_str), url: Some(&url) };
        let Ok(page) = page::read(&bytes, &media) else { continue };
        let mut terms: BTreeMap<String, f64> = BTreeMap::new();
        let mut length = 0.0;
        let body = fold(&page.text);
        let title = fold(page.title.as_deref().unwrap_or(""));
        for (text, times) in [(&body, 1.0), (&title, 5.0)] {
            for term in text.split(' ') { *terms.entry(term.to_owned()).or_default() += times; length += times; }
        }
        pages.push(Stored { url, page: Arc::new(page), terms, length });
    }
    Ok(pages)
}

fn search(pages: &[Stored], query: &str) -> Serp {
    let n = pages.len() as f64;
    let average = pages.iter().map(|p| p.length).sum::<f64>() / n;
    let query_terms: Vec<String> = fold(query).split(' ').map(str::to_owned).collect();
    let mut scores = vec![0.0; pages.len()];
    for term in &query_terms {
        let df = pages.iter().filter(|p| p.terms.contains_key(term)).count() as f64;
        let idf = (1.0 + (n - df + 0.5) / (df + 0.5)).ln();
        for (score, page) in scores.iter_mut().zip(pages) {
            let tf = page.terms.get(term).copied().unwrap_or(0.0);
            *score += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * page.length / average));
        }
    }
    let mut ranked: Vec<usize> = (0..pages.len()).filter(|i| scores[*i] > 0.0).collect();
    ranked.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    let results = ranked.iter().take(10).map(|i| {
        let page = &pages[*i];
        let body: String = page.page.text.chars().take(300).collect();
        SearchResult { url: page.url.clone(), title: page.page.title.clone().unwrap_or_default(), snippet: body, date: None }
    }).collect();
    Serp { query: query.to_owned(), results }
}

fn columns(dir: &Path, kind: &str) -> Result<Vec<Column>, Fault> {
    let json: Json = serde_json::from_str(&std::fs::read_to_string(dir.join(format!("columns_{kind}.json")))?)?;
    let mut columns = Vec::new();
    for item in json["columns"].as_array().into_iter().flatten() {
        let kind = match item["type"].as_str() { Some("number") => ColumnType::Number, Some("boolean") => ColumnType::Boolean, Some("date") => ColumnType::Date, _ => ColumnType::String };
        let mut column = Column::new(item["name"].as_str().unwrap_or(""), kind);
        column.description = item["description"].as_str().map(str::to_owned);
        match item["format"].as_str() {
            Some("phone") => column.format = Some(Format::Phone),
            Some("digits") => column.format = Some(Format::Digits),
            Some("url") => column.format = Some(Format::Url),
            Some("address") => column.format = Some(Format::Address),
            Some("height") => column.format = Some(Format::Height),
            Some("list") => column.list = true,
            Some("currency_usd") => column.unit = Some("USD".into()),
            Some("minutes") => column.unit = Some("min".into()),
            _ => {}
        }
        if column.unit.is_none() && column.kind == ColumnType::Number {
            column.unit = column.description.as_deref().and_then(unit_named_in).map(str::to_owned);
        }
        columns.push(column);
    }
    Ok(columns)
}

fn locale(page: &Page, today: PartialDate) -> Locale {
    let mut dates = page.facts.iter().take(400).map(|f| f.value.as_str()).filter(|v| v.len() <= 40);
    Locale { language: page.language.clone(), date_order: dates.find_map(order_shown_by), today: page.modified.or(page.published).or(Some(today)), unit: None }
}

fn main() -> Result<(), Fault> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [set, out, kinds @ ..] = &args[..] else { return Err("usage: SET OUT [KIND…]".into()) };
    let (set, out) = (Path::new(set), Path::new(out));
    std::fs::create_dir_all(out)?;
    let pages = load(set)?;
    let by_url: BTreeMap<&str, &Stored> = pages.iter().map(|p| (p.url.as_str(), p)).collect();
    let today: PartialDate = "2026-11-23".parse()?;
    let mut features = csv::Writer::from_path(out.join("features.csv"))?;
    features.write_record(["kind", "key", "column", "value", "best", "sites", "contested", "approximate", "label", "entity", "source", "confidence", "format"])?;
    let mut log = File::create(out.join("log.txt"))?;
    let mut names: Vec<String> = std::fs::read_dir(set)?.filter_map(|e| Some(e.ok()?.file_name().to_str()?.strip_prefix("gold_")?.strip_suffix(".csv")?.to_owned())).collect();
    names.sort();
    if !kinds.is_empty() { names.retain(|k| kinds.contains(k)); }
    for kind in names {
        let columns = columns(set, &kind)?;
        let mut pred = csv::Writer::from_path(out.join(format!("pred_{kind}.csv")))?;
        let mut header = vec!["key".to_owned()];
        header.extend(columns.iter().map(|c| c.name.clone()));
        header.push("_source".into());
        pred.write_record(&header)?;
        for record in csv::Reader::from_path(set.join(format!("input_{kind}.csv")))?.records() {
            let key = record?.get(0).unwrap_or("").to_owned();
            let input = Input { key: vec![Field { name: "key".into(), value: key.clone() }], context: vec![], asked: (0..columns.len()).collect() };
            let serps = [search(&pages, &key)];
            let asked = &input.asked;
            let decide = DecideRequest { input: &input, plan: &columns, columns: asked, serps: &serps, tried: &[], limit: 4, today };
            let choice = futures::executor::block_on(Builtin.decide(&decide))?;
            let read: Vec<(String, Arc<Page>)> = choice.read.iter().map(|place| { let url = &serps[place.serp].results[place.result].url; (url.clone(), by_url[url.as_str()].page.clone()) }).collect();
            let request = ExtractRequest { input: &input, plan: &columns, columns: asked, entity_type: None, pages: &read, today };
            let suggestions = futures::executor::block_on(Builtin.extract(&request))?;
            let mut candidates: Vec<Vec<Candidate>> = vec![Vec::new(); columns.len()];
            writeln!(log, "## {kind} {key}")?;
            for (url, _) in &read { writeln!(log, "   read {url}")?; }
            for s in &suggestions {
                let (url, page) = &read[s.page];
                let locale = locale(page, today);
                let source = Source { url, hash: &page.hash, text: &page.text, dated: page.modified.or(page.published), locale: &locale };
                let verdict = verify(s, &columns[s.column], &source);
                writeln!(log, "   {} <- {:?} {:?} label {:.2} entity {:.2} own {:.2} {} {:?}", columns[s.column].name, s.text, s.kind, s.label, s.entity, s.own_score.unwrap_or(0.0), site(url), verdict.as_ref().err())?;
                if let Ok(candidate) = verdict { candidates[s.column].push(candidate); }
            }
            let mut row = vec![key.clone()];
            for (column, candidates) in columns.iter().zip(&candidates) {
                let cell = merge(candidates, column);
                let value = cell.as_ref().and_then(|c| c.value.clone());
                if let (Some(cell), Some(value)) = (&cell, &value) {
                    let group: Vec<&Candidate> = candidates.iter().filter(|c| same(&c.value, value, column)).collect();
                    let support = Support::of(&group, candidates);
                    let lead = group.iter().max_by(|a, b| weight(a).total_cmp(&weight(b)));
                    if let Some(lead) = lead {
                        let source = match lead.evidence.kind { SourceKind::Fact(f) => format!("{f:?}"), other => format!("{other:?}") };
                        features.write_record([kind.clone(), key.clone(), column.name.clone(), value.to_string(), support.best.to_string(), support.sites.to_string(), support.contested.to_string(), u8::from(support.approximate).to_string(), lead.features.label.to_string(), lead.features.entity.to_string(), source, cell.confidence.to_string(), String::new()])?;
                    }
                }
                row.push(value.map(|v| v.to_string()).unwrap_or_default());
            }
            row.push(read.first().map(|r| r.0.clone()).unwrap_or_default());
            pred.write_record(&row)?;
        }
        pred.flush()?;
    }
    features.flush()?;
    Ok(())
}
