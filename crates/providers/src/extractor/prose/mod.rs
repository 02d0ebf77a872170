//! Values from running text: from sentences, and from lines that have a shape instead of a label.
//!
//! A sentence is read by the frames of its language: data files list, for each concept that columns ask
//! about, the nouns and verbs with which sentences state it and the places of the value and the entity. What
//! a frame finds counts only if the sentence is about the entity and states a fact of today.

mod lexicon;
mod names;
pub(super) mod near_label;
mod pattern;
mod reader;
pub(super) mod shapes;
mod slots;
mod tokens;
mod topic;

pub(super) use names::EntityWords;
pub(super) use reader::{Prose, find_values};

#[cfg(test)]
#[cfg(test)]
mod tests;
