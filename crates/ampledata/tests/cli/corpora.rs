//! Folders of pages that change, or that take turns in one data directory.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use crate::place::Place;

fn page(founded: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><title>Acme Widgets</title></head><body>\
         <h1>Acme Widgets</h1><p>Acme Widgets is a firm in Springfield that makes widgets.</p>\
         <table><tr><th>Founded</th><td>{founded}</td></tr></table></body></html>"
    )
}

/// Places `acme.html` in a folder, at the same address in each.
fn place_page(place: &Place, folder: &str, founded: &str) {
    place.write(
        &format!("{folder}/pages.jsonl"),
        r#"{"url": "https://acme.example/about", "file": "acme.html"}"#,
    );
    place.write(&format!("{folder}/acme.html"), page(founded));
}

fn place() -> Place {
    let place = Place::new();
    place.write("firms.csv", "name\nAcme Widgets\n");
    place
}

/// What a run over the folder finds, with more flags.
#[track_caller]
fn founded_with(place: &Place, corpus: &str, more: &[&str]) -> String {
    let arguments =
        ["enrich", "firms.csv", "-k", "name", "-c", "founded:number", "--corpus", corpus];
    let ran = place.run(&[&arguments[..], more].concat()).exits(0);
    ran.stdout.lines().nth(1).unwrap().strip_prefix("Acme Widgets,").unwrap().to_owned()
}

#[track_caller]
fn founded(place: &Place, corpus: &str) -> String {
    founded_with(place, corpus, &[])
}

#[test]
fn two_corpora_with_the_same_addresses_are_kept_apart() {
    let place = place();
    place_page(&place, "one", "1999");
    place_page(&place, "two", "1985");
    assert_eq!(founded(&place, "one"), "1999");
    assert_eq!(founded(&place, "two"), "1985");
    assert_eq!(founded_with(&place, "one", &["--fresh"]), "1999");
    assert_eq!(founded_with(&place, "two", &["--fresh"]), "1985");
}

#[test]
fn an_edited_file_takes_effect_in_the_next_run() {
    let place = place();
    place_page(&place, "pages", "1999");
    assert_eq!(founded(&place, "pages"), "1999");
    place.write("pages/acme.html", page("2004"));
    assert_eq!(founded(&place, "pages"), "2004");
    assert_eq!(founded_with(&place, "pages", &["--fresh"]), "2004");
}

/// Such as a copy that keeps times: only the content differs.
#[test]
fn an_edit_that_keeps_size_and_time_takes_effect() {
    let place = place();
    place_page(&place, "pages", "1999");
    let set_time = || {
        let file = File::options().append(true).open(place.path("pages/acme.html")).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_hours(9_000)).unwrap();
    };
    set_time();
    assert_eq!(founded(&place, "pages"), "1999");
    place.write("pages/acme.html", page("2004"));
    set_time();
    assert_eq!(founded(&place, "pages"), "2004");
}

#[test]
fn another_file_under_the_same_address_takes_effect() {
    let place = place();
    place_page(&place, "pages", "1999");
    place.write("pages/newer.html", page("2004"));
    assert_eq!(founded(&place, "pages"), "1999");
    let listed = r#"{"url": "https://acme.example/about", "file": "newer.html"}"#;
    place.write("pages/pages.jsonl", listed);
    assert_eq!(founded(&place, "pages"), "2004");
}

#[test]
fn added_and_deleted_files_take_effect_in_the_next_run() {
    let place = place();
    place.write("pages/other.html", page("1999").replace("Acme Widgets", "Bolt Works"));
    assert_eq!(founded(&place, "pages"), "");
    place.write("pages/acme.html", page("2004"));
    assert_eq!(founded(&place, "pages"), "2004");
    fs::remove_file(place.path("pages/acme.html")).unwrap();
    assert_eq!(founded(&place, "pages"), "");
    assert_eq!(founded_with(&place, "pages", &["--fresh"]), "");
}

#[test]
fn a_folder_that_another_one_replaces_is_read_anew() {
    let place = place();
    place_page(&place, "pages", "1999");
    place_page(&place, "next", "2004");
    assert_eq!(founded(&place, "pages"), "1999");
    fs::rename(place.path("pages"), place.path("before")).unwrap();
    fs::rename(place.path("next"), place.path("pages")).unwrap();
    assert_eq!(founded(&place, "pages"), "2004");
    assert_eq!(founded(&place, "before"), "1999");
}

#[test]
fn an_unchanged_corpus_is_not_run_again() {
    let place = place();
    place_page(&place, "pages", "1999");
    assert_eq!(founded(&place, "pages"), "1999");
    // A file that was only touched is the same.
    place.write("pages/acme.html", page("1999"));
    let arguments =
        ["enrich", "firms.csv", "-k", "name", "-c", "founded:number", "--corpus", "pages"];
    let ran = place.run(&arguments).exits(0);
    assert!(ran.stderr.contains("finished already"), "{}", ran.stderr);
}
