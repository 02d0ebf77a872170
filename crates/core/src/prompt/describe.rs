//! Describes columns and rows in words.

use crate::column::{Column, ColumnType, Format};
use crate::row::Input;

/// Longest field of a row that is shown, in characters.
const MAX_FIELD: usize = 200;
/// Maximum number of context fields that are shown.
const MAX_CONTEXT: usize = 12;

/// `- name (number, in m, 0 to 5000): description`, one column per line.
pub(super) fn describe_columns<'a>(columns: impl Iterator<Item = &'a Column>) -> String {
    columns.map(describe_column).collect::<Vec<_>>().join("\n")
}

fn describe_column(column: &Column) -> String {
    let mut traits = vec![describe_type(column)];
    if let Some(unit) = &column.unit {
        traits.push(format!("in {unit}"));
    }
    if !column.allowed.is_empty() {
        traits.push(format!("one of: {}", column.allowed.join(" | ")));
    }
    match (column.minimum, column.maximum) {
        (Some(low), Some(high)) => traits.push(format!("{low} to {high}")),
        (Some(low), None) => traits.push(format!("at least {low}")),
        (None, Some(high)) => traits.push(format!("at most {high}")),
        (None, None) => {}
    }
    let description = column.description.as_deref().map(|text| format!(": {}", one_line(text)));
    format!(
        "- {} ({}){}",
        one_line(&column.name),
        traits.join(", "),
        description.unwrap_or_default()
    )
}

fn describe_type(column: &Column) -> String {
    let kind = match (column.kind, column.format) {
        (ColumnType::Number, _) => "number",
        (ColumnType::Boolean, _) => "yes or no",
        (ColumnType::Date, _) => "date",
        (ColumnType::String, Some(Format::Phone)) => "telephone number",
        (ColumnType::String, Some(Format::Digits)) => "identifier of digits",
        (ColumnType::String, Some(Format::Url)) => "web address",
        (ColumnType::String, Some(Format::Email)) => "e-mail address",
        (ColumnType::String, Some(Format::Address)) => "postal address",
        (ColumnType::String, Some(Format::Height)) => "body height",
        (ColumnType::String, None) => "text",
    };
    if column.list { format!("list of {kind}") } else { kind.to_owned() }
}

/// `bridge: Victoria Bridge; city: Brisbane`: the key, then the context.
pub(super) fn describe_row(input: &Input) -> String {
    let fields = input.key.iter().chain(input.context.iter().take(MAX_CONTEXT));
    let fields =
        fields.map(|field| format!("{}: {}", one_line(&field.name), one_line(&field.value)));
    fields.collect::<Vec<_>>().join("; ")
}

/// One line of bounded length: the contents of a user's table are data, too.
pub(super) fn one_line(text: &str) -> String {
    let line = text.split(|c: char| c.is_whitespace() || c.is_control());
    let line = line.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_FIELD) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
