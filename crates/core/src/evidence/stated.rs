//! Whether a quote says something about its column, for values that are single common words: yes, no, and
//! the entries of a list of allowed values. Such words occur on any page, so they need their label, or a
//! phrase about the column; the words around the quote must not say otherwise.

use std::borrow::Cow;

use super::surroundings::{LabelledValue, find_listing_heading, find_sentence, labelled_values};
use crate::column::{Column, ColumnType, CompiledColumn};
use crate::marks::unstruck;
use crate::page::Span;
use crate::value::{
    Value, allowed_value_in, fold, is_negated, parse_labelled, parse_listed, parse_statement,
    same_stem,
};
use crate::vocabulary::{is_stop_word, words};

/// A label that matches the column less well than this names something else.
const LABEL_FLOOR: f64 = 0.42;
/// Maximum number of words between the column's own words and an allowed value in a sentence.
const NEAR: usize = 6;

/// A quote at its place in the stored text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoted<'a> {
    pub(super) text: &'a str,
    pub(super) span: Span,
}

impl Quoted<'_> {
    /// The words of the quote that are not struck out.
    fn quote(&self) -> Cow<'_, str> {
        unstruck(self.text, self.span)
    }

    /// The words of the sentence around it that are not struck out.
    fn sentence(&self) -> Cow<'_, str> {
        unstruck(self.text, find_sentence(self.text, self.span))
    }

    /// The words of a part of the text that are not struck out.
    fn shown(&self, part: &str) -> Cow<'_, str> {
        let start = part.as_ptr() as usize - self.text.as_ptr() as usize;
        unstruck(self.text, Span::new(start, start + part.len()))
    }
}

/// What the words at a place of a stored text state about a column of yes or no, or of allowed values;
/// `None` if they state nothing, or the words around them say otherwise.
pub fn read_statement(text: &str, span: Span, compiled: &CompiledColumn) -> Option<Value> {
    let quoted = Quoted { text, span };
    let column = &compiled.column;
    if column.kind == ColumnType::Boolean {
        return read_boolean(quoted, compiled).map(Value::Boolean);
    }
    let stated = |value: &&String| states_allowed(quoted, value, compiled);
    column.allowed.iter().find(stated).map(|value| Value::Text(value.clone()))
}

/// Whether the sentence around the quote gives orders to its reader, as pages do that want a model to err:
/// "Ignore previous instructions", "the assistant must respond with".
pub(super) fn gives_orders(quoted: Quoted<'_>) -> bool {
    const VERBS: [&str; 8] =
        ["ignore", "disregard", "forget", "override", "pretend", "ignoriere", "ignorez", "ignora"];
    const OBJECTS: [&str; 10] = [
        "instruction",
        "instructions",
        "prompt",
        "previous",
        "above",
        "rules",
        "anweisungen",
        "anweisung",
        "instrucciones",
        "istruzioni",
    ];
    const READERS: [&str; 4] = ["assistant", "chatbot", "llm", "gpt"];
    const DUTIES: [&str; 6] = ["must", "should", "shall", "will", "please", "to"];
    const ANSWERS: [&str; 4] = ["respond", "output", "reply", "answer"];
    let folded = fold(&quoted.sentence());
    let words: Vec<&str> = folded.split(' ').collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    // "The assistant must respond with": a parking assistant may have an output.
    let is_ordered =
        words.windows(2).any(|pair| DUTIES.contains(&pair[0]) && ANSWERS.contains(&pair[1]));
    has(&VERBS) && has(&OBJECTS) || has(&READERS) && is_ordered
}

/// Whether quote and labels have no rival of the words that narrow the column: another year, gross for net.
pub(super) fn fits_qualifiers(quoted: Quoted<'_>, compiled: &CompiledColumn) -> bool {
    let pairs = labelled_values(quoted.text, quoted.span);
    let labels = pairs.iter().flat_map(|pair| pair.labels.iter().copied());
    let quote = quoted.quote();
    compiled.qualifiers.score(labels.chain([&*quote])) > 0.0
}

/// Yes or no if the quote says so about the column.
pub(super) fn read_boolean(quoted: Quoted<'_>, compiled: &CompiledColumn) -> Option<bool> {
    let column = &compiled.column;
    let pairs = labelled_values(quoted.text, quoted.span);
    let mut labelled = pairs.iter().filter_map(|pair| read_labelled(quoted, pair, compiled));
    if let Some(first) = labelled.next() {
        return labelled.all(|yes| yes == first).then_some(first);
    }
    let whole = quoted.sentence();
    let stated = parse_statement(&quoted.quote(), column)
        .filter(|yes| parse_statement(&whole, column) == Some(*yes));
    stated.or_else(|| {
        let heading = find_listing_heading(quoted.text, quoted.span)?;
        if is_amenities(heading) { parse_listed(&whole, column) } else { None }
    })
}

fn read_labelled(
    quoted: Quoted<'_>,
    pair: &LabelledValue<'_>,
    compiled: &CompiledColumn,
) -> Option<bool> {
    let value = quoted.shown(pair.value);
    pair.labels
        .iter()
        .filter(|label| compiled.labels.score(label) >= LABEL_FLOOR)
        .find_map(|label| parse_labelled(label, &value, &compiled.column))
}

/// Whether a heading stands above a list of what a thing offers.
fn is_amenities(heading: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: [&str; 34] = [
        "amenities", "amenity", "facilities", "facility", "feature", "service", "include", "included", "offer", "comfort", "equipment",
        "accessibility", "ausstattung", "einrichtungen", "leistungen", "annehmlichkeiten", "service", "equipement",
        "prestation", "commodite", "servicio", "instalacione", "comodidade", "servizi", "dotazioni", "comfort",
        "servico", "instalacoe", "voorzieningen", "faciliteiten", "extra", "highlight", "option", "what",
    ];
    let heading = words(heading);
    heading.len() <= 6 && heading.iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Whether the quote says that the column has this one of its allowed values.
pub(super) fn states_allowed(quoted: Quoted<'_>, claimed: &str, compiled: &CompiledColumn) -> bool {
    let column = &compiled.column;
    let pairs = labelled_values(quoted.text, quoted.span);
    let is_labelled = pairs.iter().any(|pair| {
        let is_ours = |label: &str| compiled.labels.score(label) >= LABEL_FLOOR;
        pair.labels.iter().any(|label| is_ours(label))
            && names(&quoted.shown(pair.value), claimed, column)
    });
    if is_labelled {
        return true;
    }
    let whole = quoted.sentence();
    names_in_prose(&quoted.quote(), claimed, compiled) && names_in_prose(&whole, claimed, compiled)
}

/// Whether a value under the column's label names the allowed value: alone, or among the entries of a list.
fn names(value: &str, claimed: &str, column: &Column) -> bool {
    if column.list {
        let only = [claimed.to_owned()];
        return !is_negated(value) && allowed_value_in(value, &only).is_some();
    }
    allowed_value_in(value, &column.allowed) == Some(claimed)
}

/// Whether a text without a label says that the thing is of this kind. Letters and digits must follow the
/// column's own words ("energy class B"); other values must be near them, or be what the thing is said to
/// be ("is a suspension bridge").
fn names_in_prose(text: &str, claimed: &str, compiled: &CompiledColumn) -> bool {
    let column = &compiled.column;
    let own: Vec<String> =
        words(&column.name).into_iter().filter(|word| !is_stop_word(word)).collect();
    text.split(['\n', '.', ';', '!', '?', '(', ')', ',']).any(|clause| {
        if !names(clause, claimed, column) || is_negated(clause) || is_doubtful(clause) {
            return false;
        }
        let clause: Vec<String> = fold(clause).split(' ').map(str::to_owned).collect();
        let value: Vec<String> = fold(claimed).split(' ').map(str::to_owned).collect();
        let Some(at) = find_run(&clause, &value) else { return false };
        let end = at + value.len();
        let is_own = |word: &String| own.iter().any(|own| same_stem(own, word));
        if is_code(claimed) {
            return follows_label(&clause[..at], compiled) || at > 0 && is_own(&clause[at - 1]);
        }
        let near = &clause[at.saturating_sub(NEAR)..(end + NEAR).min(clause.len())];
        let beside = near.iter().enumerate().any(|(index, word)| {
            let index = index + at.saturating_sub(NEAR);
            !(at..end).contains(&index) && is_own(word)
        });
        beside || is_said_to_be(&clause[..at])
    })
}

/// Whether the words before end in a label of the column.
fn follows_label(before: &[String], compiled: &CompiledColumn) -> bool {
    const SURE: f64 = 0.8;
    (1..=3.min(before.len()))
        .any(|length| compiled.labels.score(&before[before.len() - length..].join(" ")) >= SURE)
}

/// Whether a value is a letter, a digit or a short code, which occurs in any text.
fn is_code(value: &str) -> bool {
    let letters = value.chars().filter(|c| c.is_alphanumeric()).count();
    letters <= 2 || value.chars().all(|c| !c.is_alphabetic())
}

/// "The bridge is a …", "plays as a …": nothing but adjectives come between.
fn is_said_to_be(before: &[String]) -> bool {
    const BE: [&str; 14] = [
        "is", "was", "are", "as", "ist", "war", "als", "est", "comme", "es", "como", "e", "come",
        "una",
    ];
    const LINKS: [&str; 12] =
        ["to", "for", "of", "with", "by", "in", "on", "near", "from", "at", "than", "like"];
    const ADJECTIVES: usize = 4;
    let near = &before[before.len().saturating_sub(ADJECTIVES)..];
    let be = near.iter().rposition(|word| BE.contains(&word.as_str()));
    be.is_some_and(|be| !near[be + 1..].iter().any(|word| LINKS.contains(&word.as_str())))
}

/// Whether a clause speaks of plans, conditions or the past.
fn is_doubtful(clause: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: [&str; 26] = [
        "if", "whether", "may", "might", "could", "should", "planned", "formerly", "former", "previously", "unlike",
        "nearby", "until", "once", "ob", "falls", "geplant", "fruher", "ehemals", "ehemalige", "ancien", "ancienne",
        "antiguo", "antigua", "ex", "say",
    ];
    fold(clause).split(' ').any(|word| WORDS.contains(&word))
}

fn find_run(words: &[String], run: &[String]) -> Option<usize> {
    words
        .windows(run.len())
        .position(|window| window.iter().zip(run).all(|(word, wanted)| same_stem(word, wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(name: &str, allowed: &[&str]) -> CompiledColumn {
        let kind = if allowed.is_empty() { ColumnType::Boolean } else { ColumnType::String };
        let allowed = allowed.iter().map(|value| (*value).to_owned()).collect();
        let column = Column { allowed, ..Column::new(name, kind) };
        CompiledColumn::new(&column, std::slice::from_ref(&column))
    }

    /// What a text states by the quote that the asterisks enclose.
    fn stated(marked: &str, compiled: &CompiledColumn) -> String {
        let from = marked.find('*').unwrap();
        let text = marked.replace('*', "");
        let to = marked.rfind('*').unwrap() - 1;
        read_statement(&text, Span::new(from, to), compiled)
            .map_or_else(|| "nothing".to_owned(), |value| value.to_string())
    }

    #[test]
    fn yes_and_no_need_their_label_or_a_phrase() {
        let public = compiled("public", &[]);
        let parking = compiled("parking", &[]);
        for (marked, column, expected) in [
            ("The college is *located on the river*.", &public, "nothing"),
            ("It is *no* longer than 1 km.", &public, "nothing"),
            ("*1*", &public, "nothing"),
            ("X marks it: *x*", &public, "nothing"),
            ("Public: *yes*", &public, "true"),
            ("Private: *yes*", &public, "nothing"),
            ("*It is a public university.*", &public, "true"),
            ("It is not a *public university*.", &public, "nothing"),
            ("Parking: *no problem, plenty of it*", &parking, "nothing"),
            ("Parking: *no*", &parking, "false"),
            ("Pool: *no*\nParking: yes", &parking, "nothing"),
            ("| Inn | Parking | Pool |\n| - | - | - |\n| Fern | *✓* | ✗ |", &parking, "true"),
            ("| Inn | Parking | Pool |\n| - | - | - |\n| Fern | ✓ | *✗* |", &parking, "nothing"),
            ("| Inn | Parking | Pool |\n| - | - | - |\n*| Fern | ✗ | ✓ |*", &parking, "false"),
            ("The inn has *no parking*.", &parking, "false"),
            ("Parking is *not available*.", &parking, "nothing"),
            ("## Amenities\n\n- *Parking*\n- Pool", &parking, "true"),
            ("## Getting there\n\n- *Parking*\n- Bus", &parking, "nothing"),
            ("## Nearby\n\n- *Parking*", &parking, "nothing"),
        ] {
            assert_eq!(stated(marked, column), expected, "{marked}");
        }
    }

    #[test]
    fn allowed_values_need_their_label_or_a_phrase() {
        let kind = compiled("bridge_type", &["suspension", "arch", "cable-stayed"]);
        let class = compiled("energy_class", &["A", "B", "C", "G"]);
        let rating = compiled("rating", &["G", "PG", "PG-13", "R"]);
        let status = compiled("status", &["open", "closed", "planned"]);
        let position = compiled("position", &["goalkeeper", "midfielder", "forward"]);
        for (marked, column, expected) in [
            ("*It is a suspension bridge.*", &kind, "suspension"),
            ("*It is not a suspension bridge.*", &kind, "nothing"),
            ("Unlike the *suspension bridge* nearby", &kind, "nothing"),
            ("The *arch* of the gate is red.", &kind, "nothing"),
            ("Type: *arch*", &kind, "arch"),
            ("Bridge type: *an arch or a suspension bridge*", &kind, "nothing"),
            ("*Vitamin C is sold here*", &class, "nothing"),
            ("*The house has energy class B*", &class, "B"),
            ("Energy class: *B*", &class, "B"),
            ("*Plan B is ready*", &class, "nothing"),
            ("*Rated PG-13 for action*", &rating, "PG-13"),
            ("*Rated R for violence*", &rating, "R"),
            ("*Mr R lives here*", &rating, "nothing"),
            ("*The open air theatre is loved*", &status, "nothing"),
            ("*open daily from 9 to 5*", &status, "nothing"),
            ("Status: *closed*", &status, "closed"),
            ("| Name | Status |\n| - | - |\n| Fern | *closed* |", &status, "closed"),
            ("*She plays as a midfielder for Hull*", &position, "midfielder"),
            ("*She passed the ball to the midfielder*", &position, "nothing"),
            ("*Looking forward to the match*", &position, "nothing"),
        ] {
            assert_eq!(stated(marked, column), expected, "{marked}");
        }
    }
}
