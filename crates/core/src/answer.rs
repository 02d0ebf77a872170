//! Parses and bounds the answers of models; nothing in them is trusted.

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use thiserror::Error;

/// The longest answer that is parsed, in bytes.
const MAX_ANSWER: usize = 256 * 1024;
/// The longest value that a cell may have, in bytes.
const MAX_VALUE: usize = 2_000;

/// Why an answer cannot be used. An unusable answer never counts as an empty success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AnswerProblem {
    /// The model stopped at its limit of tokens.
    #[error("the answer was cut off")]
    CutOff,
    /// The model or its provider refused to answer.
    #[error("the model declined to answer")]
    Refused,
    /// The answer has no text.
    #[error("the answer is empty")]
    Empty,
    /// Not JSON.
    #[error("the answer is not JSON")]
    NotJson,
    /// JSON of another shape than requested.
    #[error("the answer does not have the requested shape")]
    OffSchema,
    /// Longer than any answer could be.
    #[error("the answer is too long")]
    TooLong,
}

impl AnswerProblem {
    /// A stable code, documented under docs/errors.
    pub fn code(self) -> &'static str {
        match self {
            Self::CutOff => "model_answer_cut_off",
            Self::Refused => "model_refused",
            Self::Empty => "model_answer_empty",
            Self::NotJson => "model_answer_not_json",
            Self::OffSchema => "model_answer_off_schema",
            Self::TooLong => "model_answer_too_long",
        }
    }
}

/// A value that a model claims.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Index of the column among those requested, from 0.
    pub column: usize,
    /// The value, as the model wrote it.
    pub value: String,
    /// The words that should prove it.
    pub quote: String,
    /// Index of the passage or result among those shown, from 0.
    pub shown: usize,
    /// The model's own score, 0 to 1.
    pub score: f64,
}

/// The answer to an extraction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedExtraction {
    /// The claimed values.
    pub claims: Vec<Claim>,
    /// Number of entries dropped because they have no quote, or name a column or passage that was not
    /// shown.
    pub dropped: usize,
}

/// The answer to a decision.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedDecision {
    /// Indices of the results to read, from 0, best first, without duplicates.
    pub read: Vec<usize>,
    /// The claimed values.
    pub claims: Vec<Claim>,
    /// Number of entries dropped because they refer to nothing that was shown.
    pub dropped: usize,
}

/// The answer to an extraction, entry by entry: one that is off does not cost the others.
#[derive(Deserialize)]
#[serde(untagged)]
enum RawCells {
    /// `{"cells": [{"column": …}]}`.
    Wrapped { cells: Entries },
    /// `[{"column": …}]`: models without a schema leave the object out.
    Bare(Vec<Json>),
}

/// Entries in a list, or under the names of their columns.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entries {
    List(Vec<Json>),
    ByColumn(Map<String, Json>),
}

#[derive(Deserialize)]
struct RawDecision {
    read: Vec<Json>,
    #[serde(default)]
    facts: Vec<Json>,
}

#[derive(Deserialize)]
struct RawPatterns {
    patterns: Vec<String>,
}

#[derive(Deserialize)]
struct RawKey {
    columns: Vec<i64>,
}

/// Parses the answer to an extraction of `columns` (names, in order) from the given number of passages.
///
/// # Errors
/// Returns why the whole answer is unusable.
pub fn parse_extraction(
    answer: &str,
    columns: &[&str],
    passages: usize,
) -> Result<ParsedExtraction, AnswerProblem> {
    let entries = match parse_json(answer)? {
        RawCells::Wrapped { cells: Entries::List(entries) } | RawCells::Bare(entries) => entries,
        RawCells::Wrapped { cells: Entries::ByColumn(cells) } => {
            cells.into_iter().map(|(column, cell)| named_entry(column, cell)).collect()
        }
    };
    let (shown, mut unreadable) = (entries.len(), 0);
    let mut extraction = ParsedExtraction::default();
    for entry in &entries {
        match parse_outcome(entry) {
            Some(true) => match to_claim(columns, passages, entry, "passage") {
                Some(claim) => extraction.claims.push(claim),
                None => extraction.dropped += 1,
            },
            Some(false) => {}
            None => {
                unreadable += 1;
                extraction.dropped += 1;
            }
        }
    }
    // Nothing that can be read is no answer, and no statement that the values are absent.
    if shown > 0 && unreadable == shown { Err(AnswerProblem::OffSchema) } else { Ok(extraction) }
}

/// Parses the answer to a decision about `columns` (names, in order) and the given number of results.
///
/// # Errors
/// Returns why the whole answer is unusable.
pub fn parse_decision(
    answer: &str,
    columns: &[&str],
    results: usize,
) -> Result<ParsedDecision, AnswerProblem> {
    let raw: RawDecision = parse_json(answer)?;
    let mut decision = ParsedDecision::default();
    let mut unreadable = 0;
    for number in &raw.read {
        let number = to_integer(number);
        unreadable += usize::from(number.is_none());
        match number.and_then(|number| shown_index(number, results)) {
            Some(place) if !decision.read.contains(&place) => decision.read.push(place),
            Some(_) => {}
            None => decision.dropped += 1,
        }
    }
    if !raw.read.is_empty() && unreadable == raw.read.len() {
        return Err(AnswerProblem::OffSchema);
    }
    for fact in &raw.facts {
        match to_claim(columns, results, fact, "result") {
            Some(claim) => decision.claims.push(claim),
            None => decision.dropped += 1,
        }
    }
    Ok(decision)
}

/// Parses the answer with query patterns; drops patterns that lack `%entity` or are too long.
///
/// # Errors
/// Returns why the answer is unusable; an answer without a usable pattern is [`AnswerProblem::OffSchema`].
pub fn parse_patterns(answer: &str, limit: usize) -> Result<Vec<String>, AnswerProblem> {
    let raw: RawPatterns = parse_json(answer)?;
    let mut patterns: Vec<String> = Vec::new();
    for pattern in raw.patterns {
        let pattern = pattern.split_whitespace().collect::<Vec<_>>().join(" ");
        let usable = pattern.contains("%entity") && pattern.len() <= 200;
        if usable && !patterns.contains(&pattern) && patterns.len() < limit {
            patterns.push(pattern);
        }
    }
    if patterns.is_empty() { Err(AnswerProblem::OffSchema) } else { Ok(patterns) }
}

/// Parses the answer with the columns of a key: their indices among those shown, from 0, without
/// duplicates.
///
/// # Errors
/// Returns why the answer is unusable; an unknown number, no number, and more than `limit` numbers are
/// [`AnswerProblem::OffSchema`].
pub fn parse_key(answer: &str, shown: usize, limit: usize) -> Result<Vec<usize>, AnswerProblem> {
    let raw: RawKey = parse_json(answer)?;
    let mut places = Vec::new();
    for number in raw.columns {
        let place = shown_index(number, shown).ok_or(AnswerProblem::OffSchema)?;
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let usable = !places.is_empty() && places.len() <= limit;
    if usable { Ok(places) } else { Err(AnswerProblem::OffSchema) }
}

fn parse_json<'a, T: Deserialize<'a>>(answer: &'a str) -> Result<T, AnswerProblem> {
    if answer.len() > MAX_ANSWER {
        return Err(AnswerProblem::TooLong);
    }
    let bare = strip_code_fence(answer.trim());
    if bare.is_empty() {
        return Err(AnswerProblem::Empty);
    }
    serde_json::from_str(bare).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => AnswerProblem::CutOff,
        serde_json::error::Category::Data => AnswerProblem::OffSchema,
        _ => AnswerProblem::NotJson,
    })
}

/// Removes the Markdown fences that unconstrained models put around JSON.
fn strip_code_fence(answer: &str) -> &str {
    let Some(inside) = answer.strip_prefix("```") else { return answer };
    let inside = inside.strip_prefix("json").unwrap_or(inside);
    inside.strip_suffix("```").unwrap_or(inside).trim()
}

fn shown_index(number: i64, shown: usize) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1).filter(|place| *place < shown)
}

/// An entry of a map from columns to entries, with its column.
fn named_entry(column: String, mut entry: Json) -> Json {
    if let Json::Object(fields) = &mut entry {
        fields.entry("column").or_insert(Json::String(column));
    }
    entry
}

/// Whether an entry claims a value; `None` if it does not say so in a way that is known.
fn parse_outcome(entry: &Json) -> Option<bool> {
    let fields = entry.as_object()?;
    match fields.get("outcome") {
        Some(Json::String(outcome)) => match outcome.trim().to_lowercase().as_str() {
            "found" => Some(true),
            "absent" | "conflict" => Some(false),
            _ => None,
        },
        // Models without a schema leave out what their value and quote already say.
        None | Some(Json::Null) => fields
            .contains_key("value")
            .then(|| fields.get("value").is_some_and(|value| !value.is_null())),
        Some(_) => None,
    }
}

/// The claim of an entry; `None` if it lacks a part or refers to nothing that was shown.
fn to_claim(columns: &[&str], shown: usize, entry: &Json, place: &str) -> Option<Claim> {
    let name = entry.get("column")?.as_str()?.trim();
    let value = to_text(entry.get("value")?)?;
    let quote = entry.get("quote")?.as_str()?;
    let is_usable =
        !value.trim().is_empty() && value.len() <= MAX_VALUE && !quote.trim().is_empty();
    let score = entry.get("score").and_then(Json::as_f64).filter(|score| score.is_finite());
    is_usable.then_some(())?;
    Some(Claim {
        column: columns.iter().position(|column| *column == name)?,
        value,
        quote: quote.to_owned(),
        shown: shown_index(to_integer(entry.get(place)?)?, shown)?,
        score: score.map_or(0.5, |score| score.clamp(0.0, 1.0)),
    })
}

/// A value that should be a string: numbers and booleans are accepted as their JSON text, and a list of
/// them as its entries.
fn to_text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        Json::Array(entries) => {
            let is_flat = |entry: &Json| !entry.is_array();
            let texts: Option<Vec<String>> =
                entries.iter().map(|entry| to_text(entry).filter(|_| is_flat(entry))).collect();
            Some(texts?.join("; "))
        }
        Json::Null | Json::Object(_) => None,
    }
}

/// A whole number, as such, as `2.0` or as `"2"`.
fn to_integer(number: &Json) -> Option<i64> {
    match number {
        Json::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
            format!("{float:.0}").parse().ok()
        }),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [&str; 2] = ["span", "opened"];

    fn cell(column: &str, passage: i64) -> String {
        format!(
            r#"{{"cells":[{{"column":"{column}","outcome":"found","value":"1,280","quote":"span 1,280 m","passage":{passage},"score":0.9}}]}}"#
        )
    }

    #[test]
    fn a_claim_refers_to_what_was_shown() {
        let answer = parse_extraction(&cell("span", 2), &COLUMNS, 3).unwrap();
        assert_eq!(answer.claims[0].column, 0);
        assert_eq!(answer.claims[0].shown, 1);
    }

    #[test]
    fn what_was_not_shown_is_dropped_and_counted() {
        for (column, passage) in [("length", 1), ("span", 0), ("span", 4), ("span", -1)] {
            let answer = parse_extraction(&cell(column, passage), &COLUMNS, 3).unwrap();
            assert!(answer.claims.is_empty());
            assert_eq!(answer.dropped, 1);
        }
        let answer = parse_decision(r#"{"read":[2,99,2,1],"facts":[]}"#, &COLUMNS, 3).unwrap();
        assert_eq!((answer.read, answer.dropped), (vec![1, 0], 1));
    }

    #[test]
    fn an_entry_that_is_off_does_not_cost_the_others() {
        let good = r#"{"column":"span","outcome":"found","value":"1,280","quote":"span 1,280 m","passage":2,"score":0.9}"#;
        for off in [
            r#"{"column":"span","outcome":"maybe","value":"9","quote":"span 9 m","passage":1,"score":0.9}"#,
            r#"{"column":"colour","outcome":"found","value":"9","quote":"9","passage":1,"score":0.9}"#,
            r#"{"column":7,"outcome":"found","value":"9","quote":"9","passage":1}"#,
            r#"{"column":"opened","outcome":"found","value":{"year":1937},"quote":"1937","passage":1}"#,
            r#"{"column":"opened","outcome":"found","value":[["1937"]],"quote":"1937","passage":1}"#,
            r#"{"column":"opened","outcome":"found","value":"1937","quote":["1937"],"passage":1}"#,
            r#"{"column":"opened","outcome":"found","value":"1937","quote":"1937","passage":1.5}"#,
            r#"{"column":"opened","outcome":"found","value":"1937","quote":"1937","passage":"one"}"#,
            r#"{"column":"opened","outcome":false,"value":"1937","quote":"1937","passage":1}"#,
            r#"{"column":"opened","outcome":"found"}"#,
            r#"{"outcome":"found","value":"1937","quote":"1937","passage":1}"#,
            r#""opened: 1937""#,
            "null",
            "[]",
            "12",
        ] {
            for answer in
                [format!(r#"{{"cells":[{off},{good}]}}"#), format!(r#"{{"cells":[{good},{off}]}}"#)]
            {
                let answer = parse_extraction(&answer, &COLUMNS, 3).unwrap();
                let values: Vec<&str> = answer.claims.iter().map(|c| c.value.as_str()).collect();
                assert_eq!((values, answer.dropped), (vec!["1,280"], 1), "{off}");
            }
            let fact = good.replace("passage", "result");
            let answer = format!(r#"{{"read":[1,"two",2],"facts":[{off},{fact}]}}"#);
            let answer = parse_decision(&answer, &COLUMNS, 3).unwrap();
            assert_eq!((answer.read, answer.claims.len()), (vec![0, 1], 1), "{off}");
        }
    }

    #[test]
    fn answers_without_a_schema_are_read_as_they_mean() {
        let cell = |column: &str, rest: &str| {
            format!(r#"{{"column":"{column}","quote":"q 1","passage":1,{rest}}}"#)
        };
        for (answer, value) in [
            (format!("[{}]", cell("span", r#""outcome":"Found","value":12"#)), "12"),
            (format!("[{}]", cell(" span ", r#""value":true"#)), "true"),
            (format!("{{\"cells\":[{}]}}", cell("span", r#""value":["a",2]"#)), "a; 2"),
            (
                r#"{"cells":{"span":{"value":"3","quote":"q 1","passage":"1","score":"high"}}}"#
                    .to_owned(),
                "3",
            ),
            (
                format!("{{\"cells\":[{}],\"note\":1}}", cell("span", r#""value":"x","score":9"#)),
                "x",
            ),
        ] {
            let read = parse_extraction(&answer, &COLUMNS, 1).unwrap();
            assert_eq!(read.claims.first().map(|c| c.value.as_str()), Some(value), "{answer}");
        }
        for nothing in [r#"{"cells":[]}"#, "[]", r#"{"cells":[{"column":"span","value":null}]}"#] {
            assert_eq!(parse_extraction(nothing, &COLUMNS, 1), Ok(ParsedExtraction::default()));
        }
    }

    #[test]
    fn unusable_answers_are_named_problems() {
        let problem = |answer: &str| parse_extraction(answer, &COLUMNS, 3).unwrap_err();
        assert_eq!(problem(""), AnswerProblem::Empty);
        assert_eq!(problem("  \n"), AnswerProblem::Empty);
        assert_eq!(problem("I am sorry, but"), AnswerProblem::NotJson);
        assert_eq!(problem(r#"{"cells":[{"column":"span","#), AnswerProblem::CutOff);
        assert_eq!(problem(r#"{"rows":[]}"#), AnswerProblem::OffSchema);
        assert_eq!(problem(r#"{"cells":"none"}"#), AnswerProblem::OffSchema);
        assert_eq!(
            problem(
                r#"{"cells":[{"column":"span","outcome":"maybe","value":null,"quote":null,"passage":null}]}"#
            ),
            AnswerProblem::OffSchema
        );
        assert_eq!(problem(&"x".repeat(MAX_ANSWER + 1)), AnswerProblem::TooLong);
    }

    #[test]
    fn fences_of_markdown_are_taken_off() {
        let answer = format!("```json\n{}\n```", cell("opened", 1));
        assert_eq!(parse_extraction(&answer, &COLUMNS, 1).unwrap().claims.len(), 1);
    }

    #[test]
    fn a_key_is_of_columns_that_were_shown() {
        assert_eq!(parse_key(r#"{"columns":[2,1,2]}"#, 3, 2), Ok(vec![1, 0]));
        for wrong in ["[]", "[0]", "[4]", "[-1]", "[1,2,3]", "[1.5]", r#"["name"]"#] {
            let answer = format!(r#"{{"columns":{wrong}}}"#);
            assert_eq!(parse_key(&answer, 3, 2), Err(AnswerProblem::OffSchema), "{wrong}");
        }
    }

    #[test]
    fn patterns_need_their_placeholder() {
        let answer = r#"{"patterns":["%entity  opening date","no placeholder","%entity span"]}"#;
        assert_eq!(parse_patterns(answer, 5).unwrap(), ["%entity opening date", "%entity span"]);
        assert_eq!(parse_patterns(r#"{"patterns":["none"]}"#, 5), Err(AnswerProblem::OffSchema));
    }
}
