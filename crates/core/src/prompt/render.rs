//! Renders the prompt files.

use serde_json::json;

use super::{Prompt, describe};
use crate::column::Column;
use crate::row::Input;
use crate::value::PartialDate;

const EXTRACT: &str = include_str!("../../prompts/extract.md");
const DECIDE: &str = include_str!("../../prompts/decide.md");
const PATTERNS: &str = include_str!("../../prompts/patterns.md");

/// A text shown to a model under a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownText<'a> {
    /// Its address.
    pub url: &'a str,
    /// The page's title and the headings above the text, or the result's title.
    pub title: &'a str,
    /// When the page was last changed or published.
    pub dated: Option<PartialDate>,
    /// The text.
    pub text: &'a str,
}

/// The input of the extraction prompt.
#[derive(Debug, Clone, Copy)]
pub struct ExtractPrompt<'a> {
    /// The row.
    pub input: &'a Input,
    /// The requested columns, in the order of the answer.
    pub columns: &'a [&'a Column],
    /// The passages; the model refers to them by number, from 1.
    pub passages: &'a [ShownText<'a>],
    /// The day of the run.
    pub today: PartialDate,
}

/// The input of the decision prompt.
#[derive(Debug, Clone, Copy)]
pub struct DecidePrompt<'a> {
    /// The row.
    pub input: &'a Input,
    /// The missing columns.
    pub columns: &'a [&'a Column],
    /// The search results; the model refers to them by number, from 1.
    pub results: &'a [ShownText<'a>],
    /// Maximum number of pages to choose.
    pub limit: usize,
    /// The day of the run.
    pub today: PartialDate,
}

/// The input of the prompt for query patterns.
#[derive(Debug, Clone, Copy)]
pub struct PatternPrompt<'a> {
    /// The requested columns.
    pub columns: &'a [&'a Column],
    /// What kind of thing the key names.
    pub entity_type: Option<&'a str>,
    /// Maximum number of patterns.
    pub limit: usize,
}

impl ExtractPrompt<'_> {
    /// The prompt, and the schema of its answer.
    pub fn render(&self) -> Prompt {
        let fence = choose_fence(self.passages);
        let text = fill_template(
            EXTRACT,
            &[
                ("today", &self.today.to_string()),
                ("row", &describe::describe_row(self.input)),
                ("columns", &describe::describe_columns(self.columns.iter().copied())),
                ("fence", &fence),
                ("passages", &number_texts("passage", self.passages, &fence)),
            ],
        );
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let cell = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "column": {"type": "string", "enum": names},
                "outcome": {"type": "string", "enum": ["found", "absent", "conflict"]},
                "value": {"type": ["string", "null"]},
                "quote": {"type": ["string", "null"]},
                "passage": {"type": ["integer", "null"]},
                "score": {"type": "number"}
            },
            "required": ["column", "outcome", "value", "quote", "passage", "score"]
        });
        Prompt {
            name: "extract",
            text,
            schema: object_schema(&json!({"cells": {"type": "array", "items": cell}})),
            max_answer_tokens: max_answer_tokens(200 + 160 * self.columns.len()),
        }
    }
}

impl DecidePrompt<'_> {
    /// The prompt, and the schema of its answer.
    pub fn render(&self) -> Prompt {
        let fence = choose_fence(self.results);
        let text = fill_template(
            DECIDE,
            &[
                ("today", &self.today.to_string()),
                ("row", &describe::describe_row(self.input)),
                ("columns", &describe::describe_columns(self.columns.iter().copied())),
                ("limit", &self.limit.to_string()),
                ("fence", &fence),
                ("results", &number_texts("result", self.results, &fence)),
            ],
        );
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let fact = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "column": {"type": "string", "enum": names},
                "value": {"type": "string"},
                "quote": {"type": "string"},
                "result": {"type": "integer"},
                "score": {"type": "number"}
            },
            "required": ["column", "value", "quote", "result", "score"]
        });
        Prompt {
            name: "decide",
            text,
            schema: object_schema(&json!({
                "read": {"type": "array", "items": {"type": "integer"}},
                "facts": {"type": "array", "items": fact}
            })),
            max_answer_tokens: max_answer_tokens(200 + 120 * self.columns.len()),
        }
    }
}

impl PatternPrompt<'_> {
    /// The prompt, and the schema of its answer.
    pub fn render(&self) -> Prompt {
        let entity_type = self.entity_type.map_or_else(
            || "one thing".to_owned(),
            |kind| format!("one thing of this kind: {}", describe::one_line(kind)),
        );
        let text = fill_template(
            PATTERNS,
            &[
                ("entity_type", &entity_type),
                ("columns", &describe::describe_columns(self.columns.iter().copied())),
                ("limit", &self.limit.to_string()),
            ],
        );
        Prompt {
            name: "patterns",
            text,
            schema: object_schema(
                &json!({"patterns": {"type": "array", "items": {"type": "string"}}}),
            ),
            max_answer_tokens: max_answer_tokens(100 + 60 * self.limit),
        }
    }
}

/// An object with all of these properties and no others.
pub(super) fn object_schema(properties: &serde_json::Value) -> serde_json::Value {
    let names: Vec<&String> =
        properties.as_object().map(|map| map.keys().collect()).unwrap_or_default();
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": names
    })
}

pub(super) fn max_answer_tokens(wanted: usize) -> u32 {
    u32::try_from(wanted.min(8_192)).unwrap_or(8_192)
}

/// Fills all placeholders in one pass, so that a value that looks like a placeholder stays text.
pub(super) fn fill_template(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        text.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            text.push_str("{{");
            rest = after;
            continue;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        debug_assert!(value.is_some(), "no value for the placeholder {name}");
        text.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// A line of dashes that occurs in none of the texts.
fn choose_fence(shown: &[ShownText<'_>]) -> String {
    let longest = shown
        .iter()
        .flat_map(|shown| [shown.text, shown.title, shown.url])
        .map(longest_dashes)
        .max()
        .unwrap_or(0);
    "-".repeat((longest + 1).max(5))
}

pub(super) fn longest_dashes(text: &str) -> usize {
    text.split(|c| c != '-').map(str::len).max().unwrap_or(0)
}

fn number_texts(word: &str, shown: &[ShownText<'_>], fence: &str) -> String {
    let mut text = String::new();
    for (index, shown) in shown.iter().enumerate() {
        let dated = shown.dated.map(|date| format!(", dated {date}")).unwrap_or_default();
        let head = format!(
            "{word} {}: {} ({}{dated})",
            index + 1,
            describe::one_line(shown.title),
            describe::one_line(shown.url),
        );
        for line in [head.as_str(), fence, shown.text.trim(), fence] {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}
