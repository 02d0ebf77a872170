//! How many original bytes of pages are kept.

use std::sync::atomic::{AtomicU64, Ordering};

/// The default limit on the sum of all compressed bytes: 1 GiB, about 30,000 pages of usual size.
pub(crate) const DEFAULT: u64 = 1 << 30;
/// The largest compressed page that is kept, in bytes.
const MAX_PAGE: usize = 2 << 20;
/// After this many bytes, the sum is checked again: it can exceed the limit by as much in each process.
const UNCHECKED: u64 = 64 << 20;

/// The limit, and what this process has written since it was last enforced.
#[derive(Debug)]
pub(crate) struct RawLimit {
    limit: u64,
    unchecked: AtomicU64,
}

impl RawLimit {
    /// The limit is enforced with the first page, because short runs would otherwise never reach it.
    pub(crate) fn new(limit: u64) -> Self {
        Self { limit, unchecked: AtomicU64::new(UNCHECKED) }
    }

    /// Whether a page with this number of compressed bytes is kept at all.
    pub(crate) fn admits(&self, size: usize) -> bool {
        size <= MAX_PAGE && size as u64 <= self.limit
    }

    /// The maximum sum of all compressed bytes.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// Counts bytes that were written, and returns whether the limit has to be enforced now.
    pub(crate) fn is_due_after(&self, written: u64) -> bool {
        let due = UNCHECKED.min(self.limit);
        if self.unchecked.fetch_add(written, Ordering::Relaxed) + written <= due {
            return false;
        }
        self.unchecked.store(0, Ordering::Relaxed);
        true
    }
}
