use crate::place::Place;

#[test]
fn the_demo_needs_nothing_and_shows_everything() {
    let place = Place::new();
    let ran = place.run(&["demo"]).exits(0);
    for text in ["Golden Gate Bridge", "confidence", "https://", "(absent)", "conflict  pages"] {
        assert!(ran.stdout.contains(text), "{text:?} is missing:\n{}", ran.stdout);
    }
    assert!(ran.stderr.contains("bridges-enriched.csv"), "{}", ran.stderr);
    assert_eq!(place.names(), ["bridges-enriched.csv"]);
    let table = csv::Reader::from_path(place.path("bridges-enriched.csv"));
    assert_eq!(table.unwrap().records().map(Result::unwrap).count(), 36);
}

/// Keys in the environment do not send the demo to the network.
#[test]
fn the_demo_stays_offline() {
    let environment =
        [("SERPER_API_KEY", "x"), ("GEMINI_API_KEY", "y"), ("TEMPORAL_HOST_PORT", "t:1")];
    Place::new().run_with(&["demo", "-q", "-o", "x.csv"], &environment).exits(0);
}
