//! Reads the value of a frame: a run of capitalised words, a number, a date, a short noun phrase.

use ampledata_core::column::{Column, ColumnType};
use ampledata_core::value::{Locale, Value, parse};

use super::lexicon::{Class, Lexicon};
use super::names::{EntityWords, name_run_end};
use super::pattern::Slots;
use super::tokens::{Token, TokenKind};
use super::topic;

/// Maximum number of tokens of a number, a date and a noun phrase.
const NUMBER_TOKENS: usize = 5;
const DATE_TOKENS: usize = 7;
const PHRASE_TOKENS: usize = 5;
/// Fewest digits of a telephone number.
const PHONE_DIGITS: usize = 7;

/// A sentence as the frames of one column read it.
pub(super) struct SentenceSlots<'a> {
    pub(super) sentence: &'a str,
    pub(super) tokens: &'a [Token<'a>],
    pub(super) column: &'a Column,
    pub(super) class: Class,
    /// The name of the concept.
    pub(super) concept: &'static str,
    pub(super) locale: &'a Locale,
    pub(super) lexicon: &'static Lexicon,
    pub(super) entity: &'a EntityWords,
}

impl Slots for SentenceSlots<'_> {
    fn value_ends(&self, at: usize) -> Vec<usize> {
        if self.tokens.get(at).is_none_or(Token::is_mark) {
            return Vec::new();
        }
        match self.class {
            Class::Role | Class::Agent => self.person_ends(at),
            Class::Name | Class::Place => self.name_ends(at),
            Class::Event => self.date_ends(at),
            Class::Count => self.count_ends(at),
            Class::Measure => self.measure_ends(at),
            Class::Kind => self.phrase_ends(at),
            Class::Address => self.address_ends(at),
            Class::Phone => self.phone_ends(at),
        }
    }

    fn entity_ends(&self, at: usize) -> Vec<usize> {
        topic::entity_end(self.tokens, at, self.lexicon, self.entity).into_iter().collect()
    }
}

impl SentenceSlots<'_> {
    /// The words of a range of tokens as the sentence has them.
    pub(super) fn text(&self, from: usize, to: usize) -> &str {
        &self.sentence[self.tokens[from].start..self.tokens[to - 1].end]
    }

    fn person_ends(&self, at: usize) -> Vec<usize> {
        const MOST: usize = 6;
        let Some(end) = name_run_end(self.tokens, at, self.lexicon) else { return Vec::new() };
        let run = &self.tokens[at..end];
        let capitals = run.iter().filter(|token| token.is_capitalised()).count();
        let is_other = |token: &Token<'_>| {
            self.lexicon.has("nonpersons", &token.folded) || self.entity.is_type(&token.folded)
        };
        let is_name = capitals >= 2 && end - at <= MOST && !run.iter().any(is_other);
        if is_name && !self.entity.has_words_of(run) { vec![end] } else { Vec::new() }
    }

    fn name_ends(&self, at: usize) -> Vec<usize> {
        let Some(end) = name_run_end(self.tokens, at, self.lexicon) else { return Vec::new() };
        let run = &self.tokens[at..end];
        if self.entity.has_words_of(run) { Vec::new() } else { vec![end] }
    }

    fn date_ends(&self, at: usize) -> Vec<usize> {
        let is_start = self.tokens[at].kind == TokenKind::Number
            || self.lexicon.has("dates", &self.tokens[at].folded);
        if !is_start {
            return Vec::new();
        }
        let last = (at + DATE_TOKENS).min(self.tokens.len());
        let reads = |end: &usize| {
            let text = self.text(at, *end);
            if !has_year(text) || self.tokens[*end - 1].is_mark() {
                return false;
            }
            match parse(text, self.column, self.locale).map(|parsed| parsed.value) {
                Ok(Value::Date(_)) => true,
                Ok(Value::Number(_)) => is_year(text),
                _ => false,
            }
        };
        (at + 1..=last).rev().filter(reads).collect()
    }

    /// Whether a token is a digit or a word of a number.
    fn is_numeral(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        token.kind == TokenKind::Number || self.lexicon.has("numerals", &token.folded)
    }

    fn is_number(&self, text: &str) -> bool {
        parse(text, self.column, self.locale)
            .is_ok_and(|parsed| matches!(parsed.value, Value::Number(_)))
    }

    fn count_ends(&self, at: usize) -> Vec<usize> {
        // The number begins here: "2,300" is not the end of "1.2 or 2,300".
        if !self.is_numeral(at) || at > 0 && self.is_numeral(at - 1) {
            return Vec::new();
        }
        let most = (at + NUMBER_TOKENS).min(self.tokens.len());
        let end = (at..most).find(|next| !self.is_numeral(*next)).unwrap_or(most);
        let is_plain = self.text(at, end).chars().all(|c| !c.is_alphabetic())
            || self.tokens[at].kind != TokenKind::Number
            || end - at > 1;
        let is_ordinal = self.tokens.get(end).is_some_and(|next| {
            self.sentence[self.tokens[end - 1].end..next.start].contains(['–', '.'])
        });
        if is_plain && !is_ordinal && self.is_number(self.text(at, end)) {
            vec![end]
        } else {
            Vec::new()
        }
    }

    fn measure_ends(&self, at: usize) -> Vec<usize> {
        if !self.is_numeral(at) || at > 0 && self.is_numeral(at - 1) {
            return Vec::new();
        }
        let last = (at + NUMBER_TOKENS).min(self.tokens.len());
        let reads = |end: &usize| {
            let text = self.text(at, *end);
            let has_unit = text.contains(['$', '€', '£', '¥', '%', '²'])
                || text.split(|c: char| !c.is_alphabetic()).any(|word| {
                    !word.is_empty()
                        && !self.lexicon.has("numerals", &ampledata_core::value::fold(word))
                });
            has_unit && !self.tokens[*end - 1].is_mark() && self.is_number(text)
        };
        (at + 1..=last).rev().filter(reads).collect()
    }

    /// A run of words that are no function words; in a list also their enumeration.
    fn phrase_ends(&self, at: usize) -> Vec<usize> {
        let is_content = |index: usize| {
            self.tokens.get(index).is_some_and(|token| match self.concept {
                "cuisine" | "nationality" => self.is_demonym(token),
                "occupation" => self.entity.is_type(&token.folded),
                _ => token.kind == TokenKind::Word && !self.lexicon.has("function", &token.folded),
            })
        };
        let is_link = |index: usize| {
            self.tokens.get(index).is_some_and(|token| self.lexicon.has("and", &token.folded))
        };
        let mut ends = Vec::new();
        let mut next = at;
        while next < at + PHRASE_TOKENS
            && (is_content(next) || next > at && is_link(next) && is_content(next + 1))
        {
            next += 1;
            if is_content(next - 1) {
                ends.push(next);
            }
        }
        ends.reverse();
        ends
    }

    /// Whether a word names a country's, a region's or another kind of cooking or people. English writes
    /// them with a capital.
    fn is_demonym(&self, token: &Token<'_>) -> bool {
        if token.kind != TokenKind::Word || self.lexicon.has("function", &token.folded) {
            return false;
        }
        self.lexicon.has("cuisines", &token.folded)
            || self.lexicon.has("demonyms", &token.folded)
                && (token.is_capitalised() || self.lexicon.language != "en")
    }

    /// "14 Quay Hill", "Obere Gasse 7", "via Roma 12", "12 rue du Port".
    fn address_ends(&self, at: usize) -> Vec<usize> {
        let is_house = |index: usize| {
            self.tokens.get(index).is_some_and(|token| {
                token.kind == TokenKind::Number
                    && token.text.len() <= 5
                    && token.text.starts_with(|c: char| c.is_ascii_digit())
            })
        };
        let street = |from: usize| -> Option<usize> {
            let is_word = self
                .tokens
                .get(from)
                .is_some_and(|token| self.lexicon.has("streets", &token.folded));
            let from = if is_word && !self.tokens[from].is_capitalised() { from + 1 } else { from };
            let end = name_run_end(self.tokens, from, self.lexicon)?;
            let has_street = |token: &Token<'_>| self.lexicon.has("streets", &token.folded);
            let is_street = is_word || self.tokens[from..end].iter().any(has_street);
            is_street.then_some(end)
        };
        if is_house(at) {
            return street(at + 1).into_iter().collect();
        }
        let Some(end) = street(at).or_else(|| name_run_end(self.tokens, at, self.lexicon)) else {
            return Vec::new();
        };
        let is_comma = self.tokens.get(end).is_some_and(|token| token.folded == ",");
        let house = if is_comma { end + 1 } else { end };
        if is_house(house) { vec![house + 1] } else { Vec::new() }
    }

    fn phone_ends(&self, at: usize) -> Vec<usize> {
        let is_number = self.tokens[at].kind == TokenKind::Number;
        if !is_number || at > 0 && self.tokens[at - 1].kind == TokenKind::Number {
            return Vec::new();
        }
        let end = (at..self.tokens.len())
            .find(|next| {
                self.tokens[*next].kind != TokenKind::Number && self.tokens[*next].folded != ")"
            })
            .unwrap_or(self.tokens.len());
        let digits = self.text(at, end).chars().filter(char::is_ascii_digit).count();
        if digits >= PHONE_DIGITS { vec![end] } else { Vec::new() }
    }
}

/// Whether the column's type can hold the values of a class.
pub(super) fn can_hold(column: &Column, class: Class) -> bool {
    use ampledata_core::column::Format;
    let is_text = column.kind == ColumnType::String && column.allowed.is_empty();
    match class {
        Class::Event => matches!(column.kind, ColumnType::Date | ColumnType::Number),
        Class::Count | Class::Measure => column.kind == ColumnType::Number && !column.list,
        Class::Address => is_text && matches!(column.format, None | Some(Format::Address)),
        Class::Phone => is_text && column.format == Some(Format::Phone),
        Class::Kind | Class::Agent => is_text && column.format.is_none(),
        Class::Role | Class::Name | Class::Place => {
            is_text && column.format.is_none() && !column.list
        }
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse::<u16>().is_ok_and(|year| (800..=2100).contains(&year))
}

fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(is_year)
}
