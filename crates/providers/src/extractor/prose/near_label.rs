//! Values from sentences: the column's words, with a value of its type nearby.
//!
//! A sentence gives a value if it contains words that name the column ("main span", "opened on",
//! "designed by") and, close to them in the same clause, a value of the column's type. Units distinguish
//! numbers; persons and places are runs of capitalised words.

use std::ops::Range;

use ampledata_core::column::{Column, ColumnType, CompiledColumn};
use ampledata_core::evidence::SourceKind;
use ampledata_core::page::{Page, Span};
use ampledata_core::value::{Value, parse};
use ampledata_core::vocabulary::{ContentKind, Labels, is_stop_word};

use crate::extractor::extract::FoundValue;
use crate::extractor::from_facts::PageContext;
use crate::extractor::from_title::word_ranges;
use crate::extractor::subject::SubjectScores;

use super::reader::find_clause;

/// Maximum number of sentences of one page that are examined.
const MAX_SENTENCES: usize = 400;
/// A longer sentence, in bytes, is a list or comes from broken markup.
const LONGEST: usize = 500;
/// Maximum number of words between the label's words and the value.
const NEAR: usize = 7;
/// Maximum number of words of one label in a sentence, and of one value.
const LABEL_WORDS: usize = 4;
const VALUE_WORDS: usize = 5;
/// The lowest accepted score of a run of words that names the column.
const NAMED: f64 = 0.8;
/// Factor for a label in a sentence, and for each word in between.
const IN_SENTENCE: f64 = 0.85;
const DISTANCE: f64 = 0.02;
/// Maximum number of values from the sentences of one page.
const MAX_VALUES: usize = 4;

/// The values in the sentences of a page about the entity.
pub(in crate::extractor) fn find_values(
    context: &PageContext<'_>,
    at: usize,
    requested: &[CompiledColumn],
) -> Vec<FoundValue> {
    let CompiledColumn { column, labels, qualifiers } = &requested[at];
    let reads = match column.kind {
        ColumnType::Number | ColumnType::Date => true,
        ColumnType::String => {
            labels.content_kind() == ContentKind::Person || !column.allowed.is_empty()
        }
        ColumnType::Boolean => false,
    };
    if !reads || !context.subjects.page.is_subject || column.format.is_some() || column.list {
        return Vec::new();
    }
    let mut found: Vec<FoundValue> = Vec::new();
    for &(start, sentence) in &context.sentences {
        let hit = if column.allowed.is_empty() {
            match_by_label(context, sentence, column, labels)
        } else {
            match_by_kind(context, sentence, column)
        };
        let Some(mut hit) = hit else { continue };
        if names_other_column(&hit, at, requested) {
            continue;
        }
        if !context.prose.allows(start, &hit.place, context.entity) {
            continue;
        }
        hit.label *= qualifiers.score([find_clause(sentence, hit.place.clone())]);
        if hit.label <= 0.0 {
            continue;
        }
        let own = 1.0 - 0.15 * found.len() as f64;
        found.push(FoundValue {
            column: at,
            text: hit.text,
            span: Span::new(start, start + sentence.len()),
            kind: SourceKind::Sentence,
            label: hit.label,
            entity: context.subjects.page.score,
            unit: None,
            context: Vec::new(),
            is_machine_number: false,
            prominence: own.max(0.0),
        });
        if found.len() >= MAX_VALUES {
            break;
        }
    }
    found
}

/// A value in a sentence, and the words that name it.
struct SentenceMatch {
    text: String,
    /// Where in the sentence it is stated.
    place: Range<usize>,
    label: f64,
    named_by: String,
}

/// The sentences of the body's paragraphs, without those about other things, with their start positions.
pub(in crate::extractor) fn find_sentences<'a>(
    page: &'a Page,
    subjects: &SubjectScores,
) -> Vec<(usize, &'a str)> {
    let body = &page.text[..page.body_end as usize];
    let mut at = 0;
    let mut out = Vec::new();
    for line in body.split_inclusive('\n') {
        let is_sentence = line.trim_end().ends_with(['.', '!']) && line.matches(' ').count() >= 2;
        let is_prose =
            !line.starts_with(['#', '|']) && (is_sentence || line.contains(' ') && line.len() > 25);
        if is_prose && !subjects.is_related(Span::new(at, at + line.len())) {
            for (from, to) in split_sentences(line) {
                let sentence = line[from..to].trim();
                let lead = from + (line[from..to].len() - line[from..to].trim_start().len());
                let least = if sentence.ends_with(['.', '!']) { 8 } else { 20 };
                if (least..=LONGEST).contains(&sentence.len()) {
                    out.push((at + lead, sentence));
                }
            }
        }
        at += line.len();
        if out.len() >= MAX_SENTENCES {
            break;
        }
    }
    out
}

/// Words whose stop ends no sentence.
#[rustfmt::skip]
const ABBREVIATIONS: [&str; 44] = [
    "St", "Dr", "Mr", "Mrs", "Ms", "No", "ca", "approx", "Sr", "Jr", "Prof", "Co", "Ltd", "Inc", "Corp", "Bros", "Mt", "Ft",
    "Gen", "Col", "Capt", "Lt", "Sgt", "Sen", "Rep", "Rev", "Hon", "Gov", "Pres", "vs", "Nr", "Str", "geb", "gest", "Ing",
    "Dipl", "Mag", "Sra", "Srta", "Mme", "Mlle", "Hl", "Ste", "Univ",
];

/// The ranges of sentences: they end at a stop, a space and a capital, but not after an initial.
fn split_sentences(line: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut from = 0;
    let bytes = line.as_bytes();
    for (at, c) in line.char_indices() {
        if !matches!(c, '.' | '!' | '?') || bytes.get(at + 1) != Some(&b' ') {
            continue;
        }
        let next = line[at + 1..].trim_start().chars().next();
        let last_word = line[from..at].rsplit([' ', '.']).next().unwrap_or("");
        // "9. April": an ordinal number.
        let is_ordinal = last_word.len() <= 2
            && last_word.chars().all(|c| c.is_ascii_digit())
            && !last_word.is_empty()
            && starts_with_month(&line[at + 1..]);
        let is_short = is_ordinal
            || last_word.chars().count() <= 2
                && last_word.chars().next().is_some_and(char::is_uppercase)
            || last_word.chars().count() == 1
            || ABBREVIATIONS.contains(&last_word);
        if next.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit()) && !is_short {
            out.push((from, at + 1));
            from = at + 1;
        }
    }
    out.push((from, line.len()));
    out
}

/// Whether a text begins with a month as languages write it that have ordinal numbers in dates.
fn starts_with_month(rest: &str) -> bool {
    const MONTHS: [&str; 13] = [
        "Januar",
        "Jänner",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let word = rest.trim_start().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    MONTHS.contains(&word)
}

/// Words that name the column, and a value of its type near them.
fn match_by_label(
    context: &PageContext<'_>,
    sentence: &str,
    column: &Column,
    labels: &Labels,
) -> Option<SentenceMatch> {
    let words = word_ranges(sentence);
    let text = |first: usize, last: usize| &sentence[words[first].0..words[last].1];
    let mut best: Option<SentenceMatch> = None;
    for first in 0..words.len() {
        for length in 1..=LABEL_WORDS.min(words.len() - first) {
            let last = first + length - 1;
            let label = text(first, last);
            if length == 1 && is_stop_word(&label.to_lowercase())
                || label.contains([',', ';', ':']) && length > 1
            {
                continue;
            }
            if label.contains(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let score = labels.score(label);
            if score < NAMED || best.as_ref().is_some_and(|best| best.label >= score * IN_SENTENCE)
            {
                continue;
            }
            let value = if labels.content_kind() == ContentKind::Person {
                // "By" alone credits the author of any statement.
                let is_told = length > 1 && is_about_entity(context, &sentence[..words[first].0]);
                is_told.then(|| find_person_after(sentence, &words, last)).flatten()
            } else {
                find_value_near(context, sentence, &words, (first, last), column)
            };
            if let Some((place, distance)) = value {
                let label_score = score * IN_SENTENCE - DISTANCE * distance as f64;
                if best.as_ref().is_none_or(|best| label_score > best.label) {
                    best = Some(SentenceMatch {
                        text: sentence[place.clone()].to_owned(),
                        place,
                        label: label_score,
                        named_by: label.to_owned(),
                    });
                }
            }
        }
    }
    best
}

/// Whether the words before a label refer to the entity: its name, a word that points to it, or nothing.
fn is_about_entity(context: &PageContext<'_>, before: &str) -> bool {
    const POINTING: [&str; 8] = ["it", "this", "the", "its", "was", "is", "originally", "he"];
    let first = before.split_whitespace().next().unwrap_or("").to_lowercase();
    first.is_empty()
        || POINTING.contains(&first.as_str())
        || context.target.score_name(before) >= 0.4
}

/// The value nearest to the label's words: after them in the same clause, otherwise before them.
fn find_value_near(
    context: &PageContext<'_>,
    sentence: &str,
    words: &[(usize, usize)],
    (first, last): (usize, usize),
    column: &Column,
) -> Option<(Range<usize>, usize)> {
    let read = |from: usize| -> Option<Range<usize>> {
        let most = VALUE_WORDS.min(words.len() - from);
        let text = |length: usize| {
            sentence[words[from].0..words[from + length - 1].1]
                .trim_end_matches([',', '.', ';', ':', ')'])
        };
        let starts = text(1).starts_with(|c: char| c.is_ascii_digit() || "$€£¥".contains(c))
            || column.kind == ColumnType::Date && text(1).starts_with(char::is_uppercase);
        if !starts {
            return None;
        }
        // The longest run that parses as a value includes its unit or its month.
        (1..=most)
            .rev()
            .map(text)
            .find(|text| {
                text.contains(|c: char| c.is_ascii_digit()) && parses_exactly(context, text, column)
            })
            .map(|text| words[from].0..words[from].0 + text.len())
    };
    let breaks = |at: usize| sentence[words[at].0..words[at].1].ends_with([';', ':', '(', ')']);
    let near = if column.kind == ColumnType::Number && column.unit.is_none() { 3 } else { NEAR };
    for (distance, at) in (last + 1..words.len()).take(near).enumerate() {
        if let Some(value) = read(at) {
            return Some((value, distance));
        }
        if breaks(at) {
            break;
        }
    }
    // "a 1,280-metre main span", "with 5,000 employees".
    for (distance, at) in (first.saturating_sub(4)..first).rev().enumerate() {
        if column.kind == ColumnType::Number
            && let Some(value) = read(at)
        {
            return Some((value, distance + 1));
        }
    }
    None
}

/// Whether a text parses as the column's value; if the column has a unit, a bare small number is not
/// enough, and a bare year never is.
fn parses_exactly(context: &PageContext<'_>, text: &str, column: &Column) -> bool {
    let Ok(parsed) = parse(text, column, context.locale) else { return false };
    match parsed.value {
        Value::Number(_) => {
            let has_word = text.chars().any(|c| c.is_alphabetic() || "$€£¥%'\"′″".contains(c));
            // A count is not followed by a unit of measure, and a year is no count.
            if column.unit.is_some() {
                has_word
            } else if has_word {
                is_counted(text)
            } else {
                !is_year(text) || column.name.to_lowercase().contains("year")
            }
        }
        // "Two days ago" dates the statement, not its subject.
        Value::Date(_) => has_year(text),
        _ => false,
    }
}

/// Whether a number is written as years are: four digits without a separator.
fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse::<u16>().is_ok_and(|year| (1500..=2100).contains(&year))
}

fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() == 4)
}

/// Whether the words beside a number only multiply it.
fn is_counted(text: &str) -> bool {
    const TIMES: [&str; 6] = ["hundred", "thousand", "million", "billion", "mio", "mrd"];
    text.split_whitespace().skip(1).all(|word| TIMES.contains(&word.to_lowercase().as_str()))
        && !text.split_whitespace().next().is_some_and(|word| word.chars().any(char::is_alphabetic))
}

/// Words within a name that are not capitalised.
#[rustfmt::skip]
const PARTICLES: [&str; 22] = [
    "de", "von", "van", "der", "den", "la", "le", "di", "da", "do", "dos", "del", "du", "zu",
    "ten", "ter", "bin", "al", "v.", "d.", "and", "&",
];
/// Words after "and" that continue the name of a firm.
#[rustfmt::skip]
const OF_FIRMS: [&str; 10] = [
    "Partners",
    "Partner",
    "Sons",
    "Son",
    "Associates",
    "Brothers",
    "Company",
    "Co.",
    "Bros.",
    "Architects",
];
/// Words after which "of" continues the name of an institution.
#[rustfmt::skip]
const INSTITUTIONS: [&str; 14] = [
    "Bureau", "Ministry", "Department", "Institute", "University", "School", "Office", "Board", "Academy", "Council", "Corps",
    "Museum", "Bank", "College",
];

/// The run of capitalised words right after the label's words, skipping a title and initials.
fn find_person_after(
    sentence: &str,
    words: &[(usize, usize)],
    last: usize,
) -> Option<(Range<usize>, usize)> {
    let word = |at: usize| &sentence[words[at].0..words[at].1];
    let label_end = word(last);
    if !label_end.eq_ignore_ascii_case("by") {
        return None;
    }
    let mut from = last + 1;
    // "by the engineer Ann Example".
    let mut skipped = 0;
    while from < words.len()
        && skipped < 4
        && word(from).chars().next().is_some_and(char::is_lowercase)
    {
        from += 1;
        skipped += 1;
    }
    let mut to = from;
    while to < words.len() && to - from < 7 {
        let current = word(to);
        let is_name = current.chars().next().is_some_and(char::is_uppercase);
        let mut following = (to + 1..words.len()).map(word);
        let is_particle = to > from
            && PARTICLES.contains(&current)
            && following
                .find(|next| !PARTICLES.contains(next))
                .is_some_and(|next| next.starts_with(char::is_uppercase));
        let next = words.get(to + 1).map_or("", |(start, end)| &sentence[*start..*end]);
        let is_of = current == "of"
            && to > from
            && next.starts_with(char::is_uppercase)
            && (from..to).any(|at| INSTITUTIONS.contains(&word(at)));
        let is_firm = OF_FIRMS.contains(&next.trim_end_matches([',', ';']));
        if !is_name && !is_particle && !is_of || current == "and" && to - from < 2 && !is_firm {
            break;
        }
        to += 1;
        let is_abbreviation = ABBREVIATIONS.contains(&current.trim_end_matches('.'));
        if current.ends_with([',', ';', ')'])
            || current.ends_with('.') && current.len() > 3 && !is_abbreviation
        {
            break;
        }
    }
    if to <= from || to - from < 2 {
        return None;
    }
    let name = sentence[words[from].0..words[to - 1].1].trim_end_matches([',', ';', ')']);
    let last = name.rsplit(' ').next().unwrap_or(name).trim_end_matches('.');
    let name = if ABBREVIATIONS.contains(&last) { name } else { name.trim_end_matches('.') };
    Some((words[from].0..words[from].0 + name.len(), skipped))
}

/// "The X is a cable-stayed bridge": the kind of thing that the entity is, from the sentence that states
/// it.
fn match_by_kind(
    context: &PageContext<'_>,
    sentence: &str,
    column: &Column,
) -> Option<SentenceMatch> {
    const DEFINES: [&str; 8] = [
        " is a ",
        " is an ",
        " was a ",
        " was an ",
        " is the ",
        " ist eine ",
        " est un ",
        " es un ",
    ];
    let at =
        DEFINES.iter().filter_map(|verb| sentence.find(verb).map(|at| at + verb.len())).min()?;
    let subject = &sentence[..at];
    let is_it = context.target.score_name(subject.trim_end_matches(|c: char| !c.is_alphanumeric()))
        >= 0.4
        || subject.trim_start().to_lowercase().starts_with("it ");
    if !is_it {
        return None;
    }
    let rest = &sentence[at..];
    let end = rest.find([',', ';', '.', '(']).unwrap_or(rest.len());
    let clause = &rest[..end];
    let parsed = parse(clause, column, context.locale).ok()?;
    let Value::Text(text) = parsed.value else { return None };
    Some(SentenceMatch { text, place: at..at + end, label: 0.7, named_by: String::new() })
}

/// Whether the words that named the value match another column better.
fn names_other_column(hit: &SentenceMatch, at: usize, requested: &[CompiledColumn]) -> bool {
    !hit.named_by.is_empty()
        && requested.iter().enumerate().any(|(other, rival)| {
            other != at && rival.labels.score(&hit.named_by) > hit.label / IN_SENTENCE + 0.05
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clause_is_the_one_of_the_value() {
        let sentence = "Founded in 2013 with standing fans, the seated capacity is 20 people";
        let at = sentence.rfind("20").unwrap();
        assert_eq!(find_clause(sentence, at..at + 2), ", the seated capacity is 20 people");
    }

    #[test]
    fn names_are_whole() {
        for (sentence, name) in [
            ("It was designed by Ann Example and opened later.", "Ann Example"),
            ("It was designed by Dr. Hans v. Berg in 1910.", "Dr. Hans v. Berg"),
            ("It was built by St. Louis Art Co. Ltd. for the city.", "St. Louis Art Co. Ltd."),
            ("It was designed by Foster and Partners in 1999.", "Foster and Partners"),
            ("It was designed by Ann Example of Hull.", "Ann Example"),
            ("It was built by the Bureau of Public Roads in 1931.", "Bureau of Public Roads"),
            ("It was designed by Juan de la Cruz, a monk.", "Juan de la Cruz"),
        ] {
            let words = word_ranges(sentence);
            let by = words.iter().position(|(from, to)| &sentence[*from..*to] == "by").unwrap();
            let found = find_person_after(sentence, &words, by).map(|(name, _)| &sentence[name]);
            assert_eq!(found, Some(name), "{sentence}");
        }
    }

    #[test]
    fn abbreviations_end_no_sentence() {
        for (line, count) in [
            ("It was built by St. Louis Art Co. Ltd. It is tall.", 1),
            ("Designed by Dr. Hans v. Berg. It opened in 1910.", 2),
            ("It opened. It closed.", 2),
        ] {
            assert_eq!(split_sentences(line).len(), count, "{line}");
        }
    }
}
