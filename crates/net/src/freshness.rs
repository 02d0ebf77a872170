//! How long a page that was fetched may be used again, and what its server is asked when it may not.

use std::time::Duration;

/// How long a page may be used again without asking its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// This long from when it was fetched. Zero: its server is asked each time.
    For(Duration),
    /// It does not change, such as a page of a corpus.
    Forever,
}

impl Freshness {
    /// For a page whose server says nothing about it: a day.
    pub const UNKNOWN: Self = Self::For(Duration::from_hours(24));

    /// The shorter of the two.
    #[must_use]
    pub fn at_most(self, other: Self) -> Self {
        match (self, other) {
            (Self::For(one), Self::For(other)) => Self::For(one.min(other)),
            (Self::Forever, other) => other,
            (one, Self::Forever) => one,
        }
    }
}

/// What a server tells a copy of its page from the page by (RFC 9110, 8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// The address that they are of, after redirects: they say nothing about any other.
    pub url: String,
    /// `ETag`, as the server wrote it.
    pub etag: Option<String>,
    /// `Last-Modified`, as the server wrote it.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is nothing to ask with.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// What is new about a page that is still the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotModified {
    /// How long it may be used again from now on.
    pub freshness: Freshness,
    /// What its server is asked with the next time.
    pub validators: Validators,
}
