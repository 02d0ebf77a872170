//! What a setting is: its name, the values that it allows, its default and its meaning.

use std::path::Path;

use serde_json::{Number, Value};

/// Settings of one subject, in the order in which they are listed.
#[derive(Debug)]
pub struct Group {
    /// The heading.
    pub title: &'static str,
    /// The settings.
    pub settings: &'static [Setting],
}

/// One setting: an environment variable, and the same name in lower case in `ampledata.toml`.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The variable's name.
    pub name: &'static str,
    /// The values that it allows.
    pub kind: Kind,
    /// The value that applies if it is not set.
    pub default: DefaultValue,
    /// Whether its value is hidden in all output.
    pub is_secret: bool,
    /// What it sets: a short phrase in lower case, without a full stop and without the allowed values.
    pub meaning: &'static str,
    /// The setting has an effect only if one of these settings has this value; always, if there are none.
    pub used_if: &'static [(&'static str, &'static str)],
}

/// The values that a setting allows, and their type.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text.
    Text,
    /// On or off.
    Switch,
    /// A whole number in this range, both ends included.
    Integer(u64, u64),
    /// A number in this range, both ends included.
    Decimal(f64, f64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// One or more of these words, separated by commas.
    Choices(&'static [&'static str]),
    /// A text of this format.
    Format(Format),
    /// One or more texts of this format, separated by commas.
    List(Format),
}

/// A text format.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The format in words, for messages: `allowed: …`.
    pub expected: &'static str,
    /// The text in its canonical form; none if it does not have the format.
    pub parse: fn(&str) -> Option<String>,
}

/// The value of a setting that is not set.
#[derive(Debug, Clone, Copy)]
pub enum DefaultValue {
    /// The setting has no value.
    Unset,
    /// This text.
    Text(&'static str),
    /// The value beside the first of these settings that is set.
    IfSet {
        /// Names of settings, each with the value that it causes.
        cases: &'static [(&'static str, &'static str)],
        /// The value if none of them is set.
        otherwise: &'static str,
    },
    /// A URL of this scheme for this path below `DATA_DIR`.
    InDataDir {
        /// The scheme with its `://`.
        scheme: &'static str,
        /// The path.
        path: &'static str,
    },
}

impl Setting {
    /// A setting without a default.
    pub(super) const fn new(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self { name, kind, default: DefaultValue::Unset, is_secret: false, meaning, used_if: &[] }
    }

    /// A text that is hidden in all output.
    pub(super) const fn secret(name: &'static str, meaning: &'static str) -> Self {
        Self { is_secret: true, ..Self::new(name, Kind::Text, meaning) }
    }

    /// The same setting, hidden in all output.
    pub(super) const fn hidden(self) -> Self {
        Self { is_secret: true, ..self }
    }

    /// The same setting with this default.
    pub(super) const fn or(self, text: &'static str) -> Self {
        Self { default: DefaultValue::Text(text), ..self }
    }

    /// The same setting with a default that depends on others.
    pub(super) const fn or_default(self, default: DefaultValue) -> Self {
        Self { default, ..self }
    }

    /// The same setting, used only if one of these settings has this value.
    pub(super) const fn used_if(self, conditions: &'static [(&'static str, &'static str)]) -> Self {
        Self { used_if: conditions, ..self }
    }

    /// The meaning, with the words to choose from if there are any.
    pub fn description(&self) -> String {
        match self.kind {
            Kind::Choice(words) => format!("{}: {}", self.meaning, list(words, "or")),
            Kind::Choices(words) => format!("{}: {}", self.meaning, list(words, "and")),
            _ => self.meaning.to_owned(),
        }
    }
}

impl Kind {
    /// The allowed values in words.
    pub fn allowed(&self) -> String {
        match self {
            Self::Text => "any text".to_owned(),
            Self::Switch => "on, off".to_owned(),
            Self::Integer(min, max) => format!("a whole number from {min} to {max}"),
            Self::Decimal(min, max) => format!("a number from {min} to {max}, such as 0.75"),
            Self::Choice(words) => words.join(", "),
            Self::Choices(words) => format!("one or more of {}", words.join(", ")),
            Self::Format(format) | Self::List(format) => format.expected.to_owned(),
        }
    }

    /// Parses a text into the type of this kind; none if it is not allowed.
    pub(super) fn parse(&self, text: &str) -> Option<Value> {
        match self {
            Self::Text => Some(text.into()),
            Self::Switch => parse_switch(text).map(Value::Bool),
            Self::Integer(min, max) => {
                text.parse().ok().filter(|number| (min..=max).contains(&number)).map(u64::into)
            }
            Self::Decimal(min, max) => {
                let number = text.parse().ok().filter(|number| (min..=max).contains(&number))?;
                Number::from_f64(number).map(Value::Number)
            }
            Self::Choice(words) => words.contains(&text).then(|| text.into()),
            Self::Choices(words) => {
                parse_list(text, |word| words.contains(&word).then(|| word.to_owned()))
            }
            Self::Format(format) => (format.parse)(text).map(Value::String),
            Self::List(format) => parse_list(text, format.parse),
        }
    }
}

impl DefaultValue {
    /// The default as text, from the texts of the other settings.
    pub(super) fn resolve<'a>(
        &self,
        data_dir: &str,
        get: impl Fn(&str) -> Option<&'a str>,
    ) -> Option<String> {
        match self {
            Self::Unset => None,
            Self::Text(text) => Some((*text).to_owned()),
            Self::IfSet { cases, otherwise } => {
                let case = cases.iter().find(|(name, _)| get(name).is_some());
                Some(case.map_or(*otherwise, |(_, text)| text).to_owned())
            }
            Self::InDataDir { scheme, path } => {
                Some(format!("{scheme}{}", Path::new(data_dir).join(path).display()))
            }
        }
    }
}

/// The words in one phrase: `a, b or c`.
fn list(words: &[&str], conjunction: &str) -> String {
    match words {
        [] => String::new(),
        [word] => (*word).to_owned(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

fn parse_switch(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "on" | "yes" => Some(true),
        "0" | "false" | "off" | "no" => Some(false),
        _ => None,
    }
}

fn parse_list(text: &str, parse: impl Fn(&str) -> Option<String>) -> Option<Value> {
    text.split(',').map(|item| parse(item.trim()).map(Value::String)).collect()
}
