//! Errors in the settings.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use super::origin::Origin;

/// The settings cannot be used.
#[derive(Debug, Error)]
pub enum Error {
    /// The file cannot be opened or is not TOML.
    #[error("cannot read the settings in {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file sets an unknown name.
    #[error(
        "{} sets `{key}`, which is not a setting{}",
        path.display(),
        .nearest.map(|name| format!("; did you mean `{}`?", name.to_ascii_lowercase())).unwrap_or_default()
    )]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key in it.
        key: String,
        /// A setting with a similar spelling.
        nearest: Option<&'static str>,
    },
    /// One or more values are not allowed.
    #[error("{}", join(.0))]
    Invalid(Vec<InvalidValue>),
    /// The table of settings and the fields of [`Settings`](super::Settings) differ, which tests prevent.
    #[error("the program's own table of settings is wrong: {0}")]
    Table(#[from] serde_json::Error),
}

impl Error {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "settings_unreadable",
            Self::UnknownKey { .. } => "unknown_setting",
            Self::Invalid(_) => "wrong_setting",
            Self::Table(_) => "internal_error",
        }
    }
}

fn join(invalid: &[InvalidValue]) -> String {
    invalid.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A value that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidValue {
    /// The setting.
    pub name: &'static str,
    /// Its value, hidden if it is a secret.
    pub value: String,
    /// Where the value comes from.
    pub origin: Origin,
    /// The allowed values.
    pub allowed: String,
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, origin, allowed } = self;
        write!(f, "{name} is `{value}` ({origin}); allowed: {allowed}")
    }
}
