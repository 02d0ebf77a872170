//! Enrichment of a small table.

use insta::assert_snapshot;

use crate::place::Place;

const ASKED: [&str; 8] =
    ["-k", "name", "-c", "founded:number", "-c", "employees:number", "--corpus", "pages"];

fn enrich<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["enrich", "firms.csv"], &ASKED[..], more].concat()
}

#[test]
fn data_goes_to_stdout_and_all_else_to_stderr() {
    let ran = Place::with_firms().run(&enrich(&[])).exits(0);
    assert_snapshot!(ran);
}

#[test]
fn evidence_stands_beside_each_column() {
    let ran = Place::with_firms().run(&enrich(&["--evidence", "--quiet"])).exits(0);
    let headers = ran.stdout.lines().next().unwrap();
    assert_eq!(
        headers,
        "name,city,founded,employees,founded_confidence,founded_source,founded_quote,\
         founded_outcome,founded_reason,employees_confidence,employees_source,employees_quote,\
         employees_outcome,employees_reason"
    );
    let acme = ran.stdout.lines().nth(1).unwrap();
    assert!(acme.starts_with("Acme Widgets,Springfield,1999,1200,0."), "{acme}");
    assert!(acme.contains("file:acme.html") && acme.contains("found"), "{acme}");
    assert!(
        ran.stdout.lines().nth(3).unwrap().starts_with("Nowhere Ltd,Nome,,,,,,absent,"),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
}

#[test]
fn a_finished_job_is_only_written_out() {
    let place = Place::with_firms();
    let first = place.run(&enrich(&["-o", "a.csv"])).exits(0);
    assert!(first.stderr.contains("3 rows, 2 columns requested"), "{}", first.stderr);
    let again = place.run(&enrich(&["-o", "b.json"])).exits(0);
    assert!(again.stderr.contains("finished already"), "{}", again.stderr);
    assert!(place.read("b.json").contains("\"employees\":1200"), "{}", place.read("b.json"));
    let fresh = place.run(&enrich(&["-o", "c.csv", "--fresh"])).exits(0);
    assert!(fresh.stderr.contains("3 rows, 2 columns requested"), "{}", fresh.stderr);
    assert_eq!(place.read("a.csv"), place.read("c.csv"));
}

/// Another threshold, another limit or another table is another job.
#[test]
fn what_would_give_other_results_is_another_job() {
    let place = Place::with_firms();
    place.run(&enrich(&[])).exits(0);
    for other in [&["--threshold", "0.5"][..], &["--limit", "2"], &["--context", "none"]] {
        let ran = place.run(&enrich(other)).exits(0);
        assert!(!ran.stderr.contains("finished already"), "{other:?}: {}", ran.stderr);
    }
    let ran = place.run(&enrich(&["--concurrency", "2", "--evidence"])).exits(0);
    assert!(ran.stderr.contains("finished already"), "{}", ran.stderr);
}

#[test]
fn the_summary_is_there_for_machines() {
    let place = Place::with_firms();
    let ran = place.run(&enrich(&["-o", "out.jsonl", "--json", "--quiet"])).exits(0);
    let summary: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(summary["rows"], 3);
    assert_eq!(summary["columns"][0]["name"], "founded");
    assert_eq!(summary["columns"][0]["found"], 2);
    assert_eq!(summary["columns"][0]["absent"], 1);
    assert_eq!(summary["output"], "out.jsonl");
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
}

#[test]
fn blanks_are_filled_and_nothing_else() {
    let place = Place::with_firms();
    place.write("half.csv", "name,founded\nAcme Widgets,1901\nBolt Works,\n");
    let arguments =
        ["enrich", "half.csv", "-k", "name", "-c", "founded:number", "--corpus", "pages"];
    place.run(&arguments).exits(2);
    let ran = place.run(&[&arguments[..], &["--fill-blanks"]].concat()).exits(0);
    assert_eq!(ran.stdout, "name,founded\nAcme Widgets,1901\nBolt Works,2004\n");
}

#[test]
fn every_format_goes_in_and_out() {
    let place = Place::with_firms();
    for format in ["tsv", "json", "jsonl", "xlsx", "parquet"] {
        let out = format!("out.{format}");
        place.run(&enrich(&["-o", &out])).exits(0);
        let arguments = [
            "enrich",
            &out,
            "-k",
            "name",
            "-c",
            "staff=employees",
            "--corpus",
            "pages",
            "--format",
            "csv",
        ];
        let ran = place.run(&arguments).exits(0);
        let first = ran.stdout.lines().nth(1).unwrap();
        assert!(first.starts_with("Acme Widgets,Springfield,1999,1200,"), "{format}: {first}");
    }
}

#[test]
fn duplicates_are_enriched_once_and_shared() {
    let place = Place::with_firms();
    place.write("twice.csv", "name\nAcme Widgets\nACME  widgets\nAcme Widgets\n");
    let arguments =
        ["enrich", "twice.csv", "-k", "name", "-c", "founded:number", "--corpus", "pages"];
    let ran = place.run(&arguments).exits(0);
    assert_eq!(
        ran.stdout,
        "name,founded\nAcme Widgets,1999\nACME  widgets,1999\nAcme Widgets,1999\n"
    );
}

#[test]
fn columns_may_come_from_a_file() {
    let place = Place::with_firms();
    let columns = r#"{"columns": [{"name": "founded", "type": "number", "minimum": 2000}]}"#;
    place.write("columns.json", columns);
    let arguments = [
        "enrich",
        "firms.csv",
        "-k",
        "name",
        "--columns",
        "columns.json",
        "--corpus",
        "pages",
        "-q",
    ];
    let ran = place.run(&arguments).exits(0);
    assert_eq!(
        ran.stdout,
        "name,city,founded\nAcme Widgets,Springfield,\nBolt Works,Ogden,2004\nNowhere Ltd,Nome,\n"
    );
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let place = Place::with_firms();
    let mut command = place.command(&enrich(&["-q"]));
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// A table with a row that cannot be read, one without a key, and one whose page cannot be read.
fn with_failures() -> Place {
    let place = Place::with_firms();
    place.write(
        "pages/wall.html",
        "<html><head><title>Dover Pipes - log in</title></head><body><h1>Dover Pipes</h1>\
         <p>Please sign in to view this page.</p><form action=/login method=post>\
         <input name=user><input name=password type=password><button>Log in</button></form></body></html>",
    );
    place.write(
        "failures.csv",
        "name,city\nAcme Widgets,Springfield\nBolt Works,Ogden,surplus\n,Nome\nDover Pipes,Dover\n",
    );
    place
}

const OF_FAILURES: [&str; 10] = [
    "enrich",
    "failures.csv",
    "-k",
    "name",
    "-c",
    "founded:number",
    "--corpus",
    "pages",
    "--context",
    "none",
];

#[test]
fn every_empty_cell_and_failed_row_says_why_in_the_output() {
    let place = with_failures();
    for format in ["csv", "tsv", "json", "jsonl", "xlsx", "parquet"] {
        let out = format!("out.{format}");
        place.run(&[&OF_FAILURES[..], &["--evidence", "--reasons", "-o", &out]].concat()).exits(1);
        let input = ampledata_table::Input::from(place.path(&out).as_path());
        let table = ampledata_table::open(input, &ampledata_table::Options::default()).unwrap();
        let at = |name: &str| table.headers().iter().position(|header| header == name).unwrap();
        let (outcome, reason, reasons) =
            (at("founded_outcome"), at("founded_reason"), at("reasons"));
        let rows: Vec<_> = table.map(|row| row.unwrap().fields).collect();
        let outcomes: Vec<_> = rows.iter().map(|row| row[outcome].text()).collect();
        assert_eq!(outcomes, ["found", "error", "error", "blocked"], "{format}");
        for (row, why) in rows[1..].iter().zip(["3 fields", "is blank", "log"]) {
            let (own, all) = (row[reason].text(), row[reasons].text());
            assert!(own.contains(why), "{format}: {own}");
            assert_eq!(all, format!("founded: {}, {own}", row[outcome].text()), "{format}");
        }
        assert_eq!(rows[0][reasons].text(), "", "{format}");
    }
}

#[test]
fn reasons_are_one_column() {
    let place = Place::with_firms();
    let ran = place.run(&enrich(&["--reasons", "--quiet"])).exits(0);
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert_eq!(lines[0], "name,city,founded,employees,reasons");
    assert_eq!(lines[1], "Acme Widgets,Springfield,1999,1200,");
    assert!(
        lines[3].starts_with("Nowhere Ltd,Nome,,,\"founded, employees: absent, "),
        "{}",
        lines[3]
    );
    place.write("taken.csv", "name,reasons\nAcme Widgets,x\n");
    let taken = ["enrich", "taken.csv", "-k", "name", "-c", "founded", "--corpus", "pages"];
    let ran = place.run(&[&taken[..], &["--reasons"]].concat()).exits(2);
    assert!(ran.stderr.contains("evidence_collides"), "{}", ran.stderr);
}

#[test]
fn tables_as_people_have_them_are_read() {
    let place = Place::with_firms();
    let enrich = |table: &str, more: &[&str]| {
        place.write("table.csv", table);
        let arguments = ["enrich", "table.csv", "-k", "name", "-c", "founded: number"];
        let rest = ["--corpus", "pages", "--quiet", "--format", "csv"];
        place.run(&[&arguments[..], &rest, more].concat()).exits(0).stdout
    };
    let index = enrich(",name\n0,Acme Widgets\n1,Bolt Works\n", &[]);
    assert_eq!(index, ",name,founded\n0,Acme Widgets,1999\n1,Bolt Works,2004\n");
    let title = enrich("Firms, 2024\nours only\n\nid;name;city\n1;Acme Widgets;Springfield\n", &[]);
    assert_eq!(title, "id,name,city,founded\n1,Acme Widgets,Springfield,1999\n");
    let tail = enrich("name,city,\nAcme Widgets,Springfield,\n,,\n,,\n", &[]);
    assert_eq!(tail, "name,city,founded\nAcme Widgets,Springfield,1999\n");
    let row = enrich("a,b\nx,y\nname,city\nBolt Works,Ogden\n", &["--header-row", "3"]);
    assert_eq!(row, "name,city,founded\nBolt Works,Ogden,2004\n");
}
