//! What each empty cell says, for rows with two and more pages of different fates.
#![allow(clippy::unwrap_used, reason = "what is not as expected ends the test")]

use std::collections::BTreeMap;

use ampledata_core::column::{Column, ColumnType};
use ampledata_core::row::{
    CellOutcome, Failure, FailureKind, Field, Input, Limits, Plan, RowResult, StopReason,
};
use ampledata_core::scenario::{Scenario, ShownValue, Site, World};
use ampledata_core::value::PartialDate;

/// The fate of a page.
#[derive(Clone, Copy)]
enum Fate {
    /// It is about the row, with these facts.
    About(&'static [(&'static str, &'static str)]),
    /// It is about another entity.
    Other(&'static [(&'static str, &'static str)]),
    /// It cannot be read.
    Failed(FailureKind, &'static str, &'static str),
}

use FailureKind::{BadAnswer, Blocked, Budget, Gone, Unavailable};
use Fate::{About, Failed, Other};

const LOGIN: Fate = Failed(Blocked, "page_login_wall", "the page requires a login");
const CAPTCHA: Fate = Failed(Blocked, "page_captcha", "the page shows a captcha");
const ROBOTS: Fate = Failed(Blocked, "page_robots", "robots.txt disallows it");
const BUSY: Fate = Failed(Blocked, "page_rate_limited", "too many requests");
const SCRIPTS: Fate = Failed(Blocked, "page_needs_scripts", "the page is empty without scripts");
const DOWN: Fate = Failed(Unavailable, "page_unavailable", "the server did not answer");
const HUGE: Fate = Failed(BadAnswer, "page_too_large", "the page is too large");
const SPENT: Fate = Failed(Budget, "row_budget_spent", "the budget of the row is spent");
const GONE: Fate = Failed(Gone, "page_gone", "there is no such page");
const SILENT: Fate = About(&[]);

/// A page: its site, its fate, and the title that the search shows for it.
type Shown = (&'static str, Fate, &'static str);

const fn shown(site: &'static str, fate: Fate) -> Shown {
    (site, fate, "Harbour Lido")
}

fn plan() -> Plan {
    Plan {
        columns: vec![
            Column {
                description: Some("Day of opening".to_owned()),
                ..Column::new("opened", ColumnType::Date)
            },
            Column {
                description: Some("Number of pools".to_owned()),
                ..Column::new("pools", ColumnType::Number)
            },
        ],
        patterns: vec!["%entity".to_owned()],
        entity_type: None,
        today: PartialDate::full(2026, 11, 28).unwrap(),
        confidence: None,
        limits: Limits { attempts: 1, ..Limits::default() },
    }
}

fn scenario(pages: &[Shown]) -> Scenario {
    let url = |site: &str| format!("https://{site}.example/lido");
    let site = |fate: Fate| match fate {
        About(facts) | Other(facts) => Site::Open {
            facts: facts
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect(),
            entity: if matches!(fate, About(_)) { 1.0 } else { 0.1 },
            label: 1.0,
            dated: None,
        },
        Failed(kind, code, message) => {
            Site::Failure(Failure { kind, code: code.to_owned(), message: message.to_owned() })
        }
    };
    let urls = pages.iter().map(|(name, _, _)| url(name)).collect();
    Scenario {
        about: String::new(),
        plan: plan(),
        input: Input {
            key: vec![Field { name: "lido".to_owned(), value: "Harbour Lido".to_owned() }],
            context: Vec::new(),
            requested: vec![0, 1],
        },
        world: World {
            searches: BTreeMap::from([("*".to_owned(), ShownValue::Urls(urls))]),
            snippets: BTreeMap::new(),
            pages: pages.iter().map(|(name, fate, _)| (url(name), site(*fate))).collect(),
            titles: pages.iter().map(|(name, _, title)| (url(name), (*title).to_owned())).collect(),
        },
    }
}

fn run(pages: &[Shown]) -> RowResult {
    scenario(pages).run().result
}

/// Outcome, code and sentence of the cell "opened".
fn opened(pages: &[Shown]) -> (CellOutcome, String, String) {
    let cell = run(pages).cells[0].clone().unwrap();
    let code = cell.reason_code.map(|code| code.to_string()).unwrap_or_default();
    (cell.outcome, code, cell.reason)
}

/// Each case: the pages of a row, the outcome, the code, and parts of the sentence.
type Case<'a> = (&'a [Shown], CellOutcome, &'a str, &'a [&'a str]);

fn check(cases: &[Case<'_>]) {
    for (pages, outcome, code, parts) in cases {
        let names: Vec<&str> = pages.iter().map(|(name, _, _)| *name).collect();
        let got = opened(pages);
        assert_eq!((got.0, got.1.as_str()), (*outcome, *code), "{names:?}: {}", got.2);
        for part in *parts {
            assert!(got.2.contains(part), "{names:?}: {} lacks {part}", got.2);
        }
    }
}

#[test]
fn absent_says_what_was_read() {
    use CellOutcome::Absent;
    check(&[
        (
            &[shown("a", SILENT)],
            Absent,
            "not_stated",
            &["the only page about this row, on a.example"],
        ),
        (
            &[shown("a", SILENT), shown("b", SILENT)],
            Absent,
            "not_stated",
            &["2 pages", "a.example", "b.example"],
        ),
        (
            &[shown("a", SILENT), shown("b", Other(&[("opened", "1 May 1930")]))],
            Absent,
            "not_stated",
            &["the only page about this row, on a.example"],
        ),
        (&[shown("a", SILENT), shown("b", GONE)], Absent, "not_stated", &["a.example"]),
        (&[shown("a", Other(&[]))], Absent, "other_entity", &["on a.example", "another entity"]),
        (
            &[shown("a", Other(&[("opened", "1 May 1930")])), shown("b", Other(&[]))],
            Absent,
            "other_entity",
            &["2 pages that were read", "other entities"],
        ),
        (
            &[shown("a", GONE), shown("b", GONE)],
            Absent,
            "pages_gone",
            &["a.example has no such page"],
        ),
        (&[], Absent, "nothing_found", &["the search found nothing"]),
    ]);
}

#[test]
fn a_rejected_value_is_quoted_with_its_site() {
    use CellOutcome::{Absent, Blocked as IsBlocked};
    check(&[
        (
            &[shown("a", About(&[("opened", "spring of that year")])), shown("b", SILENT)],
            Absent,
            "unusable_value",
            &["the value on a.example is not a date", "“spring of that year”"],
        ),
        (
            &[shown("a", SILENT), shown("b", About(&[("opened", "by the mayor")]))],
            Absent,
            "unusable_value",
            &["b.example", "“by the mayor”"],
        ),
        (
            &[
                shown("a", Other(&[("opened", "1 May 1930")])),
                shown("b", About(&[("opened", "once")])),
            ],
            Absent,
            "unusable_value",
            &["b.example", "“once”"],
        ),
        (
            &[shown("a", LOGIN), shown("b", About(&[("opened", "long ago")]))],
            IsBlocked,
            "page_login_wall",
            &["a.example could not be read", "the value on b.example is not a date: “long ago”"],
        ),
        (
            &[shown("a", About(&[("opened", "n/a")]))],
            Absent,
            "not_stated",
            &["a.example", "gives no value"],
        ),
    ]);
}

#[test]
fn blocked_names_the_page_and_what_was_read_beside_it() {
    use CellOutcome::Blocked as IsBlocked;
    check(&[
        (
            &[shown("a", LOGIN)],
            IsBlocked,
            "page_login_wall",
            &["a.example could not be read: the page requires a login"],
        ),
        (&[shown("a", CAPTCHA), shown("b", Other(&[]))], IsBlocked, "page_captcha", &["a.example"]),
        (&[shown("a", ROBOTS), shown("b", GONE)], IsBlocked, "page_robots", &["robots.txt"]),
        (
            &[shown("a", SCRIPTS), shown("b", SILENT)],
            IsBlocked,
            "page_needs_scripts",
            &["without scripts", "not stated on the only page about this row, on b.example"],
        ),
        (
            &[shown("a", BUSY), shown("b", LOGIN)],
            IsBlocked,
            "page_rate_limited",
            &["a.example", "b.example could not be read"],
        ),
        (
            &[shown("a", SILENT), shown("b", SILENT), shown("c", SILENT), shown("d", LOGIN)],
            IsBlocked,
            "page_login_wall",
            &["d.example could not be read", "not stated on the 3 pages about this row"],
        ),
        (
            &[shown("a", DOWN), shown("b", LOGIN)],
            IsBlocked,
            "page_login_wall",
            &["b.example", "a.example could not be read: the server"],
        ),
    ]);
}

#[test]
fn a_blocked_page_that_announces_other_columns_does_not_block_this_one() {
    use CellOutcome::{Absent, Blocked as IsBlocked};
    let pools = ("wall", LOGIN, "Harbour Lido: pools | Bath Guide");
    let opened_title = ("wall", LOGIN, "Harbour Lido: opened | Bath Guide");
    let both = ("wall", LOGIN, "Harbour Lido: opened, pools and tickets");
    let cases: [(&[Shown], CellOutcome, CellOutcome); 4] = [
        (&[shown("a", SILENT), pools], Absent, IsBlocked),
        (&[shown("a", SILENT), opened_title], IsBlocked, Absent),
        (&[shown("a", SILENT), both], IsBlocked, IsBlocked),
        // Nothing else was read about the row: the title does not matter.
        (&[shown("a", Other(&[])), pools], IsBlocked, IsBlocked),
    ];
    for (pages, opened, pools) in cases {
        let outcomes: Vec<CellOutcome> =
            run(pages).cells.iter().flatten().map(|cell| cell.outcome).collect();
        assert_eq!(outcomes, [opened, pools], "{}", pages[1].2);
    }
    let (_, code, sentence) = opened(&[shown("a", SILENT), pools]);
    assert_eq!(code, "not_stated");
    assert!(sentence.contains("wall.example could not be read"), "{sentence}");
}

#[test]
fn error_names_what_failed() {
    use CellOutcome::Error;
    check(&[
        (
            &[shown("a", DOWN)],
            Error,
            "page_unavailable",
            &["a.example could not be read: the server did not answer"],
        ),
        (
            &[shown("a", DOWN), shown("b", SILENT)],
            Error,
            "page_unavailable",
            &["not stated on the only page about this row, on b.example"],
        ),
        (&[shown("a", HUGE), shown("b", GONE)], Error, "page_too_large", &["a.example"]),
        (
            &[shown("a", SPENT), shown("b", SILENT)],
            Error,
            "row_budget_spent",
            &["the budget of the row"],
        ),
    ]);
}

#[test]
fn a_value_on_one_page_is_found_whatever_became_of_the_others() {
    let day = About(&[("opened", "27 May 1937")]);
    for other in
        [LOGIN, CAPTCHA, ROBOTS, SCRIPTS, DOWN, GONE, SILENT, Other(&[("opened", "1 May 1930")])]
    {
        let (outcome, code, sentence) = opened(&[shown("a", other), shown("b", day)]);
        assert_eq!((outcome, code.as_str()), (CellOutcome::Found, "stated"), "{sentence}");
    }
    let (outcome, code, _) =
        opened(&[shown("a", day), shown("b", About(&[("opened", "1 May 1931")]))]);
    assert_eq!((outcome, code.as_str()), (CellOutcome::Conflict, "sources_disagree"));
}

/// The pages that each query of a row shows, in the order of its attempts.
fn attempts(first: &[Shown], second: &[Shown], third: &[Shown]) -> RowResult {
    let all: Vec<Shown> = [first, second, third].concat();
    let mut scenario = scenario(&all);
    let urls = |pages: &[Shown]| {
        ShownValue::Urls(
            pages.iter().map(|(name, _, _)| format!("https://{name}.example/lido")).collect(),
        )
    };
    scenario.input.requested = vec![0];
    scenario.plan.limits.attempts = 3;
    scenario.world.searches = BTreeMap::from([
        ("Harbour Lido".to_owned(), urls(first)),
        ("Harbour Lido Day of opening".to_owned(), urls(second)),
        ("*".to_owned(), urls(third)),
    ]);
    scenario.run().result
}

#[test]
fn the_last_attempt_says_why_no_other_followed() {
    let stopped = |result: &RowResult| result.attempts.last().and_then(|last| last.stopped);
    let (a, b, c) = (shown("a", SILENT), shown("b", SILENT), shown("c", SILENT));
    let unchanged = attempts(&[a], &[b], &[c]);
    assert_eq!(
        (unchanged.attempts.len(), stopped(&unchanged)),
        (2, Some(StopReason::NothingChanged))
    );
    let nothing = attempts(&[], &[], &[]);
    assert_eq!((nothing.attempts.len(), stopped(&nothing)), (1, Some(StopReason::NothingFound)));
    let found = attempts(&[a], &[shown("b", About(&[("opened", "27 May 1937")]))], &[]);
    assert_eq!((found.attempts.len(), stopped(&found)), (2, None));
    let only = run(&[a]);
    assert_eq!(stopped(&only), Some(StopReason::AttemptsUsedUp));
}

#[test]
fn a_value_that_had_to_be_rejected_is_worth_another_attempt() {
    let vague = shown("b", About(&[("opened", "in spring")]));
    let exact = shown("c", About(&[("opened", "27 May 1937")]));
    let result = attempts(&[shown("a", SILENT)], &[vague], &[exact]);
    assert_eq!(result.attempts.len(), 3);
    assert_eq!(result.cells[0].as_ref().unwrap().outcome, CellOutcome::Found);
}
