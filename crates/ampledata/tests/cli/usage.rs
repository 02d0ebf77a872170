use insta::assert_snapshot;

use crate::place::Place;

/// Every one of these is refused before anything is done.
#[test]
fn wrong_usage_is_reported_with_its_place() {
    let place = Place::with_firms();
    place.write("columns.json", r#"[{"name": "a", "type": "numeric"}]"#);
    let cases: &[&[&str]] = &[
        &["enrich"],
        &["enrich", "firms.csv", "-k", "name"],
        &["enrich", "missing.csv", "-k", "name", "-c", "a"],
        &["enrich", "firms.csv", "-k", "nmae", "-c", "a"],
        &["enrich", "firms.csv", "-k", "name,name", "-c", "a"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a:nmber"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a:number[m"],
        &["enrich", "firms.csv", "-k", "name", "--columns", "columns.json"],
        &["enrich", "firms.csv", "-k", "name", "--columns", "none.json"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a", "-c", "A"],
        &["enrich", "firms.csv", "-k", "name", "-c", "city"],
        &["enrich", "firms.csv", "-k", "name", "-c", "name", "--fill-blanks"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a", "--context", "town"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a", "-c", "a_source", "--evidence"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a", "-o", "firms.csv"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a", "-o", "no/where.csv"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a", "--format", "docx"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a", "--json"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a", "--limit", "0"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a", "--threshold", "75"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a", "--concurrency", "0"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a"],
        &["enrich", "firms.csv", "-k", "name", "-c", "a", "--corpus", "none"],
        &["eval", "none"],
        &["eval", "pages"],
        &["enrihc"],
    ];
    let messages: Vec<String> = cases
        .iter()
        .map(|arguments| {
            let ran = place.run(arguments).exits(2);
            assert!(ran.stdout.is_empty(), "{}", ran.stdout);
            format!("$ ampledata {}\n{}", arguments.join(" "), ran.stderr)
        })
        .collect();
    assert_snapshot!(messages.join("\n"));
    assert_eq!(place.read("firms.csv").lines().count(), 4);
}
