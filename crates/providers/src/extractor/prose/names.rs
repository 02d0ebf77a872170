//! The words that stand for the row's entity, and runs of words that are names.

use std::collections::BTreeSet;

use ampledata_core::column::CompiledColumn;
use ampledata_core::row::Input;
use ampledata_core::value::fold;

use super::lexicon::Lexicon;
use super::tokens::{Token, TokenKind};

/// The words that name the row's entity, and those for the kind of thing that it is.
#[derive(Debug, Default)]
pub(in crate::extractor) struct EntityWords {
    /// The words of its name.
    name: BTreeSet<String>,
    /// Those of them that do not say what kind of thing it is.
    distinctive: BTreeSet<String>,
    /// Words for its kind, in all languages.
    types: BTreeSet<String>,
    pub(super) is_person: bool,
}

/// A kind of thing: the words of column names that only such things have, and its nouns.
struct Kind {
    hints: &'static str,
    /// Words of column names that make it likely, if nothing else says what the thing is.
    weak_hints: &'static str,
    nouns: &'static str,
    name: &'static str,
}

impl EntityWords {
    /// The words of a row's entity: from its key, and from what the row and the columns say it is.
    pub(in crate::extractor) fn new(
        input: &Input,
        entity_type: Option<&str>,
        plan: &[CompiledColumn],
    ) -> Self {
        let mut entity = Self::default();
        let folded_words = |text: &str| -> Vec<String> {
            fold(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let name = input
            .key
            .iter()
            .find(|field| field.value.chars().any(char::is_alphabetic))
            .map_or("", |field| field.value.as_str());
        entity.name = folded_words(name).into_iter().collect();
        let mut said: BTreeSet<String> = entity.name.clone();
        said.extend(input.context.iter().flat_map(|field| folded_words(&field.value)));
        let described = plan.iter().filter_map(|compiled| compiled.column.description.as_deref());
        said.extend(described.flat_map(folded_words));
        said.extend(entity_type.iter().flat_map(|kind| folded_words(kind)));
        let columns: BTreeSet<String> =
            plan.iter().flat_map(|compiled| folded_words(&compiled.column.name)).collect();
        let has = |words: &str, of: &BTreeSet<String>| {
            words.split_whitespace().any(|word| of.contains(word))
        };
        // "Uhrenmuseum" is a museum.
        let ends = |nouns: &str| {
            let mut long = nouns.split_whitespace().filter(|noun| noun.len() >= 4);
            long.any(|noun| entity.name.iter().any(|word| word.ends_with(noun)))
        };
        let is_known =
            |kind: &Kind| has(kind.nouns, &said) || has(kind.hints, &columns) || ends(kind.nouns);
        let mut kinds: Vec<Kind> = read_kinds().filter(is_known).collect();
        if kinds.is_empty() {
            kinds = read_kinds().filter(|kind| has(kind.weak_hints, &columns)).collect();
        }
        entity.is_person =
            kinds.iter().any(|kind| kind.name == "person" && has(kind.hints, &columns));
        for kind in kinds {
            entity.types.extend(kind.nouns.split_whitespace().map(str::to_owned));
        }
        let is_distinctive =
            |word: &&String| word.chars().count() >= 3 && !entity.types.contains(*word);
        entity.distinctive = entity.name.iter().filter(is_distinctive).cloned().collect();
        entity
    }

    /// Whether a folded word says what kind of thing the entity is.
    pub(super) fn is_type(&self, word: &str) -> bool {
        self.types.contains(word)
    }

    /// Whether a run of words is the entity's name or a part of it that distinguishes it.
    pub(super) fn is_named_by(&self, run: &[Token<'_>]) -> bool {
        let words: Vec<&str> = run.iter().map(|token| token.folded.as_str()).collect();
        let known = |word: &&&str| {
            self.name.contains(**word) || self.types.contains(**word) || word.chars().count() < 3
        };
        let own = words.iter().filter(|word| self.distinctive.contains(**word)).count();
        let is_part = own > 0 && words.iter().filter(known).count() == words.len();
        let is_whole = !self.distinctive.is_empty()
            && self.distinctive.iter().all(|word| words.contains(&word.as_str()));
        let is_only_types = self.distinctive.is_empty()
            && !self.name.is_empty()
            && self.name.iter().all(|word| words.contains(&word.as_str()));
        is_part || is_whole || is_only_types
    }

    /// Whether a run of words consists of words of the entity's name.
    pub(super) fn has_words_of(&self, run: &[Token<'_>]) -> bool {
        run.iter()
            .all(|token| self.name.contains(&token.folded) || self.types.contains(&token.folded))
    }

    /// Whether all words of the name are among the folded words.
    pub(super) fn is_whole_in(&self, tokens: &[Token<'_>]) -> bool {
        !self.name.is_empty()
            && self.name.iter().all(|word| tokens.iter().any(|token| token.folded == *word))
    }
}

/// The kinds of things: `name: hints ? weak hints: nouns`.
fn read_kinds() -> impl Iterator<Item = Kind> {
    include_str!("../../../data/prose/kinds.txt").lines().filter_map(|line| {
        let line = line.split('#').next().unwrap_or_default();
        let (name, rest) = line.split_once(':')?;
        let (hints, nouns) = rest.split_once(':')?;
        let (hints, weak_hints) = hints.split_once('?').unwrap_or((hints, ""));
        Some(Kind { name: name.trim(), hints, weak_hints, nouns })
    })
}

/// The end of the run of capitalised words that begins at a token: a name with its particles. A run does
/// not begin with a word that has a capital only because a sentence begins with it.
pub(super) fn name_run_end(tokens: &[Token<'_>], at: usize, lexicon: &Lexicon) -> Option<usize> {
    let first = tokens.get(at)?;
    let is_opening = at == 0 && lexicon.has("function", &first.folded);
    if !first.is_capitalised() || first.is_joined || is_opening || is_calendar(first, lexicon) {
        return None;
    }
    let mut end = at + 1;
    while let Some(token) = tokens.get(end) {
        let is_name = token.is_capitalised() && !is_calendar(token, lexicon);
        if is_name || token.is_joined && token.kind == TokenKind::Word {
            end += 1;
            continue;
        }
        // "de la", "van der": particles only count before another capital.
        let particles = tokens[end..]
            .iter()
            .take(3)
            .take_while(|token| lexicon.has("particles", &token.folded) && !token.is_capitalised())
            .count();
        let next = tokens.get(end + particles);
        if particles == 0
            || !next.is_some_and(|next| next.is_capitalised() && !is_calendar(next, lexicon))
        {
            break;
        }
        end += particles + 1;
    }
    Some(end)
}

fn is_calendar(token: &Token<'_>, lexicon: &Lexicon) -> bool {
    lexicon.has("dates", &token.folded)
}
