//! Sentences of the eight languages, and what is read from them.

use std::sync::Arc;

use ampledata_core::column::{Column, ColumnType, CompiledColumn, Format};
use ampledata_core::evidence::{Source, verify};
use ampledata_core::page::ContentHash;
use ampledata_core::row::{Field, Input};
use ampledata_core::standing::SourceProfile;
use ampledata_core::value::{Locale, PartialDate};
use ampledata_page::{Media, read};

use crate::ExtractRequest;
use crate::extractor::extract::extract_suggestions;
use crate::meter::Unmetered;

const CASES: &str = include_str!("../../../tests/prose/sentences.txt");

/// A column by its name, as a user would describe it.
fn column(name: &str) -> Column {
    use ColumnType::{Date, Number, String};
    let unit = match name {
        "elevation" => Some("m"),
        "area" => Some("km²"),
        "height" => Some("cm"),
        "price" => Some("EUR"),
        "weight" => Some("g"),
        "warranty" => Some("year"),
        "living_area" => Some("m²"),
        _ => None,
    };
    let kind = match name {
        "founded" | "opened" | "born" | "first_mentioned" | "year_built" => Date,
        "population" | "employees" | "annual_visitors" | "rooms" | "seats" => Number,
        _ if unit.is_some() => Number,
        _ => String,
    };
    let format = match name {
        "address" => Some(Format::Address),
        "phone" => Some(Format::Phone),
        _ => None,
    };
    Column { unit: unit.map(str::to_owned), format, ..Column::new(name, kind) }
}

/// The first value of a column that a page with these sentences proves, or `-`.
fn read_value(language: &str, key: &str, column: &Column, sentences: &str) -> String {
    let html = format!(
        "<html lang={language}><head><title>{key}</title></head><body><h1>{key}</h1>\
         <p>{sentences}</p></body></html>"
    );
    let page = read(html.as_bytes(), &Media::default()).unwrap();
    let pages = [("https://a.example/1".to_owned(), Arc::new(page))];
    let plan = CompiledColumn::compile_plan(std::slice::from_ref(column));
    let input = Input {
        key: vec![Field { name: "name".into(), value: key.into() }],
        context: Vec::new(),
        requested: vec![0],
    };
    let request = ExtractRequest {
        input: &input,
        plan: &plan,
        columns: &[0],
        entity_type: None,
        pages: &pages,
        today: PartialDate::year_only(2026).unwrap(),
        meter: &Unmetered::default(),
    };
    let (hash, locale) = (
        ContentHash("h".to_owned()),
        Locale { language: Some(language.to_owned()), ..Locale::default() },
    );
    let source = Source {
        url: &pages[0].0,
        hash: &hash,
        text: &pages[0].1.text,
        profile: SourceProfile::default(),
        read_at: None,
        locale: &locale,
    };
    extract_suggestions(&request)
        .iter()
        .find_map(|suggestion| verify(suggestion, &plan[0], &source).ok())
        .map_or_else(|| "-".to_owned(), |candidate| candidate.value.to_string())
}

#[test]
fn sentences_state_values_in_eight_languages() {
    let mut wrong = Vec::new();
    let (mut count, mut negatives) = (0, 0);
    for line in CASES.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [language, key, name, sentences, expected] = parts[..] else {
            panic!("not a case: {line}")
        };
        count += 1;
        negatives += usize::from(expected == "-");
        let found = read_value(language, key, &column(name), sentences);
        if found != expected {
            wrong.push(format!("{line}\n    read: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 160 && negatives * 3 >= count, "{count} cases, {negatives} without a value");
}
