//! Where the values of settings come from.

use std::fmt;

use serde::Serialize;

/// Where a value comes from; later variants take precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The value is the default.
    Default,
    /// `ampledata.toml`.
    File,
    /// An environment variable.
    #[serde(rename = "env")]
    Environment,
    /// A flag of the command line.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "env",
            Self::Flag => "flag",
        })
    }
}
