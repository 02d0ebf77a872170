//! How long a fetched page may be reused, and how its server is asked for a newer one after that.

use std::time::Duration;

/// How long a page may be reused without asking its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// For this long after it was fetched. Zero: its server is asked each time.
    For(Duration),
    /// For ever: it does not change.
    Forever,
}

impl Freshness {
    /// The default for a page whose server states nothing: a day.
    pub const DEFAULT: Self = Self::For(Duration::from_hours(24));

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

/// The validators by which a server recognises a copy of its page (RFC 9110, 8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// The address that they belong to, after redirects; they are not valid for any other.
    pub url: String,
    /// `ETag`, as the server wrote it.
    pub etag: Option<String>,
    /// `Last-Modified`, as the server wrote it.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there are no validators.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// The new metadata of a page that has not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotModified {
    /// How long it may be reused from now on.
    pub freshness: Freshness,
    /// The validators for the next request.
    pub validators: Validators,
}
