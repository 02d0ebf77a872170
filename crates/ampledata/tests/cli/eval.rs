//! Evaluation on a small labelled set.

use crate::place::Place;

fn place() -> Place {
    let place = Place::with_firms();
    let columns = r#"{"key": "key", "columns": [
        {"name": "founded", "type": "number"}, {"name": "employees", "type": "number"}]}"#;
    for kind in ["firm", "shop"] {
        place.write(&format!("pages/columns_{kind}.json"), columns);
        place.write(
            &format!("pages/input_{kind}.csv"),
            "key\nAcme Widgets\nBolt Works\nNowhere Ltd\n",
        );
        place.write(
            &format!("pages/gold_{kind}.csv"),
            "key,founded,employees\nAcme Widgets,1999,1300 || 1200\nBolt Works,2005,\nNowhere Ltd,1950,\n",
        );
    }
    place
}

#[test]
fn figures_follow_the_rules_of_labelled_sets() {
    let place = place();
    let ran = place.run(&["eval", "pages", "--kind", "firm", "--json", "--out", "pred"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let firm = &report["kinds"]["firm"];
    assert!(report["kinds"]["shop"].is_null());
    for (name, value) in
        [("rows", 3), ("gold", 4), ("predicted", 3), ("correct", 2), ("model_calls", 0)]
    {
        assert_eq!(firm[name], value, "{name}: {firm}");
    }
    assert_eq!(firm["evidence_rate"], 1.0);
    assert_eq!(firm["columns"]["founded"]["gold"], 3);
    assert_eq!(firm["columns"]["founded"]["correct"], 1);
    assert_eq!(firm["columns"]["employees"]["correct"], 1);
    assert_eq!(report["total"]["f1"], firm["f1"]);
    for name in [
        "precision",
        "recall",
        "ece",
        "brier",
        "searches",
        "pages",
        "tokens_in",
        "tokens_out",
        "cost_usd",
        "seconds",
    ] {
        assert!(report["total"][name].is_number(), "{name} is missing");
    }
    assert!(report["total"]["bands"]["high"]["n"].is_number());
    assert_eq!(
        place.read("pred/pred_firm.csv"),
        "key,founded,employees,_source\nAcme Widgets,1999,1200,file:acme.html\n\
         Bolt Works,2004,35,file:bolt.html\nNowhere Ltd,,,\n"
    );
}

#[test]
fn the_report_for_people_has_a_line_a_kind() {
    let ran = place().run(&["eval", "pages"]).exits(0);
    let starts: Vec<&str> =
        ran.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for name in ["kind", "firm", "shop", "total"] {
        assert_eq!(starts.iter().filter(|start| **start == name).count(), 2, "{}", ran.stdout);
    }
    let unknown = place().run(&["eval", "pages", "--kind", "boat"]).exits(2);
    assert!(unknown.stderr.contains("no kind `boat`; it has firm, shop"), "{}", unknown.stderr);
}

/// The same set with expected outcomes, cases, a trap and the pages of values.
fn place_with_cases() -> Place {
    let place = place();
    place.write(
        "pages/cases_firm.csv",
        "key,column,case,expected_outcome,gold_url,row\n\
         Acme Widgets,founded,plain,found,file:acme.html,1\n\
         Acme Widgets,employees,plain,found,file:acme.html,1\n\
         Bolt Works,founded,stale,found,,2\n\
         Bolt Works,employees,absent,absent,,2\n\
         Nowhere Ltd,founded,plain,found,https://far.example/,3\n\
         Nowhere Ltd,employees,absent,absent,,3\n",
    );
    place.write(
        "pages/facts.json",
        r#"[{"kind": "firm", "row": 2, "column": "founded", "tag": "stale", "value": "2004"}]"#,
    );
    place
}

#[test]
fn empty_cells_outcomes_and_traps_are_scored_where_the_set_has_labels_for_them() {
    let place = place_with_cases();
    let ran = place.run(&["eval", "pages", "--kind", "firm", "--json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let firm = &report["kinds"]["firm"];
    // Of six cells two are right, one has an old value, one is invented, one is missing and one rightly empty.
    for (name, value) in
        [("gold", 4), ("predicted", 4), ("correct", 2), ("scored", 6), ("outcomes", 6)]
    {
        assert_eq!(firm[name], value, "{name}: {firm}");
    }
    assert_eq!(firm["empties"]["absent"], serde_json::json!({"n": 2, "filled": 1}));
    assert_eq!((&firm["invented_rate"], &firm["stale_rate"]), (&0.5.into(), &1.0.into()));
    assert_eq!(firm["outcome_accuracy"], 0.5);
    assert_eq!(firm["row_counts"], serde_json::json!({"gold": 3, "predicted": 2, "correct": 1}));
    assert_eq!(firm["tags"]["plain"]["correct"], 2);
    assert_eq!(firm["columns"]["employees"]["invented_rate"], 0.5);
    assert_eq!(firm["tokens_per_right_cell"], 0.0);
    let causes: Vec<_> =
        firm["cells"].as_array().unwrap().iter().map(|cell| &cell["cause"]["code"]).collect();
    let null = serde_json::Value::Null;
    let (stale, invented, unread) = ("stale".into(), "invented".into(), "not_read".into());
    assert_eq!(causes, [&null, &null, &stale, &invented, &unread, &null]);
    let total = &report["total"];
    assert_eq!(
        (&total["tags"]["absent"]["scored"], &total["stale_rate"]),
        (&2.into(), &1.0.into())
    );
    let table = place.run(&["eval", "pages", "--kind", "firm"]).exits(0).stdout;
    assert!(
        table.contains("case") && table.contains("stale") && table.contains("invented"),
        "{table}"
    );
}

#[test]
fn empty_gold_cells_can_be_declared_absent() {
    let ran =
        place().run(&["eval", "pages", "--kind", "firm", "--json", "--empty-is-absent"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["total"]["empties"]["absent"], serde_json::json!({"n": 2, "filled": 1}));
    assert_eq!((&report["total"]["gold"], &report["total"]["predicted"]), (&4.into(), &4.into()));
}

#[test]
fn evaluations_are_compared_and_kept() {
    let place = place_with_cases();
    let first = place.run(&["eval", "pages", "--kind", "firm", "--json"]).exits(0).stdout;
    place.write("first.json", &first);
    let files = ["--report", "errors.html", "--history", "history.jsonl", "--label", "try 2"];
    let again =
        [&["eval", "pages", "--kind", "firm", "--json", "--compare", "first.json"], &files[..]];
    let again = place.run(&again.concat()).exits(0);
    let report: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(report["comparison"]["cells"], 6);
    assert_eq!(report["comparison"]["columns"]["firm"]["founded"]["verdict"], "same");
    let history: serde_json::Value = serde_json::from_str(&place.read("history.jsonl")).unwrap();
    assert_eq!((&history["set"], &history["label"]), (&"pages".into(), &"try 2".into()));
    assert_eq!(history["total"]["correct"], 2);
    let page = place.read("errors.html");
    assert!(page.contains("outdated") && page.contains("https://far.example/"), "{page}");
    // A saved report is shown, compared and reported without any work.
    let shown = place.run(&["eval", "first.json", "--json"]).exits(0);
    assert_eq!(shown.stdout, first);
    let compared = place.run(&["eval", "first.json", "--compare", "first.json"]).exits(0).stdout;
    assert!(compared.contains("F1 of firm: employees"), "{compared}");
    let other = place.run(&["eval", "first.json", "--kind", "shop"]).exits(2).stderr;
    assert!(other.contains("no kind `shop`; it has firm"), "{other}");
}

#[test]
fn a_regression_fails() {
    let place = place_with_cases();
    place.write(
        "report.json",
        place.run(&["eval", "pages", "--kind", "firm", "--json"]).exits(0).stdout,
    );
    place.write(
        "good.json",
        r#"{"tolerance": 0.01, "total": {"precision": 0.5, "stale_rate": 1.0}}"#,
    );
    place.write("high.json", r#"{"tolerance": 0.01, "total": {"precision": 0.6, "recall": 0.5}}"#);
    place.write("bad.json", r#"{"tolerance": 0.01, "total": {"beauty": 0.6}}"#);
    place.run(&["eval", "report.json", "--baseline", "good.json"]).exits(0);
    let worse = place.run(&["eval", "report.json", "--baseline", "high.json"]).exits(1).stderr;
    assert!(worse.contains("error[evaluation_regressed]"), "{worse}");
    assert!(
        worse.contains("precision is 0.500 instead of 0.600") && !worse.contains("recall"),
        "{worse}"
    );
    let wrong = place.run(&["eval", "pages", "--baseline", "bad.json"]).exits(2).stderr;
    assert!(wrong.contains("error[wrong_evaluation]") && wrong.contains("`beauty`"), "{wrong}");
    let wrong = place.run(&["eval", "pages", "--compare", "good.json"]).exits(2).stderr;
    assert!(wrong.contains("good.json: it is not a report"), "{wrong}");
    let wrong = place.run(&["eval", "report.json", "--report", "no/errors.html"]).exits(1).stderr;
    assert!(wrong.contains("error[output_failed]") && wrong.contains("cannot write"), "{wrong}");
}
