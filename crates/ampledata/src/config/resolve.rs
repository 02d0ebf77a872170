//! From texts to typed values: defaults are applied and every value is checked, once, by the table.

use serde::Serialize;
use serde_json::{Map, Value};

use super::error::{Error, InvalidValue};
use super::origin::Origin;
use super::secret::{HIDDEN, without_password};
use super::setting::Setting;
use super::sources::SetTexts;
use super::table::{DATA_DIR, all, find};

/// The value of one setting, for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effective {
    /// The setting.
    pub name: &'static str,
    /// Its value, hidden if secret; none if there is neither value nor default.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: Origin,
}

/// All values, typed by their kinds and for display.
pub(super) struct Resolved {
    pub(super) typed: Map<String, Value>,
    pub(super) effective: Vec<Effective>,
}

/// Resolves all settings.
///
/// # Errors
/// Values are not allowed; all of them are listed.
pub(super) fn resolve(texts: &SetTexts) -> Result<Resolved, Error> {
    let mut resolved = Resolved { typed: Map::new(), effective: Vec::new() };
    let mut invalid = Vec::new();
    for setting in all() {
        let (text, origin) = match texts.get(setting.name) {
            Some(set) => (Some(set.text.clone()), set.origin),
            None => (default(setting, texts), Origin::Default),
        };
        let displayed = text.as_deref().map(|text| displayed(setting, text));
        if let Some(text) = text {
            match setting.kind.parse(&text) {
                Some(value) => {
                    resolved.typed.insert(setting.name.to_owned(), value);
                }
                None => invalid.push(InvalidValue {
                    name: setting.name,
                    value: displayed.clone().unwrap_or_default(),
                    origin,
                    allowed: setting.kind.allowed(),
                }),
            }
        }
        resolved.effective.push(Effective { name: setting.name, value: displayed, source: origin });
    }
    if invalid.is_empty() { Ok(resolved) } else { Err(Error::Invalid(invalid)) }
}

fn default(setting: &Setting, texts: &SetTexts) -> Option<String> {
    let get = |name: &str| texts.get(name).map(|set| set.text.as_str());
    let data_dir = match get(DATA_DIR) {
        Some(text) => text.to_owned(),
        None => find(DATA_DIR).and_then(|setting| setting.default.resolve("", get))?,
    };
    setting.default.resolve(&data_dir, get)
}

fn displayed(setting: &Setting, text: &str) -> String {
    if setting.is_secret { HIDDEN.to_owned() } else { without_password(text) }
}
