//! Whose fact it is: the part of a page that is about the row's entity, among others of its kind or of its
//! name.

use std::sync::Arc;

use ampledata_core::column::{Column, ColumnType, CompiledColumn};
use ampledata_core::row::{Field, Input};
use ampledata_core::value::PartialDate;
use ampledata_page::{Media, read};
use ampledata_providers::extractor::Builtin;
use ampledata_providers::meter::Unmetered;
use ampledata_providers::{ExtractRequest, Extractor as _};

const URL: &str = "https://pages.example/p";

/// The best value of one column on a page, by the text that states it; empty if there is none.
async fn extracted(key: &str, context: &[(&str, &str)], column: Column, html: &str) -> String {
    let page = read(html.as_bytes(), &Media { url: Some(URL), ..Media::default() })
        .expect("a small page can be read");
    let field = |name: &str, value: &str| Field { name: name.into(), value: value.into() };
    let input = Input {
        key: vec![field("name", key)],
        context: context.iter().map(|(name, value)| field(name, value)).collect(),
        requested: vec![0],
    };
    let columns = CompiledColumn::compile_plan(&[column]);
    let pages = [(URL.to_owned(), Arc::new(page))];
    let request = ExtractRequest {
        input: &input,
        plan: &columns,
        columns: &[0],
        entity_type: None,
        pages: &pages,
        today: PartialDate::full(2026, 3, 14).expect("a day"),
        meter: &Unmetered::default(),
    };
    let found = Builtin.extract(&request).await.expect("the built-in extractor reads any page");
    found.suggestions.first().map_or_else(String::new, |suggestion| suggestion.text.clone())
}

fn column(name: &str, kind: ColumnType, description: &str) -> Column {
    Column { description: Some(description.to_owned()), ..Column::new(name, kind) }
}

#[tokio::test]
async fn boxes_of_two_levels_give_their_parts() {
    let html = "<title>Lindau Falls</title><h1>Lindau Falls</h1>\
        <table class=infobox><caption>Lindau Falls</caption>\
        <tr><th colspan=2>Area</th></tr><tr><th>• Total</th><td>41.2 km²</td></tr>\
        <tr><th>• Water</th><td>3.1 km²</td></tr>\
        <tr><th colspan=2>Population (1 January 2026)</th></tr>\
        <tr><th>• Total</th><td>8,341</td></tr><tr><th>• Density</th><td>202/km²</td></tr></table>";
    let population = column("population", ColumnType::Number, "Number of inhabitants");
    let area = column("area", ColumnType::Number, "Area in square kilometres");
    assert!(extracted("Lindau Falls", &[], population, html).await.starts_with("8,341"));
    assert!(extracted("Lindau Falls", &[], area, html).await.starts_with("41.2"));
}

#[tokio::test]
async fn the_line_of_a_table_whose_first_column_holds_codes_is_found() {
    let html = "<title>Cabins for sale</title><h1>Cabins for sale</h1><table>\
        <tr><th>Ref.</th><th>Cabin</th><th>Rooms</th><th>Built</th></tr>\
        <tr><td>QX-1</td><td>Larch Cabin</td><td>4</td><td>1988</td></tr>\
        <tr><td>QX-2</td><td>Spruce Cabin</td><td>6</td><td>1969</td></tr>\
        <tr><td>QX-3</td><td>Yew Cabin</td><td>3</td><td>2011</td></tr></table>";
    let rooms = || column("rooms", ColumnType::Number, "Number of rooms");
    assert_eq!(extracted("Spruce Cabin", &[], rooms(), html).await, "6");
    assert_eq!(extracted("Pine Cabin", &[], rooms(), html).await, "");
}

#[tokio::test]
async fn namesakes_on_one_page_are_distinguished_by_the_context() {
    let boxes = "<title>Pavel Storm</title><h1>Pavel Storm</h1><p>Two people of this name:</p>\
        <table class=infobox><caption>Pavel Storm (pianist)</caption><tr><th>Born</th><td>4 May 1931</td></tr></table>\
        <table class=infobox><caption>Pavel Storm (cyclist)</caption><tr><th>Born</th><td>9 July 1979</td></tr></table>";
    let rows = "<title>Mills</title><h1>Mills</h1><table>\
        <tr><th>Mill</th><th>Country</th><th>Height</th></tr>\
        <tr><td>Old Mill</td><td>Norway</td><td>12 m</td></tr>\
        <tr><td>Old Mill</td><td>Austria</td><td>17 m</td></tr>\
        <tr><td>New Mill</td><td>France</td><td>20 m</td></tr></table>";
    let born = || column("born", ColumnType::Date, "Date of birth");
    let height = || column("height", ColumnType::Number, "Height in metres");
    for (key, context, column, html, expected) in [
        ("Pavel Storm", ("work", "pianist"), born(), boxes, "4 May 1931"),
        ("Pavel Storm", ("work", "cyclist"), born(), boxes, "9 July 1979"),
        ("Old Mill", ("country", "Norway"), height(), rows, "12 m"),
        ("Old Mill", ("country", "Österreich"), height(), rows, "17 m"),
    ] {
        let found = extracted(key, &[context], column, html).await;
        assert_eq!(found, expected, "{key}, {}", context.1);
    }
}
