//! Settings before they are parsed: text, and where it comes from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use config::{File, FileFormat, Value, ValueKind};
use serde::Serialize;

use super::error::{Error, Wrong};
use super::secret::{HIDDEN, without_password};
use super::setting::{ALL, Setting};

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

/// The settings file that is read from the working directory by default.
pub const FILE_NAME: &str = "ampledata.toml";

/// The sources of settings.
#[derive(Debug, Default)]
pub struct Sources {
    /// A settings file; if none is named, [`FILE_NAME`] is read if it exists.
    pub file: Option<PathBuf>,
    /// The environment. A blank value counts as unset.
    pub environment: Vec<(String, String)>,
    /// The values of flags.
    pub flags: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// The texts of all sources, the one that applies to each setting, and the errors so far.
#[derive(Debug, Default)]
pub(super) struct Raw {
    given: BTreeMap<&'static str, Given>,
    wrong: Vec<Wrong>,
}

impl Raw {
    pub(super) fn gather(sources: &Sources) -> Result<Self, Error> {
        let mut raw = Self::default();
        match &sources.file {
            Some(path) => raw.take_file(path)?,
            None if Path::new(FILE_NAME).exists() => raw.take_file(Path::new(FILE_NAME))?,
            None => {}
        }
        for setting in ALL {
            let found = sources.environment.iter().find(|(name, _)| name == setting.name);
            if let Some((_, text)) = found {
                raw.take(setting, text, Origin::Environment);
            }
        }
        for (name, text) in &sources.flags {
            let setting = Setting::named(name).expect("flags set settings that there are");
            raw.take(setting, text, Origin::Flag);
        }
        Ok(raw)
    }

    fn take(&mut self, setting: &'static Setting, text: &str, origin: Origin) {
        let text = text.trim();
        if !text.is_empty() {
            self.given.insert(setting.name, Given { text: text.to_owned(), origin });
        }
    }

    fn take_file(&mut self, path: &Path) -> Result<(), Error> {
        let unreadable = |reason: String| Error::File { path: path.to_owned(), reason };
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        let table = config::Config::builder()
            .add_source(File::from_str(&text, FileFormat::Toml))
            .build()
            .and_then(config::Config::try_deserialize::<BTreeMap<String, Value>>)
            .map_err(|error| unreadable(error.to_string()))?;
        for (key, value) in table {
            let Some(setting) = Setting::named(&key).filter(|_| key.to_ascii_lowercase() == key)
            else {
                return Err(Error::UnknownKey { path: path.into(), nearest: nearest(&key), key });
            };
            let text = match value.kind {
                ValueKind::String(text) => text,
                ValueKind::Nil | ValueKind::Table(_) | ValueKind::Array(_) => {
                    return Err(unreadable(format!(
                        "`{key}` must be a text, a number, true or false"
                    )));
                }
                scalar => scalar.to_string(),
            };
            self.take(setting, &text, Origin::File);
        }
        Ok(())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Given> {
        debug_assert!(ALL.iter().any(|setting| setting.name == name), "{name} is no setting");
        self.given.get(name)
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The text of a setting, if it is set.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|given| given.text.clone())
    }

    /// Parses a setting. A value that is not allowed is recorded as an error and treated as unset.
    pub(super) fn read<T>(
        &mut self,
        name: &'static str,
        allowed: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let given = self.get(name)?.clone();
        let value = read(&given.text);
        if value.is_none() {
            self.refuse(name, &given, allowed);
        }
        value
    }

    fn refuse(&mut self, name: &'static str, given: &Given, allowed: &str) {
        let secret = Setting::named(name).is_some_and(|setting| setting.secret);
        let value = if secret { HIDDEN.to_owned() } else { without_password(&given.text) };
        let allowed = allowed.to_owned();
        self.wrong.push(Wrong { name, value, origin: given.origin, allowed });
    }

    /// The values, or the errors if there are any.
    pub(super) fn finish(self) -> Result<BTreeMap<&'static str, Given>, Error> {
        if self.wrong.is_empty() { Ok(self.given) } else { Err(Error::Wrong(self.wrong)) }
    }
}

/// The setting with the most similar spelling, if any is similar.
fn nearest(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    let similar = |name: &str| strsim::jaro_winkler(&name.to_ascii_lowercase(), &key);
    ALL.iter()
        .map(|setting| (similar(setting.name), setting.name))
        .filter(|(score, _)| *score > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
