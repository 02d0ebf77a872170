//! Parses and bounds the answers of models; nothing in them is trusted.

use serde::Deserialize;
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

#[derive(Deserialize)]
struct RawCells {
    cells: Vec<RawCell>,
}

#[derive(Deserialize)]
struct RawCell {
    column: String,
    outcome: String,
    value: Option<Text>,
    quote: Option<String>,
    passage: Option<i64>,
    #[serde(default)]
    score: Option<f64>,
}

#[derive(Deserialize)]
struct RawDecision {
    read: Vec<i64>,
    #[serde(default)]
    facts: Vec<RawFact>,
}

#[derive(Deserialize)]
struct RawFact {
    column: String,
    value: Text,
    quote: String,
    result: i64,
    #[serde(default)]
    score: Option<f64>,
}

#[derive(Deserialize)]
struct RawPatterns {
    patterns: Vec<String>,
}

#[derive(Deserialize)]
struct RawKey {
    columns: Vec<i64>,
}

/// A value that should be a string; numbers and booleans are accepted as their JSON text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    String(String),
    Number(serde_json::Number),
    Boolean(bool),
}

impl Text {
    fn into_string(self) -> String {
        match self {
            Self::String(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Boolean(value) => value.to_string(),
        }
    }
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
    let raw: RawCells = parse_json(answer)?;
    let mut extraction = ParsedExtraction::default();
    for cell in raw.cells {
        match cell.outcome.as_str() {
            "found" => {}
            "absent" | "conflict" => continue,
            _ => return Err(AnswerProblem::OffSchema),
        }
        let claim = to_claim(
            columns,
            passages,
            &cell.column,
            cell.value.map(Text::into_string),
            cell.quote,
            cell.passage,
            cell.score,
        );
        match claim {
            Some(claim) => extraction.claims.push(claim),
            None => extraction.dropped += 1,
        }
    }
    Ok(extraction)
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
    for number in raw.read {
        match shown_index(number, results) {
            Some(place) if !decision.read.contains(&place) => decision.read.push(place),
            Some(_) => {}
            None => decision.dropped += 1,
        }
    }
    for fact in raw.facts {
        let value = Some(fact.value.into_string());
        let (quote, result) = (Some(fact.quote), Some(fact.result));
        match to_claim(columns, results, &fact.column, value, quote, result, fact.score) {
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

fn to_claim(
    columns: &[&str],
    shown: usize,
    column: &str,
    value: Option<String>,
    quote: Option<String>,
    number: Option<i64>,
    score: Option<f64>,
) -> Option<Claim> {
    let value = value.filter(|value| !value.trim().is_empty() && value.len() <= MAX_VALUE)?;
    Some(Claim {
        column: columns.iter().position(|name| *name == column)?,
        value,
        quote: quote.filter(|quote| !quote.trim().is_empty())?,
        shown: shown_index(number?, shown)?,
        score: score.filter(|score| score.is_finite()).map_or(0.5, |score| score.clamp(0.0, 1.0)),
    })
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
