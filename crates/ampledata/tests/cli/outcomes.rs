//! What the cells of rows say whose pages are open, walled, empty, or about something else.

use crate::place::Place;

/// The pages of one row: host and body, and the outcome of its cell with a part of its reason.
struct Row {
    name: &'static str,
    pages: &'static [(&'static str, &'static str)],
    outcome: &'static str,
    reason: &'static str,
}

const LOGIN: &str = "<h1>Please sign in</h1><form action=/login><label>User<input name=u></label>\
    <label>Password<input type=password name=p></label><button>Sign in</button></form>";
const CAPTCHA: &str = "<h1>Verify you are human</h1><p>Type the characters of the image.</p>\
    <img src=/captcha.png alt=captcha><input name=captcha><button>Continue</button>";
const SILENT: &str =
    "<p>An old bath at the harbour, with a cafe and a lawn under tall trees, open in summer.</p>";
const OPENED: &str = "<dl><dt>Opened</dt><dd>27 May 1937</dd></dl>";
const VAGUE: &str = "<dl><dt>Opened</dt><dd>one fine spring</dd></dl>";

const ROWS: [Row; 7] = [
    Row {
        name: "Alder Bath",
        pages: &[("a1", OPENED), ("a2", LOGIN)],
        outcome: "found",
        reason: "",
    },
    Row {
        name: "Birch Bath",
        pages: &[("b1", LOGIN)],
        outcome: "blocked",
        reason: "b1.example could not be read",
    },
    Row {
        name: "Cedar Bath",
        pages: &[("c1", SILENT)],
        outcome: "absent",
        reason: "not stated on",
    },
    Row {
        name: "Dogwood Bath",
        pages: &[("d1", SILENT), ("d2", LOGIN)],
        outcome: "blocked",
        reason: "d2.example could not be read",
    },
    Row {
        name: "Elm Bath",
        pages: &[("e1", VAGUE), ("e2", SILENT)],
        outcome: "absent",
        reason: "one fine spring",
    },
    Row {
        name: "Fir Bath",
        pages: &[("f1", CAPTCHA), ("f2", VAGUE)],
        outcome: "blocked",
        reason: "the value on f2.example is not a date",
    },
    Row { name: "Gorse Bath", pages: &[], outcome: "absent", reason: "" },
];

#[test]
fn each_row_says_what_became_of_its_pages() {
    let place = Place::new();
    let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
    place.write("baths.csv", format!("bath\n{}\n", names.join("\n")));
    let mut index = String::new();
    for row in &ROWS {
        for (host, body) in row.pages {
            let name = row.name;
            let html = format!(
                "<!doctype html><html lang=en><title>{name}</title><body><h1>{name}</h1>{body}</body></html>"
            );
            place.write(&format!("pages/{host}.html"), html);
            let entry = format!(
                r#"{{"url": "https://{host}.example/", "file": "{host}.html", "title": "{name}"}}"#
            );
            index.push_str(&entry);
            index.push('\n');
        }
    }
    place.write("pages/pages.jsonl", index);
    let asked = ["enrich", "baths.csv", "-k", "bath", "-c", "opened:date=Day of opening"];
    let more = ["--corpus", "pages", "--evidence", "--quiet", "-o", "out.json"];
    place.run(&[&asked[..], &more].concat()).exits(0);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&place.read("out.json")).unwrap();
    assert_eq!(rows.len(), ROWS.len());
    for (expected, row) in ROWS.iter().zip(&rows) {
        assert_eq!(row["opened_outcome"], expected.outcome, "{row}");
        let reason = row["opened_reason"].as_str().unwrap();
        assert!(reason.contains(expected.reason), "{}: {reason}", expected.name);
    }
}
