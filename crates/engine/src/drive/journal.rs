//! Outcomes from earlier runs, matched to the steps that they answer.

use std::collections::BTreeMap;

use ampledata_core::row::{Outcome, Step};
use ampledata_store::Entry;
use sha2::{Digest as _, Sha256};

/// Identifies a step: the beginning of the SHA-256 of its JSON.
pub(super) fn hash_step(step: &Step) -> String {
    // Serialisation cannot fail for the fields of a step; its debug text is an equivalent fallback.
    let text = serde_json::to_string(step).unwrap_or_else(|_| format!("{step:?}"));
    hex::encode(&Sha256::digest(text)[..8])
}

/// Outcomes from an earlier run, by turn and step.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: BTreeMap<(u32, u32), Entry>,
}

impl Journal {
    pub(super) fn new(entries: Vec<Entry>) -> Self {
        Self {
            entries: entries.into_iter().map(|entry| ((entry.turn, entry.step), entry)).collect(),
        }
    }

    /// The known outcomes of a turn; `None` if they answer other steps.
    pub(super) fn outcomes_of_turn(
        &self,
        turn: u32,
        marks: &[String],
    ) -> Option<Vec<Option<Outcome>>> {
        let mut known = vec![None; marks.len()];
        for ((_, step), entry) in self.entries.range((turn, 0)..(turn + 1, 0)) {
            let step = *step as usize;
            if marks.get(step) != Some(&entry.step_mark) {
                return None;
            }
            known[step] = Some(entry.outcome.clone());
        }
        Some(known)
    }
}
