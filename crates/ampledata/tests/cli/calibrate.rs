//! Refitting the model of confidence from labels and corrections.

use std::fmt::Write;

use crate::place::Place;

/// Firms of which a page states two numbers, all found by their names.
const FIRMS: usize = 24;

fn name(at: usize) -> String {
    format!(
        "{}{} Works",
        ["Arbor", "Birch", "Cedar", "Dove"][at % 4],
        ["ton", "ley", "ham", "by", "wick", "ford"][at / 4]
    )
}

/// A labelled set in which every fourth firm's page states wrong numbers.
fn place() -> Place {
    let place = Place::new();
    let columns = r#"{"key": "name", "columns": [
        {"name": "founded", "type": "number"}, {"name": "employees", "type": "number"}]}"#;
    let (mut input, mut gold) = ("name\n".to_owned(), "name,founded,employees\n".to_owned());
    for at in 0..FIRMS {
        let (name, founded, staff) = (name(at), 1950 + at, 300 + 7 * at);
        place.write(
            &format!("set/pages/{at}.html"),
            format!(
                "<!doctype html><html lang=en><head><title>{name}</title></head><body><h1>{name}</h1>\
                 <table><tr><th>Founded</th><td>{founded}</td></tr>\
                 <tr><th>Employees</th><td>{staff}</td></tr></table></body></html>"
            ),
        );
        let off = usize::from(at % 4 == 0);
        writeln!(input, "{name}").unwrap();
        writeln!(gold, "{name},{},{}", founded + off, staff + off).unwrap();
    }
    place.write("set/input_firm.csv", input);
    place.write("set/gold_firm.csv", gold);
    place.write("set/columns_firm.json", columns);
    place
}

#[test]
fn a_model_is_fitted_used_shown_and_undone() {
    let place = place();
    let shipped = place.run(&["calibrate", "--show"]).exits(0).stdout;
    assert!(shipped.starts_with("shipped model:") && shipped.contains("more_sites"), "{shipped}");
    let ran = place.run(&["calibrate", "set"]).exits(0);
    for part in
        ["48 labelled values in 24 groups, 36 right, 12 wrong", "before", "after", "log loss"]
    {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    assert!(ran.stderr.contains(".ampledata/confidence.json"), "{}", ran.stderr);
    let shown = place.run(&["calibrate", "--show"]).exits(0).stdout;
    assert!(shown.starts_with("fitted model:") && shown.contains("48 values of set"), "{shown}");
    assert!(place.run(&["config"]).exits(0).stderr.contains("confidence: fitted model in"));
    let doctor = place.run(&["doctor", "--json"]).stdout;
    assert!(doctor.contains("\"confidence\"") && doctor.contains("48 values of set"), "{doctor}");
    // Three of four values are right, and the shipped model is surer than that.
    let confidence = |place: &Place| {
        let arguments = ["enrich", "set/input_firm.csv", "-k", "name", "-c", "founded:number"];
        let more = ["--corpus", "set", "--evidence", "--fresh", "--limit", "4"];
        let table = place.run(&[&arguments[..], &more[..]].concat()).exits(0).stdout;
        let line = table.lines().nth(1).unwrap();
        line.split(',').nth(2).unwrap().parse::<f64>().unwrap()
    };
    let fitted = confidence(&place);
    place.run(&["calibrate", "--undo"]).exits(0);
    assert!(place.run(&["calibrate", "--show"]).exits(0).stdout.starts_with("shipped model:"));
    let before = confidence(&place);
    assert!(fitted < before - 0.05 && fitted > 0.6, "{fitted} {before}");
    let nothing = place.run(&["calibrate", "--undo"]).exits(0).stderr;
    assert!(nothing.contains("nothing to undo"), "{nothing}");
}

#[test]
fn a_report_gives_the_same_model_as_the_set_and_can_go_to_a_file() {
    let place = place();
    place.write("report.json", place.run(&["eval", "set", "--json"]).exits(0).stdout);
    let ran = place.run(&["calibrate", "report.json", "--out", "model.json", "--json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let (before, after) = (&report["assessment"]["before"], &report["assessment"]["after"]);
    let figure = |part: &serde_json::Value, name: &str| part[name].as_f64().unwrap();
    for name in ["brier", "log_loss"] {
        assert!(figure(after, name) < figure(before, name), "{name}: {report}");
    }
    let model: serde_json::Value = serde_json::from_str(&place.read("model.json")).unwrap();
    assert_eq!(model["coefficients"], report["model"]["coefficients"]);
    assert!(place.run(&["calibrate", "--show"]).exits(0).stdout.starts_with("shipped"));
    let ran = place.run(&["calibrate", "set", "--json"]).exits(0);
    let of_set: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(of_set["model"]["coefficients"], model["coefficients"]);
    let one_kind = place.run(&["calibrate", "report.json", "--by", "kind"]).exits(2).stderr;
    assert!(one_kind.contains("error[labels_insufficient]"), "{one_kind}");
}

#[test]
fn corrections_are_labels_of_stored_results() {
    let place = place();
    let arguments =
        ["enrich", "set/input_firm.csv", "-k", "name", "--columns", "set/columns_firm.json"];
    place.run(&[&arguments[..], &["--corpus", "set", "-o", "out.csv"]].concat()).exits(0);
    let mut corrections = "column,value,name,note\n".to_owned();
    for at in 0..FIRMS {
        let (name, off) = (name(at).to_uppercase(), usize::from(at % 4 == 0));
        writeln!(corrections, "founded,{},{name},", 1950 + at + off).unwrap();
        let staff = if at == 4 { String::new() } else { (300 + 7 * at + off).to_string() };
        writeln!(corrections, "employees,{staff},{name},checked").unwrap();
    }
    corrections.push_str("founded,1999,Nowhere Ltd,\nheight,3,Arborton Works,\n");
    place.write("corrections.csv", corrections);
    let ran = place.run(&["calibrate", "corrections.csv"]).exits(0);
    assert!(
        ran.stdout.contains("48 labelled values in 24 groups, 36 right, 12 wrong"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stderr.contains("2 corrections are of cells without a stored value"),
        "{}",
        ran.stderr
    );
    place.write("few.csv", "name,column,value\nArborton Works,founded,1950\n");
    let few = place.run(&["calibrate", "few.csv"]).exits(2).stderr;
    assert!(few.contains("error[labels_insufficient]") && few.contains("at least 30"), "{few}");
    place.write("wrong.csv", "name,founded\nArborton Works,1950\n");
    let wrong = place.run(&["calibrate", "wrong.csv"]).exits(2).stderr;
    assert!(wrong.contains("wrong.csv") && wrong.contains("no column `column`"), "{wrong}");
    place.run(&["calibrate", "--stored"]).exits(2);
    place.run(&["calibrate"]).exits(2);
}

#[test]
fn a_damaged_model_is_reported_and_can_be_undone() {
    let place = place();
    place.run(&["calibrate", "set"]).exits(0);
    let model = place.read(".ampledata/confidence.json");
    let damaged =
        regex::Regex::new("\"best\": [0-9.]+").unwrap().replace(&model, "\"best\": 1e300");
    place.write(".ampledata/confidence.json", damaged.as_ref());
    let arguments = ["enrich", "set/input_firm.csv", "-k", "name", "-c", "founded:number"];
    let error = place.run(&[&arguments[..], &["--corpus", "set"]].concat()).exits(2).stderr;
    assert!(error.contains("error[confidence_model_unusable]"), "{error}");
    assert!(place.run(&["doctor"]).stdout.contains("confidence"));
    place.run(&["calibrate", "set"]).exits(2);
    place.run(&["calibrate", "--undo"]).exits(0);
    place.run(&[&arguments[..], &["--corpus", "set"]].concat()).exits(0);
}

#[test]
fn a_fit_that_predicts_no_better_changes_nothing() {
    let place = place();
    // This model already knows that three of four values are right, and there is nothing else to learn: all values
    // are supported in the same way.
    let shown = place.run(&["calibrate", "--show", "--json"]).exits(0).stdout;
    let mut shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let model = &mut shown["model"];
    for coefficient in model["coefficients"].as_object_mut().unwrap().values_mut() {
        *coefficient = 0.0.into();
    }
    model["coefficients"]["intercept"] = 3_f64.ln().into();
    place.write(".ampledata/confidence.json", model.to_string());
    let known = place.read(".ampledata/confidence.json");
    let ran = place.run(&["calibrate", "set"]).exits(1);
    assert!(
        ran.stderr.contains("error[calibration_no_better]: nothing was changed"),
        "{}",
        ran.stderr
    );
    assert_eq!(place.read(".ampledata/confidence.json"), known);
}
