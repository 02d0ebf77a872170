//! Statements and their parameters.
//!
//! A statement is one text for all databases. Parts that differ are marked:
//!
//! | part | becomes |
//! |---|---|
//! | `{sqlite:…}`, `{postgres:…}` | its text on that database, and nothing on another |
//! | `{integers $1}`, `{texts $1}` | the elements of a JSON array, for `IN` |
//! | `{rows key int, name text}` | a `SELECT` of the rows of a JSON array of arrays, parameter `$1` |
//! | `{latest 1 key int, name text}` | the same, but of several rows with the same first column only the last |
//!
//! The types of columns are `int`, `real`, `bool` and `text`. Parts can be nested.

use std::borrow::Cow;

use super::Dialect;

/// A parameter.
#[derive(Debug, Clone)]
pub enum Arg {
    /// An integer, or `NULL`.
    Integer(Option<i64>),
    /// A floating-point number.
    Real(f64),
    /// A truth value.
    Boolean(bool),
    /// A text, or `NULL`.
    Text(Option<String>),
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Integer(Some(number))
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Integer(Some(number.into()))
    }
}

impl From<f64> for Arg {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<bool> for Arg {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl From<Option<i64>> for Arg {
    fn from(number: Option<i64>) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.clone()))
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Arg {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

/// The parameters of a statement, each convertible to [`Arg`].
macro_rules! args {
    ($($arg:expr),* $(,)?) => { vec![$($crate::sql::statement::Arg::from($arg)),*] };
}
pub(crate) use args;

/// The SQL of a statement in this dialect.
pub(crate) fn render<D: Dialect>(statement: &'static str) -> Cow<'static, str> {
    if statement.contains('{') {
        Cow::Owned(render_parts::<D>(statement))
    } else {
        Cow::Borrowed(statement)
    }
}

fn render_parts<D: Dialect>(text: &str) -> String {
    let mut sql = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('{') {
        sql.push_str(before);
        let end = closing_brace(from);
        sql.push_str(&render_part::<D>(&from[..end]));
        rest = from.get(end + 1..).unwrap_or_default();
    }
    sql.push_str(rest);
    sql
}

/// The index of the brace that closes a part; the end of the text if there is none.
fn closing_brace(text: &str) -> usize {
    let mut depth = 0_u32;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return index,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

fn render_part<D: Dialect>(part: &str) -> String {
    let (kind, rest) = part.split_once([':', ' ']).unwrap_or((part, ""));
    match kind {
        "integers" => D::integers(rest),
        "texts" => D::texts(rest),
        "rows" => D::rows(&columns(rest), 0),
        "latest" => {
            let (key, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            D::rows(&columns(rest), key.parse().unwrap_or(0))
        }
        dialect if dialect == D::NAME => render_parts::<D>(rest),
        "sqlite" | "postgres" => String::new(),
        // A misspelled part stays, so that the database refuses the statement.
        _ => format!("{{{part}}}"),
    }
}

/// Names and types of columns.
fn columns(text: &str) -> Vec<(&str, &str)> {
    text.split(',').filter_map(|column| column.trim().split_once(' ')).collect()
}
