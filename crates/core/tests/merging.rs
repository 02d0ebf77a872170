//! Which of the values that several pages state becomes the value of a cell.

use ampledata_core::column::{Column, ColumnType};
use ampledata_core::confidence::ConfidenceModel;
use ampledata_core::evidence::{Candidate, Evidence, Features, SourceKind};
use ampledata_core::merge::{keep_best, merge};
use ampledata_core::page::{ContentHash, FactKind, Span};
use ampledata_core::row::{Cell, CellOutcome};
use ampledata_core::standing::Standing;
use ampledata_core::value::{Qualifier, Value};

/// A statement of a page.
#[derive(Clone, Copy)]
struct Said {
    site: &'static str,
    value: &'static str,
    standing: Standing,
    dated: Option<&'static str>,
    kind: SourceKind,
}

const BOX: SourceKind = SourceKind::Fact(FactKind::InfoBox);

fn said(site: &'static str, value: &'static str) -> Said {
    Said { site, value, standing: Standing::Unknown, dated: None, kind: BOX }
}

impl Said {
    fn by(self, standing: Standing) -> Self {
        Self { standing, ..self }
    }

    fn dated(self, date: &'static str) -> Self {
        Self { dated: Some(date), ..self }
    }

    fn in_sentence(self) -> Self {
        Self { kind: SourceKind::Sentence, ..self }
    }

    fn candidate(self, column: &Column) -> Candidate {
        let about = self.value.strip_prefix("about ");
        let text = about.unwrap_or(self.value);
        let value = match column.kind {
            ColumnType::Number => Value::Number(text.parse().expect("valid in these tests")),
            ColumnType::Date => Value::Date(text.parse().expect("valid in these tests")),
            ColumnType::Boolean => Value::Boolean(text == "yes"),
            ColumnType::String => Value::Text(text.to_owned()),
        };
        Candidate {
            column: 0,
            value,
            qualifier: about.map(|_| Qualifier::About),
            evidence: Evidence {
                quote: format!("{}: {}", column.name, self.value),
                url: format!("https://{}/page", self.site),
                page: ContentHash(self.site.to_owned()),
                span: Span::new(0, 10),
                context: Vec::new(),
                kind: self.kind,
                dated: self.dated.map(|date| date.parse().expect("valid in these tests")),
                read_at: Some("2026-11-23T00:00:00Z".parse().expect("valid in these tests")),
            },
            features: Features {
                label: 1.0,
                entity: 1.0,
                own_score: None,
                standing: self.standing,
                is_from_model: false,
            },
            not_chosen: None,
        }
    }
}

fn merged(column: &Column, said: &[Said]) -> Cell {
    let mut candidates: Vec<Candidate> = said.iter().map(|one| one.candidate(column)).collect();
    let cell =
        merge(&candidates, column, ConfidenceModel::shipped()).expect("valid in these tests");
    candidates.reverse();
    assert_eq!(
        merge(&candidates, column, ConfidenceModel::shipped()).expect("valid in these tests"),
        cell
    );
    cell
}

fn number(name: &str) -> Column {
    Column::new(name, ColumnType::Number)
}

fn text(name: &str) -> Column {
    Column::new(name, ColumnType::String)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of contradictions")]
fn the_better_source_and_the_newer_page_decide() {
    use Standing::{Directory, Forum, News, Official, Reference, Registry};
    let mayor = text("mayor");
    let population = number("population");
    let founded = Column::new("founded", ColumnType::Date);
    for (column, said, expected) in [
        // The own site against others of the same age.
        (
            &mayor,
            vec![said("town.example", "Ann").by(Official), said("dir.example", "Bo").by(Directory)],
            Some("Ann"),
        ),
        (
            &mayor,
            vec![said("town.example", "Ann").by(Official), said("blog.example", "Bo")],
            Some("Ann"),
        ),
        (
            &founded,
            vec![
                said("firm.example", "1911").by(Official),
                said("dir.example", "1912").by(Directory),
            ],
            Some("1911"),
        ),
        (
            &founded,
            vec![
                said("register.example", "1911").by(Registry),
                said("forum.example", "1912").by(Forum),
            ],
            Some("1911"),
        ),
        (
            &population,
            vec![
                said("ency.example", "5290").by(Reference),
                said("dir.example", "7100").by(Directory),
            ],
            Some("5290"),
        ),
        // The newer page, if the value changes.
        (
            &mayor,
            vec![said("a.example", "Ann").dated("2026-05"), said("b.example", "Bo").dated("2019")],
            Some("Ann"),
        ),
        (
            &mayor,
            vec![
                said("news.example", "Ann").by(News).dated("2026-05").in_sentence(),
                said("dir.example", "Bo").by(Directory).dated("2021-05"),
            ],
            Some("Ann"),
        ),
        (
            &population,
            vec![
                said("a.example", "24310").dated("2026"),
                said("b.example", "19870").dated("2018"),
            ],
            Some("24310"),
        ),
        // What was built stays: a newer directory does not win against the own site.
        (
            &founded,
            vec![
                said("firm.example", "1911").by(Official).dated("2015"),
                said("dir.example", "1912").by(Directory).dated("2026"),
            ],
            Some("1911"),
        ),
        // An old page of the own site against new reports.
        (
            &mayor,
            vec![
                said("town.example", "Ann").by(Official).dated("2014"),
                said("news.example", "Bo").by(News).dated("2026"),
            ],
            Some("Bo"),
        ),
        // A date alone does not win against two independent sites.
        (
            &mayor,
            vec![
                said("a.example", "Ann").dated("2026-11"),
                said("b.example", "Bo"),
                said("c.example", "Bo"),
            ],
            None,
        ),
        // Nothing separates them.
        (&mayor, vec![said("a.example", "Ann"), said("b.example", "Bo")], None),
        (
            &population,
            vec![said("a.example", "310").by(Directory), said("b.example", "280").by(Directory)],
            None,
        ),
        (&founded, vec![said("a.example", "1911"), said("b.example", "1912")], None),
        // Three sites against one.
        (
            &founded,
            vec![
                said("a.example", "1911"),
                said("b.example", "1911"),
                said("c.example", "1911"),
                said("d.example", "1912"),
            ],
            Some("1911"),
        ),
        // Two pages of one domain are one witness.
        (
            &founded,
            vec![
                said("a.d.example", "1911"),
                said("b.d.example", "1911"),
                said("c.example", "1912"),
            ],
            None,
        ),
    ] {
        let cell = merged(column, &said);
        let value = cell.value.as_ref().map(ToString::to_string);
        assert_eq!(value.as_deref(), expected, "{}: {}", column.name, cell.reason);
        let outcome = if expected.is_some() { CellOutcome::Found } else { CellOutcome::Conflict };
        assert_eq!(cell.outcome, outcome);
    }
}

#[test]
fn a_column_may_ask_for_another_time() {
    let pages =
        [said("a.example", "24310").dated("2026"), said("b.example", "19870").dated("2018-12")];
    for (name, expected) in [("population", "24310"), ("population_2018", "19870")] {
        let value = merged(&number(name), &pages).value.map(|value| value.to_string());
        assert_eq!(value.as_deref(), Some(expected), "{name}");
    }
}

#[test]
fn copies_of_one_text_are_one_witness() {
    let column = text("mayor");
    let quote = "The mayor of the town is Ann Example, who was elected in spring.";
    let copy = |site| {
        let mut candidate = said(site, "Ann Example").candidate(&column);
        quote.clone_into(&mut candidate.evidence.quote);
        candidate
    };
    let confidence = |candidates: &[Candidate]| {
        merge(candidates, &column, ConfidenceModel::shipped())
            .expect("valid in these tests")
            .confidence
    };
    let once = confidence(&[copy("a.example")]);
    assert!((confidence(&[copy("a.example"), copy("b.example")]) - once).abs() < 1e-9);
    let own = said("c.example", "Ann Example").candidate(&column);
    assert!(confidence(&[copy("a.example"), own]) > once);
}

#[test]
fn a_page_that_reports_a_change_is_no_witness_for_what_was_before() {
    let column = text("phone");
    let mut reported = said("news.example", "555 0220").dated("2026-05").in_sentence();
    let new = reported.candidate(&column);
    reported.value = "555 0110";
    let mut before = reported.candidate(&column);
    before.features.own_score = Some(0.5);
    let directory = said("dir.example", "555 0110").by(Standing::Directory).dated("2020-09");
    let cell =
        merge(&[directory.candidate(&column), before, new], &column, ConfidenceModel::shipped());
    let value = cell.and_then(|cell| cell.value).map(|value| value.to_string());
    assert_eq!(value.as_deref(), Some("555 0220"));
}

#[test]
fn rounded_numbers_agree_and_the_exact_one_is_shown() {
    let staff = number("employees");
    let cell = merged(&staff, &[said("a.example", "about 640"), said("b.example", "643")]);
    assert_eq!(cell.value, Some(Value::Number("643".parse().expect("valid in these tests"))));
    assert_eq!(cell.qualifier, None);
    let apart = merged(&staff, &[said("a.example", "about 640"), said("b.example", "900")]);
    assert_eq!(apart.outcome, CellOutcome::Conflict);
    let price = Column { unit: Some("EUR".into()), ..number("price") };
    let prices = merged(&price, &[said("a.example", "about 20"), said("b.example", "19.99")]);
    assert_eq!(prices.outcome, CellOutcome::Conflict);
}

#[test]
fn contradiction_lowers_confidence_and_better_sources_raise_it() {
    let column = text("mayor");
    let alone = merged(&column, &[said("a.example", "Ann")]).confidence;
    let official = merged(&column, &[said("a.example", "Ann").by(Standing::Official)]).confidence;
    let old = merged(&column, &[said("a.example", "Ann").dated("2012")]).confidence;
    let disputed = merged(
        &column,
        &[said("a.example", "Ann").by(Standing::Official), said("b.example", "Bo")],
    )
    .confidence;
    assert!(
        official > alone && old < alone && disputed < official,
        "{alone} {official} {old} {disputed}"
    );
}

#[test]
fn the_best_candidate_of_each_site_and_value_survives_a_cut() {
    let column = text("mayor");
    let mut candidates: Vec<Candidate> =
        (0..20).map(|_| said("a.example", "Ann").candidate(&column)).collect();
    for (at, candidate) in candidates.iter_mut().enumerate() {
        candidate.evidence.span = Span::new(at * 10, at * 10 + 5);
    }
    candidates.push(said("b.example", "Bo").in_sentence().candidate(&column));
    keep_best(&mut candidates, 4);
    assert_eq!(candidates.len(), 4);
    assert!(candidates.iter().any(|one| one.value == Value::Text("Bo".into())));
}
