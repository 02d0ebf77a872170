//! Patterns over the tokens of a sentence.
//!
//! A pattern is a sequence of elements separated by spaces: a word, alternatives in brackets `(a|b c)`, a
//! list of words `@name` or `%w`, a value `$`, the entity `~`, up to N other words `*N`, and a comma. `?`
//! makes an element optional; `&(a|b)` are words that belong to the value before them; a word that ends in `*` matches all words that begin with it, one
//! that begins with `*` all that end with it.

use std::collections::BTreeMap;
use std::ops::Range;

use ampledata_core::value::fold;

use super::lexicon::is_same;
use super::tokens::{Token, TokenKind};

type Lists = BTreeMap<&'static str, Vec<Vec<String>>>;

/// What the words of a pattern do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordRole {
    Plain,
    /// They are the noun of the concept.
    Noun,
    /// They are the end of the value before them.
    EndOfValue,
}

/// One element of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// One of these sequences of words.
    Words {
        sequences: Vec<Vec<String>>,
        role: WordRole,
    },
    Optional(Box<Node>),
    /// Up to so many words.
    Gap(usize),
    Comma,
    Value,
    Entity,
}

/// The sequences of folded words between bars.
pub(super) fn parse_sequences(text: &str) -> Vec<Vec<String>> {
    let sequence = |part: &str| -> Vec<String> {
        part.split_whitespace()
            .flat_map(|word| {
                let is_stem = word.ends_with('*');
                let is_ending = !is_stem && word.starts_with('*');
                let folded = fold(word);
                let mut words: Vec<String> = folded.split(' ').map(str::to_owned).collect();
                if let (true, Some(last)) = (is_stem, words.last_mut()) {
                    last.push('*');
                }
                if let (true, Some(first)) = (is_ending, words.first_mut()) {
                    first.insert(0, '*');
                }
                words
            })
            .filter(|word| !word.is_empty())
            .collect()
    };
    text.split('|').map(sequence).filter(|words| !words.is_empty()).collect()
}

/// Parses a pattern.
///
/// # Errors
/// Returns the name of a list that is not known, or the element that is none.
pub(super) fn parse_pattern(text: &str, own: &Lists, shared: &Lists) -> Result<Vec<Node>, String> {
    let mut nodes = Vec::new();
    for element in split_elements(text) {
        let (element, is_optional) = match element.strip_suffix('?') {
            Some(rest) => (rest, true),
            None => (element, false),
        };
        let node = parse_element(element, own, shared)?;
        nodes.push(if is_optional { Node::Optional(Box::new(node)) } else { node });
    }
    if nodes.is_empty() { Err(text.to_owned()) } else { Ok(nodes) }
}

/// The elements between the spaces that are not in brackets.
fn split_elements(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(|c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ' ' && depth == 0
    })
    .filter(|element| !element.is_empty())
    .collect()
}

fn parse_element(element: &str, own: &Lists, shared: &Lists) -> Result<Node, String> {
    let words = |sequences: Vec<Vec<String>>, role: WordRole| Node::Words { sequences, role };
    match element {
        "$" => return Ok(Node::Value),
        "~" => return Ok(Node::Entity),
        "," => return Ok(Node::Comma),
        _ => {}
    }
    if let Some(count) = element.strip_prefix('*') {
        return count.parse().map(Node::Gap).map_err(|_| element.to_owned());
    }
    if let Some(name) = element.strip_prefix('%') {
        let list = own.get(name).ok_or_else(|| name.to_owned())?;
        let role = if name == "w" { WordRole::Noun } else { WordRole::Plain };
        return Ok(words(list.clone(), role));
    }
    if let Some(name) = element.strip_prefix('@') {
        let list = shared.get(name).ok_or_else(|| element.to_owned())?;
        return Ok(words(list.clone(), WordRole::Plain));
    }
    let (element, role) = match element.strip_prefix('&') {
        Some(rest) => (rest, WordRole::EndOfValue),
        None => (element, WordRole::Plain),
    };
    let inner = element.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let sequences = parse_sequences(inner.unwrap_or(element));
    if sequences.is_empty() { Err(element.to_owned()) } else { Ok(words(sequences, role)) }
}

/// What a pattern matched, as ranges of tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Matched {
    pub(super) tokens: Range<usize>,
    pub(super) value: Range<usize>,
    /// The words that name the concept.
    pub(super) named: Range<usize>,
    /// The words that stand for the entity, if the pattern has a place for them.
    pub(super) entity: Range<usize>,
}

/// Reads the parts of a pattern that depend on column and entity. Each returns the possible ends of the
/// part that begins at a token, the best first.
pub(super) trait Slots {
    fn value_ends(&self, at: usize) -> Vec<usize>;
    fn entity_ends(&self, at: usize) -> Vec<usize>;
}

/// Matches a pattern at a token.
pub(super) fn match_at(
    nodes: &[Node],
    tokens: &[Token<'_>],
    at: usize,
    slots: &impl Slots,
) -> Option<Matched> {
    let mut matched = Matched::default();
    let end = walk(nodes, tokens, at, slots, &mut matched)?;
    matched.tokens = at..end;
    Some(matched)
}

fn walk(
    nodes: &[Node],
    tokens: &[Token<'_>],
    at: usize,
    slots: &impl Slots,
    matched: &mut Matched,
) -> Option<usize> {
    let Some((node, rest)) = nodes.split_first() else { return Some(at) };
    match node {
        Node::Words { sequences, role } => sequences.iter().find_map(|words| {
            let end = match_words(words, tokens, at)?;
            match role {
                WordRole::Plain => {}
                WordRole::Noun => matched.named = at..end,
                WordRole::EndOfValue => matched.value.end = end,
            }
            walk(rest, tokens, end, slots, matched)
        }),
        Node::Optional(inner) => {
            let with: Vec<Node> =
                std::iter::once((**inner).clone()).chain(rest.iter().cloned()).collect();
            walk(&with, tokens, at, slots, matched)
                .or_else(|| walk(rest, tokens, at, slots, matched))
        }
        Node::Gap(most) => (0..=*most).find_map(|count| {
            let end = at + count;
            let skipped = tokens.get(at..end)?;
            let is_word = |token: &Token<'_>| token.kind == TokenKind::Word || is_year(token.text);
            if !skipped.iter().all(is_word) {
                return None;
            }
            walk(rest, tokens, end, slots, matched)
        }),
        Node::Comma => {
            let is_comma = tokens.get(at).is_some_and(|token| token.folded == ",");
            if is_comma { walk(rest, tokens, at + 1, slots, matched) } else { None }
        }
        Node::Value => slots.value_ends(at).into_iter().find_map(|end| {
            matched.value = at..end;
            walk(rest, tokens, end, slots, matched)
        }),
        Node::Entity => slots.entity_ends(at).into_iter().find_map(|end| {
            matched.entity = at..end;
            walk(rest, tokens, end, slots, matched)
        }),
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse::<u16>().is_ok_and(|year| (1000..=2100).contains(&year))
}

/// Where a sequence of words that begins at a token ends.
pub(super) fn match_words(words: &[String], tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let end = at + words.len();
    let there = tokens.get(at..end)?;
    let alike = there.iter().zip(words).all(|(token, word)| is_same(word, &token.folded));
    alike.then_some(end)
}
