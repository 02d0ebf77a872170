//! Properties that hold for every row, whatever the world returns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ampledata_core::column::{Column, ColumnType};
use ampledata_core::merge::merge;
use ampledata_core::row::{
    Cell, CellOutcome, Decision, Failure, FailureKind, Field, Input, Limits, Next, Outcome, Plan,
    Row, Step,
};
use ampledata_core::scenario::{Scenario, ShownValue, Site, World};
use ampledata_core::value::PartialDate;
use proptest::prelude::*;

const COLUMNS: [&str; 3] = ["span", "length", "opened"];

fn failure() -> impl Strategy<Value = Failure> {
    prop_oneof![
        Just((FailureKind::Blocked, "page_login_wall")),
        Just((FailureKind::Gone, "page_gone")),
        Just((FailureKind::Unavailable, "page_unavailable")),
        Just((FailureKind::BadAnswer, "page_binary")),
    ]
    .prop_map(|(kind, code)| Failure { kind, code: code.into(), message: code.into() })
}

fn site() -> impl Strategy<Value = Site> {
    let text = prop_oneof![
        (1..2000u32).prop_map(|n| format!("{n} m")),
        Just("20–30 m".to_owned()),
        Just("27 May 1937".to_owned()),
        Just("1937".to_owned()),
        Just("N/A".to_owned()),
    ];
    let facts = proptest::collection::btree_map(
        proptest::sample::select(COLUMNS.to_vec()).prop_map(str::to_owned),
        text,
        0..=3,
    );
    let dated = proptest::option::of(
        (2000..2026i16)
            .prop_map(|y| PartialDate::year_only(y).expect("a year of this range is a date")),
    );
    let open = (facts, 0.0..=1.0f64, 0.0..=1.0f64, dated)
        .prop_map(|(facts, entity, label, dated)| Site::Open { facts, entity, label, dated });
    prop_oneof![3 => open, 1 => failure().prop_map(Site::Failure)]
}

fn url(n: u8) -> String {
    format!("https://site{}.example/page{n}", n % 5)
}

fn world() -> impl Strategy<Value = World> {
    let urls = proptest::collection::vec((0..12u8).prop_map(url), 0..8).prop_map(ShownValue::Urls);
    let shown = prop_oneof![5 => urls, 1 => failure().prop_map(ShownValue::Failure)];
    let queries =
        prop_oneof![Just("*"), Just("Some Bridge"), Just("Some Bridge span length opened")];
    let searches = proptest::collection::btree_map(queries.prop_map(str::to_owned), shown, 0..4);
    let pages = proptest::collection::btree_map((0..12u8).prop_map(url), site(), 0..12);
    let title = prop_oneof![Just("Some Bridge: span"), Just("Some Bridge"), Just("Sign in")];
    let titles = proptest::collection::btree_map(
        (0..12u8).prop_map(url),
        title.prop_map(str::to_owned),
        0..4,
    );
    (searches, pages, titles).prop_map(|(searches, pages, titles)| World {
        searches,
        snippets: BTreeMap::new(),
        pages,
        titles,
    })
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let limits =
        (1..=5u8, 1..=3u8, 1..=5u8, 1..=30u16).prop_map(|(attempts, queries, pages, steps)| {
            Limits { attempts, threshold: 0.75, queries, pages, steps }
        });
    (limits, world()).prop_map(|(limits, world)| Scenario {
        about: String::new(),
        plan: Plan {
            columns: vec![
                Column { unit: Some("m".into()), ..Column::new("span", ColumnType::Number) },
                Column::new("length", ColumnType::Number),
                Column::new("opened", ColumnType::Date),
            ],
            patterns: vec!["%entity".into()],
            entity_type: None,
            today: PartialDate::full(2026, 11, 23).expect("a day of the calendar"),
            confidence: None,
            limits,
        },
        input: Input {
            key: vec![Field { name: "bridge".into(), value: "Some Bridge".into() }],
            context: Vec::new(),
            requested: vec![0, 1, 2],
        },
        world,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn ends_within_its_budget(scenario in scenario()) {
        let trace = scenario.run();
        let limits = &scenario.plan.limits;
        let steps: usize = trace.steps.iter().map(Vec::len).sum();
        prop_assert!(steps <= usize::from(limits.steps));
        prop_assert!(trace.result.attempts.len() <= usize::from(limits.attempts));
        for asked in &trace.steps {
            let crawls = asked.iter().filter(|step| matches!(step, Step::Crawl { .. })).count();
            let searches = asked.iter().filter(|step| matches!(step, Step::Search { .. })).count();
            prop_assert!(crawls <= usize::from(limits.pages));
            prop_assert!(searches <= usize::from(limits.queries));
        }
    }

    #[test]
    fn nothing_is_asked_twice_and_nothing_unseen_is_read(scenario in scenario()) {
        let mut done = BTreeSet::new();
        for step in scenario.run().steps.iter().flatten() {
            match step {
                Step::Search { query } => prop_assert!(done.insert(query.clone())),
                Step::Crawl { url } => {
                    prop_assert!(done.insert(url.clone()));
                    let shown = scenario.world.searches.values().any(|shown| {
                        matches!(shown, ShownValue::Urls(urls) if urls.contains(url))
                    });
                    prop_assert!(shown);
                }
                Step::Decide { .. } | Step::Extract { .. } => {}
            }
        }
    }

    #[test]
    fn every_cell_has_a_value_with_evidence_or_a_reason(scenario in scenario()) {
        for cell in scenario.run().result.cells.into_iter().flatten() {
            prop_assert!(!cell.reason.is_empty());
            prop_assert!(cell.reason_code.is_some_and(|code| !code.as_str().is_empty()));
            prop_assert!((0.0..=1.0).contains(&cell.confidence));
            let found = cell.outcome == CellOutcome::Found;
            prop_assert_eq!(found, cell.value.is_some());
            prop_assert_eq!(found, cell.evidence.is_some());
        }
    }

    #[test]
    fn a_further_attempt_forgets_no_value(scenario in scenario()) {
        let mut before: Option<Vec<Option<Cell>>> = None;
        for attempts in 1..=scenario.plan.limits.attempts {
            let mut shorter = scenario.clone();
            shorter.plan.limits.attempts = attempts;
            let cells = shorter.run().result.cells;
            if let Some(before) = before {
                for (old, new) in before.iter().zip(&cells).filter_map(|(a, b)| a.as_ref().zip(b.as_ref())) {
                    let known: Vec<_> =
                        new.value.iter().chain(new.others.iter().map(|one| &one.value)).collect();
                    if let Some(value) = &old.value {
                        prop_assert!(known.contains(&value), "{old:?} became {new:?}");
                    }
                }
            }
            before = Some(cells);
        }
    }

    #[test]
    fn candidates_merge_to_the_same_cell_in_any_order(scenario in scenario(), seed in any::<u64>()) {
        let pages = scenario.world.pages.keys().map(|url| ampledata_core::page::PageRef {
            url: url.clone(),
            hash: ampledata_core::page::ContentHash(url.clone()),
            content: None,
            read_at: None,
        });
        let step = Step::Extract { pages: pages.collect(), columns: vec![0, 1, 2] };
        let Outcome::Extracted(extraction) = scenario.perform(&step) else {
            return Err(TestCaseError::fail("an extraction was asked for"));
        };
        for (index, column) in scenario.plan.columns.iter().enumerate() {
            let mut candidates: Vec<_> =
                extraction.candidates.iter().filter(|c| c.column == index).cloned().collect();
            let straight = merge(&candidates, column, scenario.plan.confidence_model());
            candidates.sort_by_key(|c| c.evidence.url.bytes().fold(seed, |hash, b| {
                hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(b)
            }));
            prop_assert_eq!(straight, merge(&candidates, column, scenario.plan.confidence_model()));
        }
    }

    #[test]
    fn a_row_that_is_stored_and_restored_at_every_step_ends_the_same(scenario in scenario()) {
        let plan = Arc::new(scenario.plan.clone());
        let (mut row, mut next) = Row::start(plan.clone(), scenario.input.clone());
        let result = loop {
            match next {
                Next::Do(steps) => {
                    let stored = serde_json::to_string(row.state()).expect("a state is data");
                    let state = serde_json::from_str(&stored).expect("a stored state is a state");
                    row = Row::restore(plan.clone(), scenario.input.clone(), state);
                    next = row.advance(steps.iter().map(|step| scenario.perform(step)).collect());
                }
                Next::Done(result) => break *result,
            }
        };
        prop_assert_eq!(result, scenario.run().result);
    }

    #[test]
    fn outcomes_that_do_not_fit_end_the_row_all_the_same(scenario in scenario(), keep in 0..2usize) {
        let (mut row, mut next) = Row::start(Arc::new(scenario.plan.clone()), scenario.input.clone());
        for _ in 0..200 {
            match next {
                Next::Do(steps) => {
                    let wrong = steps.iter().map(|_| Outcome::Decided(Decision::default()));
                    next = row.advance(wrong.take(keep).collect());
                }
                Next::Done(_) => return Ok(()),
            }
        }
        prop_assert!(false, "the row did not end");
    }
}
