//! The texts of settings, and where they come from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use config::{File, FileFormat, Value, ValueKind};

use super::error::Error;
use super::origin::Origin;
use super::setting::Setting;
use super::table::{all, find, find_similar};

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

/// The text of a setting that is set.
#[derive(Debug, Clone)]
pub(super) struct SetText {
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// The texts of the settings that are set, by name.
#[derive(Debug, Default)]
pub(super) struct SetTexts(BTreeMap<&'static str, SetText>);

impl SetTexts {
    pub(super) fn get(&self, name: &str) -> Option<&SetText> {
        self.0.get(name)
    }

    fn set(&mut self, setting: &'static Setting, text: &str, origin: Origin) {
        let text = text.trim();
        if !text.is_empty() {
            self.0.insert(setting.name, SetText { text: text.to_owned(), origin });
        }
    }
}

impl Sources {
    /// Reads the sources in the order of their precedence, the highest last.
    pub(super) fn read(&self) -> Result<SetTexts, Error> {
        let mut texts = SetTexts::default();
        match &self.file {
            Some(path) => read_file(path, &mut texts)?,
            None if Path::new(FILE_NAME).exists() => read_file(Path::new(FILE_NAME), &mut texts)?,
            None => {}
        }
        for setting in all() {
            let found = self.environment.iter().find(|(name, _)| name == setting.name);
            if let Some((_, text)) = found {
                texts.set(setting, text, Origin::Environment);
            }
        }
        for (name, text) in &self.flags {
            let setting = find(name).expect("flags set settings that there are");
            texts.set(setting, text, Origin::Flag);
        }
        Ok(texts)
    }
}

fn read_file(path: &Path, texts: &mut SetTexts) -> Result<(), Error> {
    let unreadable = |reason: String| Error::File { path: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let table = config::Config::builder()
        .add_source(File::from_str(&text, FileFormat::Toml))
        .build()
        .and_then(config::Config::try_deserialize::<BTreeMap<String, Value>>)
        .map_err(|error| unreadable(error.to_string()))?;
    for (key, value) in table {
        let Some(setting) = find(&key).filter(|_| key.to_ascii_lowercase() == key) else {
            return Err(Error::UnknownKey { path: path.into(), nearest: find_similar(&key), key });
        };
        let text = match value.kind {
            ValueKind::String(text) => text,
            ValueKind::Nil | ValueKind::Table(_) | ValueKind::Array(_) => {
                return Err(unreadable(format!("`{key}` must be a text, a number, true or false")));
            }
            scalar => scalar.to_string(),
        };
        texts.set(setting, &text, Origin::File);
    }
    Ok(())
}
