//! Scales that words state for the numbers beside or below them: "in millions of euros", `US$ m`, `TEUR`,
//! `Mio. €`, `(000s)`, `百万円`.

use std::ops::Range;

use super::currency;
use super::fold::{fold, singular_word};
use super::language::Language;
use super::token::{Joining, Token, tokens};
use super::unit::{Unit, unit_by_name};
use scope::{LabelKind, classify_label, may_be_year};
use words::{
    exponent_of_letter, exponent_of_prefix, exponent_of_word, glued_money, is_currency, is_except,
    is_filler, is_money_noun, is_remark, is_statement_word, is_vague, unspaced_scale,
};

mod scope;
mod surroundings;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use surroundings::{Surroundings, read_surroundings, wanted_exponent};

/// A longer text, in bytes, is prose that states no scale.
const LONGEST: usize = 600;

/// Where a text stands that may state a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalePlace {
    /// A caption, a header, or a label.
    Label,
    /// A sentence, which must speak of amounts or figures to state their scale.
    Sentence,
}

/// A power of ten, and perhaps a unit, by which numbers are to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedScale {
    pub(crate) exponent: i32,
    pub(crate) unit: Option<&'static Unit>,
    is_money: bool,
    /// What is counted: the passengers of "thousands of passengers", folded and in the singular.
    noun: Option<String>,
    /// What a short sentence is about: the visitors of "Visitors in thousands."
    subject: Option<String>,
    /// The words after "except", folded and in the singular.
    exceptions: Vec<String>,
    range: Range<usize>,
}

impl StatedScale {
    /// The bytes of the phrase in the text that states it.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The symbol of the unit that it names with the scale.
    pub fn unit(&self) -> Option<&'static str> {
        self.unit.map(|unit| unit.symbol)
    }

    /// Whether the scale is about a number with this label. Years, ratios, amounts per share and what the
    /// text excepts are not scaled, and money's scale is not that of head counts. A label that states the
    /// scale itself (`is_own`) is always meant.
    ///
    /// Of several labels (a header and the label of the row), the first that says what it counts decides.
    pub fn applies_to(&self, labels: &[&str], value: &str, is_own: bool) -> bool {
        if value.contains(['%', '‰', '％']) {
            return false;
        }
        if is_own {
            return true;
        }
        let mut kinds = labels.iter().map(|label| (*label, classify_label(label)));
        let distinct = kinds.find(|(_, kind)| *kind != LabelKind::Other);
        let (label, kind) = distinct.unwrap_or(("", LabelKind::Other));
        let is_subject = |subject: &String| {
            labels
                .iter()
                .any(|label| fold(label).split(' ').any(|word| singular_word(word) == subject))
        };
        if self.subject.as_ref().is_some_and(|subject| !is_subject(subject)) {
            return false;
        }
        if kind == LabelKind::Unscaled || labels.iter().any(|label| self.excepts(label)) {
            return false;
        }
        if kind == LabelKind::Count {
            let folded = fold(label);
            let is_noun = |noun: &String| folded.split(' ').any(|word| singular_word(word) == noun);
            // Reports count employees one by one; 12.3 of them can only be thousands.
            let has_fraction =
                !self.is_money && value.trim().contains(['.', ',']) && !is_whole(value);
            return self.noun.as_ref().is_some_and(is_noun) || has_fraction;
        }
        if may_be_year(value) && kind != LabelKind::Money {
            return false;
        }
        true
    }

    /// Whether numbers in this unit can be in this scale: amounts of money, but nothing that is already
    /// in a unit of its own.
    pub(crate) fn is_about(&self, unit: &Unit) -> bool {
        is_currency(unit) && (self.is_money || self.unit.is_none() && self.noun.is_none())
    }

    /// Whether it counts what a word after the number names.
    pub(crate) fn counts(&self, word: &str) -> bool {
        self.noun.as_deref() == Some(singular_word(&fold(word)))
    }

    fn excepts(&self, label: &str) -> bool {
        let folded = fold(label);
        folded
            .split(' ')
            .any(|word| self.exceptions.iter().any(|excepted| excepted == singular_word(word)))
    }
}

/// Whether every group of digits after a separator has three: `2,100` and not `2.1`.
fn is_whole(value: &str) -> bool {
    value
        .trim()
        .split(['.', ','])
        .skip(1)
        .all(|group| group.chars().take_while(char::is_ascii_digit).count() == 3)
}

/// Finds the scale that a text states for numbers near it; `None` if it states none. A number in words
/// ("a million inhabitants") is no scale. Linear in the text.
pub fn find_scale(text: &str, language: Option<&str>, place: ScalePlace) -> Option<StatedScale> {
    if text.len() > LONGEST || !may_state_scale(text) {
        return None;
    }
    let finder = Finder {
        text,
        tokens: tokens(text, Joining::Separators),
        language: Language::from_tag(language),
        place,
    };
    (0..finder.tokens.len()).find_map(|at| {
        let phrase = finder.phrase(at)?;
        finder.is_framed(at, &phrase).then(|| finder.stated(at, phrase))
    })
}

/// The label without the scale that it states: `Revenue` of "Revenue (US$ million)".
pub fn without_scale(label: &str) -> String {
    let Some(scale) = find_scale(label, None, ScalePlace::Label) else { return label.to_owned() };
    let before = label[..scale.range.start]
        .trim_end_matches(|c: char| c.is_whitespace() || "([（［,;:：/-–—".contains(c));
    let before =
        before.strip_suffix(" in").or_else(|| before.strip_suffix(" en")).unwrap_or(before);
    let after = label[scale.range.end..]
        .trim_start_matches(|c: char| c.is_whitespace() || ")]）］,;:：".contains(c));
    format!("{before} {after}").trim().to_owned()
}

/// A quick look: without one of these, no scale is stated.
fn may_state_scale(text: &str) -> bool {
    text.contains(|c: char| {
        c.is_ascii_alphabetic()
            || !c.is_ascii() && c.is_alphabetic()
            || c == '0'
            || currency::is_sign(c)
    })
}

/// A scale with its unit, and the token after it.
struct Phrase {
    exponent: i32,
    unit: Option<&'static Unit>,
    is_money: bool,
    noun: Option<String>,
    /// Whether it is written in digits, such as `000`.
    in_digits: bool,
    end: usize,
}

struct Finder<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    language: Language,
    place: ScalePlace,
}

impl Finder<'_> {
    fn phrase(&self, at: usize) -> Option<Phrase> {
        let token = self.tokens.get(at)?;
        if token.is_word() {
            if let Some((exponent, unit)) = glued_money(token.text, self.language) {
                return Some(money(exponent, unit, at + 1));
            }
            if let Some(found) = unspaced_scale(token.text, self.language) {
                let noun = found.counts.then(String::new);
                let is_money = found.unit.is_some();
                let (exponent, unit) = (found.exponent, found.unit);
                return Some(Phrase {
                    exponent,
                    unit,
                    is_money,
                    noun,
                    in_digits: false,
                    end: at + 1,
                });
            }
        }
        self.money_first(at).or_else(|| self.scale_first(at))
    }

    /// `US$ m`, "USD thousands", "US dollars in millions", `£'000`.
    fn money_first(&self, at: usize) -> Option<Phrase> {
        let (unit, next) = self.currency(at)?;
        let mut from = self.skip_dot(next);
        if self.word(from).is_some_and(|word| matches!(word.as_str(), "in" | "en" | "em")) {
            from += 1;
        }
        if self.tokens.get(from).is_some_and(|token| token.is_one_of("'’‘(")) {
            from += 1;
        }
        let letter = || {
            let token = self.tokens.get(from).filter(|token| token.is_word())?;
            Some((exponent_of_letter(token.text)?, from + 1))
        };
        let (exponent, end) =
            letter().or_else(|| self.scale_word(from)).or_else(|| self.digits(from))?;
        Some(money(exponent, unit, self.skip_dot(end)))
    }

    /// "millions of US dollars", `Mio. €`, `k€`, "thousand tonnes", "millions".
    fn scale_first(&self, at: usize) -> Option<Phrase> {
        if let Some(token) = self.tokens.get(at).filter(|token| token.is_word())
            && let Some(exponent) = exponent_of_prefix(token.text)
            && self.tokens.get(at + 1).is_some_and(|next| !next.spaced)
            && let Some((unit, end)) = self.currency(at + 1)
        {
            return Some(money(exponent, unit, end));
        }
        let in_words = self.scale_word(at);
        let in_digits = in_words.is_none();
        let (exponent, after) = in_words.or_else(|| self.digits(at))?;
        let after = self.skip_dot(after);
        let of = self.skip_of(after);
        if let Some((unit, end)) = self.currency(of) {
            return Some(money(exponent, unit, self.skip_dot(end)));
        }
        let noun = self.word(of).filter(|word| !is_remark(word) && !self.tokens[of].is_numeral());
        let is_money = noun.as_deref().is_some_and(is_money_noun);
        let unit = self.measure_unit(of).filter(|_| !is_money);
        let end = match (&noun, unit) {
            (_, Some((_, end))) => end,
            (Some(_), None) => of + 1,
            (None, None) => after,
        };
        let noun = noun.filter(|_| !is_money && unit.is_none());
        let noun = noun.map(|noun| singular_word(&noun).to_owned());
        // "en miles" is Spanish for "in thousands", but "in miles" is English.
        if self.word(at).as_deref() == Some("miles") && !self.language.is("es") {
            return None;
        }
        Some(Phrase { exponent, unit: unit.map(|(unit, _)| unit), is_money, noun, in_digits, end })
    }

    fn word(&self, at: usize) -> Option<String> {
        self.tokens.get(at).filter(|token| token.is_word()).map(|token| fold(token.text))
    }

    /// A power of ten in words, or several multiplied: "hundred thousand", "mil millones".
    fn scale_word(&self, at: usize) -> Option<(i32, usize)> {
        let of = |at: usize| -> Option<i32> {
            let word = self.word(at)?;
            // "miles de euros" on a page that names no language.
            let spanish = || word == "miles" && self.word(at + 1).as_deref() == Some("de");
            exponent_of_word(&word, self.language).or_else(|| spanish().then_some(3))
        };
        if self.word(at).as_deref() == Some("hundred") {
            return Some((2 + of(at + 1)?, at + 2));
        }
        let first = of(at)?;
        match of(at + 1) {
            Some(second) => Some((first + second, at + 2)),
            None => Some((first, at + 1)),
        }
    }

    /// `000`, `000s`, `'000`, `1,000`, `1.000.000`, `10億円`.
    fn digits(&self, at: usize) -> Option<(i32, usize)> {
        let start = at + usize::from(self.tokens.get(at)?.is_one_of("'’‘"));
        let token = self.tokens.get(start).filter(|token| token.is_numeral())?;
        let digits: String = token.text.chars().filter(char::is_ascii_digit).collect();
        let zeros = digits.trim_start_matches('1');
        let is_power = zeros.bytes().all(|b| b == b'0')
            && digits.len() - zeros.len() <= 1
            && matches!(zeros.len(), 3 | 6 | 9);
        let exponent = i32::try_from(zeros.len()).ok().filter(|_| is_power)?;
        let mut end = start + 1;
        if self.tokens.get(end).is_some_and(|token| token.is_one_of("'’") && !token.spaced)
            && self.word(end + 1).as_deref() == Some("s")
        {
            end += 1;
        }
        if self.tokens.get(end).is_some_and(|token| token.text == "s" && !token.spaced) {
            end += 1;
        }
        Some((exponent, end))
    }

    /// A currency by sign, code or name; `None` inside for money of which the name alone does not say the
    /// currency.
    fn currency(&self, at: usize) -> Option<(Option<&'static Unit>, usize)> {
        // "U.S. dollars": the dollars say it.
        let is_us = self
            .tokens
            .get(at..at + 4)
            .is_some_and(|tokens| tokens.iter().map(|token| token.text).eq(["U", ".", "S", "."]));
        let at = if is_us { at + 4 } else { at };
        let token = self.tokens.get(at)?;
        let sign = |at: usize| {
            let token = self.tokens.get(at).filter(|token| !token.is_word())?;
            token.text.chars().next().filter(|c| currency::is_sign(*c))
        };
        if let Some(sign) = sign(at) {
            return Some((currency::by_sign(None, sign, self.language), at + 1));
        }
        if !token.is_word() {
            return None;
        }
        if let Some(sign) = sign(at + 1).filter(|_| !self.tokens[at + 1].spaced)
            && let Some(unit) = currency::by_sign(Some(token.text), sign, self.language)
        {
            return Some((Some(unit), at + 2));
        }
        let named = (1..=3).rev().find_map(|count| {
            let words = self.tokens.get(at..at + count)?;
            if !words.iter().all(Token::is_word) {
                return None;
            }
            let name = words.iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
            let coded = || currency::by_word(&name, self.language);
            let unit = unit_by_name(&name).filter(|unit| is_currency(unit)).or_else(coded)?;
            Some((Some(unit), at + count))
        });
        let is_noun = || self.word(at).is_some_and(|word| is_money_noun(&word));
        named.or_else(|| is_noun().then_some((None, at + 1)))
    }

    /// A unit of measure, other than a currency, at this token.
    fn measure_unit(&self, at: usize) -> Option<(&'static Unit, usize)> {
        (1..=2).rev().find_map(|count| {
            let words = self.tokens.get(at..at + count)?;
            let name = words.iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
            let unit = unit_by_name(&name).filter(|unit| !is_currency(unit))?;
            words.iter().all(Token::is_word).then_some((unit, at + count))
        })
    }

    fn skip_dot(&self, at: usize) -> usize {
        let dot = self.tokens.get(at).is_some_and(|token| token.is_sign('.') && !token.spaced);
        at + usize::from(dot)
    }

    fn skip_of(&self, at: usize) -> usize {
        match self.word(at).as_deref() {
            Some("of" | "de" | "di" | "von" | "van" | "do") => at + 1,
            Some("d") if self.tokens.get(at + 1).is_some_and(|t| t.is_one_of("'’")) => at + 2,
            _ => at,
        }
    }

    /// Whether the words around a phrase make it a statement about numbers: brackets, a preposition, or
    /// nothing else between two separators.
    fn is_framed(&self, at: usize, phrase: &Phrase) -> bool {
        let start = self.segment_start(at);
        let before = &self.tokens[start..at];
        let opener = start.checked_sub(1).map(|at| &self.tokens[at]);
        let in_brackets = opener.is_some_and(|token| token.is_one_of("([（［"));
        let is_introduced = before.iter().all(|token| is_filler(&fold(token.text)));
        let prepositional = before.last().is_some_and(|token| {
            matches!(fold(token.text).as_str(), "in" | "en" | "em" | "w" | "v" | "в" | "i")
        });
        let is_closed = self.is_closed(phrase.end);
        if in_brackets && is_introduced {
            return true;
        }
        if self.place == ScalePlace::Sentence && !self.is_statement() {
            return prepositional && self.subject(at, phrase).is_some();
        }
        if prepositional {
            return true;
        }
        if phrase.in_digits && !phrase.is_money {
            return false;
        }
        let follows_number = before.last().is_some_and(|token| {
            token.is_numeral() && !may_be_year(token.text)
                || matches!(
                    fold(token.text).as_str(),
                    "a" | "an" | "one" | "ein" | "une" | "un" | "una"
                )
        });
        let is_whole = is_introduced && is_closed;
        let has_money = phrase.is_money && !follows_number;
        let trails = has_money && is_closed;
        let leads =
            has_money && at == 0 && self.tokens.get(phrase.end).is_some_and(Token::is_numeral);
        is_whole || self.place == ScalePlace::Label && (trails || leads)
    }

    /// The first token after the last separator before this one.
    fn segment_start(&self, at: usize) -> usize {
        let is_separator = |token: &Token<'_>| {
            token.is_one_of("([（［,;:：/|–—、，") || token.is_sign('-') && token.spaced
        };
        self.tokens[..at].iter().rposition(is_separator).map_or(0, |place| place + 1)
    }

    fn is_closed(&self, end: usize) -> bool {
        self.tokens.get(end).is_none_or(|token| {
            token.is_one_of(")]）］,;:：/|–—.、，")
                || token.is_sign('-') && token.spaced
                || is_remark(&fold(token.text))
        })
    }

    /// Whether a sentence speaks of amounts or figures as such, or hardly says anything else.
    fn is_statement(&self) -> bool {
        let words = self.tokens.iter().filter(|token| token.is_word());
        words.clone().count() <= 7
            && self
                .tokens
                .first()
                .is_some_and(|token| is_filler(&fold(token.text)) || token.is_one_of("([（［"))
            || words.clone().any(|token| is_statement_word(&fold(token.text)))
    }

    /// The noun of a short sentence that says nothing else: "Visitors in thousands."
    fn subject(&self, at: usize, phrase: &Phrase) -> Option<String> {
        let ends = self.tokens[phrase.end..].iter().all(|token| token.is_sign('.'));
        let before = self.tokens.get(..at.checked_sub(1)?).filter(|before| before.len() <= 4)?;
        let is_plain =
            self.place == ScalePlace::Sentence && ends && before.iter().all(Token::is_word);
        let noun = before.last().filter(|_| is_plain && !self.is_statement())?;
        Some(singular_word(&fold(noun.text)).to_owned())
    }

    fn stated(&self, at: usize, phrase: Phrase) -> StatedScale {
        let offset = |token: &Token<'_>| token.text.as_ptr() as usize - self.text.as_ptr() as usize;
        let last = &self.tokens[phrase.end - 1];
        StatedScale {
            subject: self.subject(at, &phrase),
            exponent: phrase.exponent,
            unit: phrase.unit,
            is_money: phrase.is_money,
            noun: phrase.noun,
            exceptions: self.exceptions(),
            range: offset(&self.tokens[at])..offset(last) + last.text.len(),
        }
    }

    /// The words after "except" up to the end of the brackets or of the sentence.
    fn exceptions(&self) -> Vec<String> {
        let except = self.tokens.iter().position(|token| is_except(&fold(token.text)));
        let Some(except) = except else { return Vec::new() };
        self.tokens[except + 1..]
            .iter()
            .take_while(|token| !token.is_one_of(")]）］.;"))
            .filter(|token| token.is_word())
            .map(|token| singular_word(&fold(token.text)).to_owned())
            .filter(|word| word.len() > 2 && !is_filler(word) && !is_vague(word))
            .collect()
    }
}

fn money(exponent: i32, unit: Option<&'static Unit>, end: usize) -> Phrase {
    Phrase { exponent, unit, is_money: true, noun: None, in_digits: false, end }
}
