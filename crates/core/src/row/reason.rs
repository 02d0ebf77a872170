//! Why a cell is as it is: a stable code for programs and a sentence for people.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a cell is as it is. Its text is stored, exported and returned by the API, and does not change between
/// versions; docs/guide/outcomes.md lists all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum ReasonCode {
    /// `found`: a page states the value.
    Stated,
    /// A person has set the cell.
    SetByPerson,
    /// The cell was imported from the old service, which gave no code.
    Imported,
    /// `conflict`: sources of equal standing disagree.
    SourcesDisagree,
    /// `absent`: pages about the row's entity were read, and none of them states a value for the column.
    NotStated,
    /// `absent`: a page states something for the column that the column cannot hold.
    UnusableValue,
    /// `absent`: a page only states a value that it marks as no longer valid.
    OutdatedValue,
    /// `absent`: a value was proposed, but no quote proves it.
    UnprovenValue,
    /// `absent`: all pages that were read are about other entities.
    OtherEntity,
    /// `absent`: the search found nothing.
    NothingFound,
    /// `absent`: no result of the search seemed to be about the row's entity.
    NoPageChosen,
    /// `absent`: the pages that the search found do not exist any more, or are empty.
    PagesGone,
    /// `blocked` or `error`: the failure of a step, by its code; docs/errors explains each.
    Failure(String),
}

/// The codes that are not those of failures.
const OWN: [ReasonCode; 12] = [
    ReasonCode::Stated,
    ReasonCode::SetByPerson,
    ReasonCode::Imported,
    ReasonCode::SourcesDisagree,
    ReasonCode::NotStated,
    ReasonCode::UnusableValue,
    ReasonCode::OutdatedValue,
    ReasonCode::UnprovenValue,
    ReasonCode::OtherEntity,
    ReasonCode::NothingFound,
    ReasonCode::NoPageChosen,
    ReasonCode::PagesGone,
];

impl ReasonCode {
    /// Its text in the store, in files and in the API.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Stated => "stated",
            Self::SetByPerson => "set_by_person",
            Self::Imported => "imported",
            Self::SourcesDisagree => "sources_disagree",
            Self::NotStated => "not_stated",
            Self::UnusableValue => "unusable_value",
            Self::OutdatedValue => "outdated_value",
            Self::UnprovenValue => "unproven_value",
            Self::OtherEntity => "other_entity",
            Self::NothingFound => "nothing_found",
            Self::NoPageChosen => "no_page_chosen",
            Self::PagesGone => "pages_gone",
            Self::Failure(code) => code,
        }
    }
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<ReasonCode> for String {
    fn from(code: ReasonCode) -> Self {
        code.as_str().to_owned()
    }
}

impl From<String> for ReasonCode {
    fn from(text: String) -> Self {
        OWN.into_iter().find(|own| own.as_str() == text).unwrap_or(Self::Failure(text))
    }
}

/// A code with its sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) code: ReasonCode,
    pub(super) sentence: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_stored_as_its_text_and_read_back() {
        for code in OWN {
            let text = code.as_str().to_owned();
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{text}\""));
            assert_eq!(ReasonCode::from(text.clone()), code);
        }
        let failure = ReasonCode::Failure("page_login_wall".to_owned());
        let stored = serde_json::to_string(&failure).unwrap();
        assert_eq!(stored, "\"page_login_wall\"");
        assert_eq!(serde_json::from_str::<ReasonCode>(&stored).unwrap(), failure);
    }
}
