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
