use insta::assert_snapshot;

use crate::place::Place;

#[test]
fn config_shows_where_each_value_comes_from_and_no_secret() {
    let place = Place::new();
    place.write(
        "ampledata.toml",
        "confidence_threshold = 0.9\nserper_api_key = \"from-the-file\"\n",
    );
    let environment = [
        ("CONFIDENCE_THRESHOLD", "0.8"),
        ("GROQ_API_KEY", "from-the-environment"),
        ("SEARCH_PROVIDER", "corpus"),
        ("DATABASE_URL_ENRICH", "postgres://me:from-the-environment@db/x"),
    ];
    let ran = place.run_with(&["config", "--data-dir", "here"], &environment).exits(0);
    assert!(!ran.stdout.contains("from-the"), "{}", ran.stdout);
    assert_snapshot!(ran.stdout);
    let json = place.run_with(&["config", "--json"], &environment).exits(0).stdout;
    let settings: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let threshold = settings.iter().find(|one| one["name"] == "CONFIDENCE_THRESHOLD").unwrap();
    assert_eq!(threshold["value"], "0.8");
    assert_eq!(threshold["source"], "env");
}

#[test]
fn wrong_settings_are_named_one_by_one() {
    let place = Place::new();
    let environment = [("CONFIDENCE_THRESHOLD", "high"), ("ENGINE", "temporall")];
    assert_snapshot!(place.run_with(&["config"], &environment).exits(2).stderr);
    place.write("ampledata.toml", "data_dri = \"x\"\n");
    assert_snapshot!(place.run(&["config"]).exits(2).stderr);
}

#[test]
fn doctor_shows_how_to_fix_each_problem() {
    let place = Place::with_firms();
    assert_snapshot!("doctor_without_corpus", place.run(&["doctor"]).exits(1));
    let well = place.run_with(&["doctor"], &[("CORPUS_DIR", "pages")]);
    assert_snapshot!("doctor_well", well.exits(0));
    let wrong = place.run_with(&["doctor"], &[("AUTH", "basic")]);
    assert_snapshot!("doctor_wrong_setting", wrong.exits(1));
    let json = place.run_with(&["doctor", "--json"], &[("CORPUS_DIR", "missing")]).exits(1).stdout;
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["well"], false);
    assert_eq!(report["checks"][3]["state"], "failed");
    assert!(report["checks"][3]["mend"].as_str().unwrap().contains("CORPUS_DIR"));
}

#[test]
fn a_database_that_does_not_answer_is_reported_without_its_password() {
    let place = Place::with_firms();
    let arguments = ["enrich", "firms.csv", "-k", "name", "-c", "founded"];
    let url = "postgres://me:s3cret@127.0.0.1:1/db";
    let ran = place
        .run_with(&arguments, &[("CORPUS_DIR", "pages"), ("DATABASE_URL_ENRICH", url)])
        .exits(1);
    assert!(ran.stderr.contains("error[store_unavailable]"), "{}", ran.stderr);
    assert!(ran.stderr.contains("postgres://127.0.0.1:1/db") && !ran.stderr.contains("s3cret"));
}

#[test]
fn enrich_is_done_here_wherever_other_jobs_are() {
    let place = Place::with_firms();
    let arguments = ["enrich", "firms.csv", "-k", "name", "-c", "founded"];
    let environment = [("CORPUS_DIR", "pages"), ("TEMPORAL_HOST_PORT", "127.0.0.1:1")];
    place.run_with(&arguments, &environment).exits(0);
}

#[test]
fn an_unreachable_temporal_is_reported() {
    let place = Place::with_firms();
    let environment = [("CORPUS_DIR", "pages"), ("TEMPORAL_HOST_PORT", "127.0.0.1:1")];
    let ran = place.run_with(&["temporal", "setup"], &environment).exits(1);
    let message =
        "cannot reach 127.0.0.1:1 (Connection refused (os error 111)). Is the server running?";
    assert!(ran.stderr.contains(message), "{}", ran.stderr);
    let ran = place.run_with(&["doctor"], &environment).exits(1);
    assert!(ran.stdout.contains("!! temporal: failed to create Temporal client"), "{}", ran.stdout);
}

#[test]
fn a_provider_that_lacks_its_key_is_named() {
    let place = Place::with_firms();
    let arguments = ["enrich", "firms.csv", "-k", "name", "-c", "founded"];
    for (name, value, lacks) in [
        ("SEARCH_PROVIDER", "brave", "BRAVE_API_KEY"),
        ("SEARCH_PROVIDER", "serper", "SERPER_API_KEY"),
        ("SEARCH_PROVIDER", "searxng", "SEARXNG_URL"),
        ("EXTRACTION_MODEL", "gemini:gemini-2.5-flash", "GEMINI_API_KEY"),
        ("DECISION_MODEL", "groq:qwen", "GROQ_API_KEY"),
    ] {
        let environment = [("CORPUS_DIR", "pages"), (name, value)];
        let ran = place.run_with(&arguments, &environment).exits(2);
        let said = ran.stderr.contains("error[provider_not_set_up]") && ran.stderr.contains(lacks);
        assert!(said, "{}", ran.stderr);
    }
}
