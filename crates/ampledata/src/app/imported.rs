//! Jobs that came from the old service: their fingerprints say so.

use ampledata_store::Job;

/// What the fingerprints of imported jobs begin with.
pub const FINGERPRINT_PREFIX: &str = "import-go:";

/// Whether the job was imported from the old service.
pub fn is_imported(job: &Job) -> bool {
    job.fingerprint.starts_with(FINGERPRINT_PREFIX)
}
