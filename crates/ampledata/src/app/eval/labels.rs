//! What a labelled set says beyond the accepted values: `cases_KIND.csv`, `outcomes_KIND.csv`, `facts.json`
//! and `qrels_KIND.jsonl`, each of which it may have.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use ampledata_core::row::CellOutcome;
use serde::Deserialize;

use super::score::{folded, is_correct};
use super::set::{Error, GoldCell, Kind, LabelTable, Trap, TrapValue, alternatives};

/// Adds to the gold cells of the kinds what further files say about them.
pub(super) fn add(folder: &Path, kinds: &mut [Kind]) -> Result<(), Error> {
    for kind in kinds.iter_mut() {
        let file = |stem: &str, ending: &str| folder.join(format!("{stem}_{}.{ending}", kind.name));
        let (outcomes, cases) = (file("outcomes", "csv"), file("cases", "csv"));
        let relevant = file("qrels", "jsonl");
        if outcomes.exists() {
            add_outcomes(&outcomes, kind)?;
        }
        if cases.exists() {
            add_cases(&cases, kind)?;
        }
        add_relevant_pages(&relevant, kind)?;
        add_namesakes(kind);
    }
    add_facts(&folder.join("facts.json"), kinds)
}

/// Rows are named by their key; of several rows with one key, each mention names the next.
#[derive(Default)]
struct RowFinder {
    seen: BTreeMap<(String, String), usize>,
}

impl RowFinder {
    /// The index of the row with this key that was named least often so far for this purpose.
    fn next(&mut self, kind: &Kind, key: &str, purpose: &str) -> Option<usize> {
        let key = folded(key);
        let rows: Vec<usize> =
            (0..kind.gold.len()).filter(|row| kind.gold[*row].key == key).collect();
        let turn = self.seen.entry((key, purpose.to_owned())).or_default();
        let row = rows.get(*turn).or(rows.last()).copied();
        *turn += 1;
        row
    }
}

/// `outcomes_KIND.csv`: a table like the gold one, with the accepted outcomes in its cells.
fn add_outcomes(path: &Path, kind: &mut Kind) -> Result<(), Error> {
    let mut table = LabelTable::open(path)?;
    let key = table.require(&kind.key)?;
    let places: Vec<_> = kind.columns.iter().map(|column| table.find(&column.name)).collect();
    let mut rows = RowFinder::default();
    while let Some(record) = table.next_record()? {
        let name = record.get(key).unwrap_or_default();
        let Some(row) = rows.next(kind, name, "") else {
            return Err(table.wrong(format!("no row of the gold table has the key `{name}`")));
        };
        for (at, place) in places.iter().enumerate() {
            let text = place.and_then(|place| record.get(place)).unwrap_or_default();
            kind.gold[row].cells[at].expected = outcomes(text, &table)?;
        }
    }
    Ok(())
}

/// `cases_KIND.csv`: a line a cell, with its accepted outcomes, its tag and the pages that state its value.
fn add_cases(path: &Path, kind: &mut Kind) -> Result<(), Error> {
    let mut table = LabelTable::open(path)?;
    let (key, column) = (table.require(&kind.key)?, table.require("column")?);
    let (row, tag) = (table.find("row"), table.find("case"));
    let (expected, pages) = (table.find("expected_outcome"), table.find("gold_url"));
    let mut rows = RowFinder::default();
    while let Some(record) = table.next_record()? {
        let text = |place: Option<usize>| {
            place.and_then(|place| record.get(place)).unwrap_or_default().trim()
        };
        let (name, column) = (text(Some(key)), text(Some(column)));
        let found = match text(row) {
            "" => rows.next(kind, name, column),
            number => number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)),
        };
        let found =
            found.filter(|row| kind.gold.get(*row).is_some_and(|row| row.key == folded(name)));
        let Some(found) = found else {
            let reason = format!("no such row of the gold table: `{name}` {}", text(row));
            return Err(table.wrong(reason.trim_end().to_owned()));
        };
        let Some(at) = kind.columns.iter().position(|known| known.name == column) else {
            return Err(table.wrong(format!("the kind has no column `{column}`")));
        };
        let cell = &mut kind.gold[found].cells[at];
        cell.expected = outcomes(text(expected), &table)?;
        cell.tag = Some(text(tag).to_owned()).filter(|tag| !tag.is_empty());
        cell.pages = alternatives(text(pages));
    }
    Ok(())
}

fn outcomes(text: &str, table: &LabelTable) -> Result<Vec<CellOutcome>, Error> {
    let parse = |name: &String| {
        let known = CellOutcome::ALL.into_iter().find(|outcome| outcome.as_str() == name.trim());
        known.ok_or_else(|| {
            let names = CellOutcome::ALL.map(CellOutcome::as_str).join(", ");
            table.wrong(format!("`{name}` is not an outcome; these are: {names}"))
        })
    };
    alternatives(text).iter().map(parse).collect()
}

/// A line of `qrels_KIND.jsonl`.
#[derive(Deserialize)]
struct Relevant {
    key: String,
    #[serde(default)]
    urls: Vec<String>,
}

/// `qrels_KIND.jsonl`: the pages that state values of a row, for cells of which no page is known.
fn add_relevant_pages(path: &Path, kind: &mut Kind) -> Result<(), Error> {
    let Some(text) = read_if_exists(path)? else { return Ok(()) };
    let mut rows = RowFinder::default();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let relevant: Relevant = serde_json::from_str(line).map_err(|error| Error::Labels {
            path: path.to_owned(),
            reason: format!("line {}: {error}", number + 1),
        })?;
        let Some(row) = rows.next(kind, &relevant.key, "") else { continue };
        let without = |cell: &&mut GoldCell| cell.pages.is_empty() && !cell.accepted.is_empty();
        for cell in kind.gold[row].cells.iter_mut().filter(without) {
            cell.pages.clone_from(&relevant.urls);
        }
    }
    Ok(())
}

/// The values of the rows with the same key are another entity's.
fn add_namesakes(kind: &mut Kind) {
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (row, gold) in kind.gold.iter().enumerate() {
        by_key.entry(gold.key.clone()).or_default().push(row);
    }
    for rows in by_key.into_values().filter(|rows| rows.len() > 1) {
        for (at, column) in kind.columns.iter().enumerate() {
            let values = |row: &usize| kind.gold[*row].cells[at].accepted.clone();
            let known: Vec<Vec<String>> = rows.iter().map(values).collect();
            for (row, own) in rows.iter().zip(&known) {
                let others = rows.iter().zip(&known).filter(|(other, _)| *other != row);
                let theirs = others.flat_map(|(_, values)| values);
                let agrees = |value: &&String| own.iter().any(|own| is_correct(column, value, own));
                let traps = theirs
                    .filter(|value| !agrees(value))
                    .map(|value| TrapValue { trap: Trap::OtherEntity, value: value.clone() });
                kind.gold[*row].cells[at].traps.extend(traps);
            }
        }
    }
}

/// An entry of `facts.json`: a value that a page states.
#[derive(Deserialize)]
struct Fact {
    kind: String,
    row: usize,
    column: String,
    tag: Option<String>,
    value: serde_json::Value,
}

/// `facts.json`: what the pages state, with a tag for each value that is wrong for its row.
fn add_facts(path: &Path, kinds: &mut [Kind]) -> Result<(), Error> {
    let Some(text) = read_if_exists(path)? else { return Ok(()) };
    let wrong = |reason: String| Error::Labels { path: path.to_owned(), reason };
    let facts: Vec<Fact> = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    for fact in facts {
        let trap = match fact.tag.as_deref() {
            Some("other" | "near" | "other_entity") => Trap::OtherEntity,
            Some("stale") => Trap::Stale,
            Some("auth" | "lesser_source") => Trap::LesserSource,
            _ => continue,
        };
        let Some(kind) = kinds.iter_mut().find(|kind| kind.name == fact.kind) else { continue };
        let at = kind.columns.iter().position(|column| column.name == fact.column);
        let row = fact.row.checked_sub(1).and_then(|row| kind.gold.get_mut(row));
        let (Some(at), Some(row)) = (at, row) else {
            let place =
                format!("`{}` has no row {} or no column `{}`", fact.kind, fact.row, fact.column);
            return Err(wrong(place));
        };
        let value = fact.value.as_str().map_or_else(|| fact.value.to_string(), str::to_owned);
        row.cells[at].traps.push(TrapValue { trap, value });
    }
    Ok(())
}

fn read_if_exists(path: &Path) -> Result<Option<String>, Error> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Open { path: PathBuf::from(path), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::set::{self, EmptyGold};
    use super::*;

    /// A set of two rows with the same key and a third.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let columns = r#"[{"name": "port"}, {"name": "built", "type": "number"}]"#;
        let gold = "key,port,built\nHeron,Kiel,1901\nHeron,Cork,1950\nMerle,,\n";
        let all = [("columns_ship.json", columns), ("gold_ship.csv", gold)];
        for (name, text) in all.iter().chain(files) {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn read(folder: &tempfile::TempDir) -> Result<Kind, Error> {
        set::read(folder.path(), &[], EmptyGold::Unknown).map(|mut kinds| kinds.remove(0))
    }

    #[test]
    fn cases_name_rows_by_number_or_by_order() {
        let by_number = "key,column,case,expected_outcome,gold_url,row\n\
                         Heron,port,namesake,found,https://b.example/ || https://c.example/,2\n\
                         Merle,port,absent,absent,,3\n";
        let kind = read(&folder(&[("cases_ship.csv", by_number)])).unwrap();
        assert_eq!(kind.gold[1].cells[0].tag.as_deref(), Some("namesake"));
        assert_eq!(kind.gold[1].cells[0].pages.len(), 2);
        assert!(kind.gold[0].cells[0].expected.is_empty());
        assert!(kind.gold[2].cells[0].must_be_empty());
        let by_order =
            "key,column,expected_outcome\nHeron,port,found\nHeron,port,conflict || found\n";
        let kind = read(&folder(&[("cases_ship.csv", by_order)])).unwrap();
        assert_eq!(kind.gold[0].cells[0].expected, [CellOutcome::Found]);
        assert_eq!(kind.gold[1].cells[0].expected, [CellOutcome::Conflict, CellOutcome::Found]);
    }

    #[test]
    fn outcomes_are_a_table() {
        let outcomes =
            "key,built,port\nHeron,found,found\nHeron,found,found\nMerle,blocked,absent\n";
        let kind = read(&folder(&[("outcomes_ship.csv", outcomes)])).unwrap();
        assert_eq!(kind.gold[2].cells[0].expected, [CellOutcome::Absent]);
        assert_eq!(kind.gold[2].cells[1].expected, [CellOutcome::Blocked]);
    }

    #[test]
    fn the_values_of_namesakes_and_tagged_facts_are_traps() {
        let facts = r#"[{"kind": "ship", "row": 2, "column": "built", "tag": "stale", "value": 1949},
            {"kind": "ship", "row": 2, "column": "built", "tag": null, "value": "1950"},
            {"kind": "boat", "row": 9, "column": "built", "tag": "stale", "value": "1"}]"#;
        let kind = read(&folder(&[("facts.json", facts)])).unwrap();
        let traps = |row: usize, at: usize| -> Vec<(Trap, &str)> {
            let cell: &GoldCell = &kind.gold[row].cells[at];
            cell.traps.iter().map(|trap| (trap.trap, trap.value.as_str())).collect()
        };
        assert_eq!(traps(0, 0), [(Trap::OtherEntity, "Cork")]);
        assert_eq!(traps(1, 1), [(Trap::OtherEntity, "1901"), (Trap::Stale, "1949")]);
        assert!(traps(2, 0).is_empty());
    }

    #[test]
    fn pages_of_a_row_are_those_of_its_cells() {
        let pages = "{\"key\": \"Heron\", \"urls\": [\"https://a.example/\"]}\n\n\
                     {\"key\": \"heron\", \"urls\": [\"https://b.example/\"]}\n";
        let kind = read(&folder(&[("qrels_ship.jsonl", pages)])).unwrap();
        assert_eq!(kind.gold[0].cells[1].pages, ["https://a.example/"]);
        assert_eq!(kind.gold[1].cells[0].pages, ["https://b.example/"]);
    }

    #[test]
    fn a_label_that_does_not_fit_is_named() {
        for (file, text, message) in [
            ("cases_ship.csv", "key,column,row\nHeron,port,3\n", "no such row"),
            ("cases_ship.csv", "key,column,row\nHeron,port,0\n", "no such row"),
            ("cases_ship.csv", "key,column\nHeron,mast\n", "no column `mast`"),
            (
                "cases_ship.csv",
                "key,column,expected_outcome\nHeron,port,fine\n",
                "`fine` is not an outcome",
            ),
            ("cases_ship.csv", "key,case\n", "no column `column`"),
            ("outcomes_ship.csv", "key,port\nGull,found\n", "has the key `Gull`"),
            ("qrels_ship.jsonl", "\n[]\n", "line 2"),
            ("facts.json", "{}", "facts.json"),
            (
                "facts.json",
                r#"[{"kind": "ship", "row": 0, "column": "port", "tag": "stale", "value": "x"}]"#,
                "no row 0",
            ),
        ] {
            let error = read(&folder(&[(file, text)])).unwrap_err().to_string();
            assert!(error.contains(message) && error.contains(file), "{error}");
        }
    }
}
