//! What a page is worth as a source: who publishes it, and as of when it speaks.
//!
//! Both come from what the page shows (its address, markup and words), never from a list of hosts.

mod as_of;
mod phrases;
mod publisher;

pub use as_of::{date_statement, find_page_date};

use serde::{Deserialize, Serialize};

use crate::entity::Target;
use crate::page::Page;
use crate::row::Input;
use crate::serp::SearchResult;
use crate::value::{Locale, PartialDate};

/// Who publishes a page, as far as it shows.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The row's entity itself: its own site.
    Official,
    /// A public authority or register.
    Registry,
    /// A work of reference, such as an encyclopedia.
    Reference,
    /// An article with a date of publication.
    News,
    /// Nothing shows.
    #[default]
    Unknown,
    /// A directory or a comparison of many things, which others may edit.
    Directory,
    /// Contributions of visitors.
    Forum,
}

impl Standing {
    /// All kinds, the most trusted first.
    pub const ALL: [Self; 7] = [
        Self::Official,
        Self::Registry,
        Self::Reference,
        Self::News,
        Self::Unknown,
        Self::Directory,
        Self::Forum,
    ];

    /// Whether nothing is known.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(crate) fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }

    /// What users call such a page.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Official => "its own site",
            Self::Registry => "a public authority",
            Self::Reference => "a work of reference",
            Self::News => "a news article",
            Self::Unknown => "another site",
            Self::Directory => "a directory",
            Self::Forum => "a forum",
        }
    }
}

/// What a page is worth as a source for one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SourceProfile {
    /// Who publishes it.
    pub standing: Standing,
    /// As of when it speaks, if it says so.
    pub dated: Option<PartialDate>,
}

impl SourceProfile {
    /// The profile of a page for a row. A date after `locale.today` is ignored: it is a plan, or wrong.
    pub fn new(
        (page, url): (&Page, &str),
        (input, target): (&Input, &Target),
        locale: &Locale,
    ) -> Self {
        Self {
            standing: publisher::find_standing(page, url, input, target),
            dated: find_page_date(page, url, input, locale),
        }
    }

    /// The profile of a search result, of which only the address and the date are known.
    pub fn of_result(result: &SearchResult, input: &Input, target: &Target) -> Self {
        Self {
            standing: publisher::find_standing_of_address(&result.url, input, target),
            dated: result.date,
        }
    }
}
