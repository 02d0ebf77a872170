//! The evidence of a cell, and the candidates that were not chosen.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::place::{Place, ask_for_firms};

/// Two sites say 1999, one says 2001, and one is about another firm.
fn disagreeing() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    std::fs::create_dir(&pages).unwrap();
    for (site, founded) in [("a", "1999"), ("b", "1999"), ("c", "2001")] {
        let page = format!(
            "<!doctype html><html lang=en><head><title>Acme Widgets</title>\
             <link rel=canonical href=\"https://{site}.example/acme\"></head><body>\
             <h1>Acme Widgets</h1><p>Acme Widgets is a firm in Springfield.</p><table>\
             <tr><th>Founded</th><td>{founded}</td></tr>\
             <tr><th>Employees</th><td>1,200</td></tr></table></body></html>"
        );
        std::fs::write(pages.join(format!("{site}.html")), page).unwrap();
    }
    folder
}

/// All evidence of a cell, with the outcome of each candidate.
fn proofs(cell: &Value) -> Vec<&Value> {
    let others = cell["candidates"].as_array().unwrap().iter();
    std::iter::once(&cell["evidence"]).chain(others.map(|other| &other["evidence"])).collect()
}

#[tokio::test]
async fn a_value_says_when_it_was_read_and_the_others_why_they_lost() {
    let before = Timestamp::now();
    let place = Place::in_folder(disagreeing(), &[]);
    let (job, _) = place.upload("text/csv", "name,city\nAcme Widgets,Springfield\n").await;
    place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    place.until(&job, "COMPLETED").await;
    let path = format!("/jobs/{job}/rows/0/cells/founded");
    let cell = place.get(&path).await.is(200);
    assert_eq!(cell["cell"]["value"], 1999, "{cell}");
    let mut read = 0;
    for proof in proofs(&cell["cell"]) {
        if proof["kind"] == "snippet" {
            assert_eq!(proof["read_at"], Value::Null, "{proof}");
            continue;
        }
        let at: Timestamp = proof["read_at"].as_str().unwrap().parse().unwrap();
        // Times are stored in whole milliseconds.
        let begun = Timestamp::from_millisecond(before.as_millisecond()).unwrap();
        assert!(begun <= at && at <= Timestamp::now(), "{proof}");
        read += 1;
    }
    assert!(read > 0, "{cell}");
    let others = cell["cell"]["candidates"].as_array().unwrap();
    for other in others {
        let lost = &other["lost"];
        let expected = if other["value"] == 1999 { "agrees" } else { "fewer_sites" };
        assert_eq!(lost["code"], expected, "{other}");
        assert!(!lost["message"].as_str().unwrap().is_empty(), "{other}");
    }
    assert!(others.iter().any(|other| other["value"] == 2001), "{cell}");
    let set = place.put(&path, json!({ "value": 1998 })).await.is(200);
    for other in set["cell"]["candidates"].as_array().unwrap() {
        assert_eq!(other["lost"]["code"], "set_by_person", "{set}");
    }
    assert_ne!(set["found"]["candidates"][0]["lost"]["code"], "set_by_person");
}
