//! Values from sentences that a frame of the language reads.

use std::collections::BTreeSet;
use std::ops::Range;

use ampledata_core::column::CompiledColumn;
use ampledata_core::evidence::SourceKind;
use ampledata_core::page::{Page, Span};
use ampledata_core::value::{PartialDate, fold};

use super::lexicon::{Class, Concept, Frame, Lexicon, find_concept, find_lexicon, is_same};
use super::names::EntityWords;
use super::pattern::{Matched, Node, match_at};
use super::slots::{SentenceSlots, can_hold};
use super::tokens::{Token, tokenize};
use super::topic::{Topic, entity_end, find_owner, has_any, topic_after};
use crate::extractor::extract::FoundValue;
use crate::extractor::from_facts::PageContext;

/// Score of a value in a frame, times that of its column.
const FRAMED: f64 = 0.88;
/// Maximum number of values of one column from one page.
const MAX_VALUES: usize = 4;
/// Number of tokens after a frame that can still restrict it: "until 2019".
const AFTER: usize = 4;
/// Stands for the year of a sentence that names none.
const PRESENT: u16 = 2_101;

const CLASSES: [Class; 10] = [
    Class::Role,
    Class::Agent,
    Class::Name,
    Class::Place,
    Class::Event,
    Class::Count,
    Class::Measure,
    Class::Kind,
    Class::Address,
    Class::Phone,
];

/// A sentence with its tokens.
#[derive(Debug)]
struct Sentence<'a> {
    start: usize,
    text: &'a str,
    tokens: Vec<Token<'a>>,
    /// What the sentences before it were about.
    topic: Topic,
}

/// The sentences of a page, in the language of the page.
#[derive(Debug, Default)]
pub(in crate::extractor) struct Prose<'a> {
    lexicon: Option<&'static Lexicon>,
    sentences: Vec<Sentence<'a>>,
}

impl<'a> Prose<'a> {
    /// Reads the sentences of a page. Those of a page about the entity are about it, unless another name is
    /// their subject; on other pages only those that follow a mention of it are.
    pub(in crate::extractor) fn new(
        page: &'a Page,
        sentences: &[(usize, &'a str)],
        is_subject: bool,
        entity: &EntityWords,
    ) -> Self {
        let texts = sentences.iter().map(|(_, text)| *text);
        let Some(lexicon) = find_lexicon(texts, page.language.as_deref()) else {
            return Self::default();
        };
        let first = if is_subject { Topic::Entity } else { Topic::Open };
        let mut topic = first;
        let mut last_end = 0;
        let mut read = Vec::with_capacity(sentences.len());
        for &(start, text) in sentences {
            let between = page.text.get(last_end..start).unwrap_or_default();
            let is_section = between.contains("\n#");
            if is_subject && between.contains('\n') || is_section && topic == Topic::Other {
                topic = first;
            }
            let tokens = tokenize(text);
            if topic == Topic::Open && entity.is_whole_in(&tokens) {
                topic = Topic::Entity;
            }
            let next = topic_after(&tokens, topic, lexicon, entity);
            read.push(Sentence { start, text, tokens, topic });
            topic = next;
            last_end = start + text.len();
        }
        Self { lexicon: Some(lexicon), sentences: read }
    }

    /// Whether the value at a place of a sentence can be the entity's, as a fact of today.
    pub(super) fn allows(&self, start: usize, place: &Range<usize>, entity: &EntityWords) -> bool {
        let Some(lexicon) = self.lexicon else { return true };
        let Some(sentence) = self.sentences.iter().find(|one| one.start == start) else {
            return true;
        };
        let tokens = &sentence.tokens;
        let index = tokens.iter().position(|token| token.end > place.start);
        let index = index.unwrap_or(tokens.len());
        let clause = tokens[..index].iter().rposition(Token::is_mark).map_or(0, |at| at + 1);
        let end = tokens[index..].iter().position(Token::is_mark);
        let end = end.map_or(tokens.len(), |at| index + at);
        find_owner(tokens, (index, true), sentence.topic, lexicon, entity) != Topic::Other
            && !has_any(tokens, clause..index, lexicon.list("negations"))
            && !is_planned(tokens, clause..end, lexicon)
            && !has_any(tokens, 0..index, lexicon.list("conditions"))
    }

    /// Whether the sentences before this one were about the entity.
    pub(in crate::extractor) fn continues_entity(&self, start: usize) -> bool {
        self.sentences
            .iter()
            .find(|one| one.start == start)
            .is_some_and(|one| one.topic == Topic::Entity)
    }
}

/// A value in a sentence.
#[derive(Debug)]
struct Hit {
    text: String,
    sentence: usize,
    /// Its place in the sentence.
    place: Range<usize>,
    is_former: bool,
    /// Whether the sentence says that it holds today, and the last year that it names.
    recency: (bool, u16),
}

/// The values that the sentences of a page state about one column.
pub(in crate::extractor) fn find_values(
    context: &PageContext<'_>,
    at: usize,
    requested: &[CompiledColumn],
) -> Vec<FoundValue> {
    let CompiledColumn { column, labels, qualifiers } = &requested[at];
    let Some(lexicon) = context.prose.lexicon else { return Vec::new() };
    let classes: Vec<Class> =
        CLASSES.into_iter().filter(|class| can_hold(column, *class)).collect();
    let Some((concept, score)) = find_concept(labels, &classes) else { return Vec::new() };
    let mut hits = Vec::new();
    for (index, sentence) in context.prose.sentences.iter().enumerate() {
        if sentence.topic == Topic::Open || sentence.text.trim_end().ends_with('?') {
            continue;
        }
        let slots = SentenceSlots {
            sentence: sentence.text,
            tokens: &sentence.tokens,
            column,
            class: concept.class,
            concept: concept.name,
            locale: context.locale,
            lexicon,
            entity: context.entity,
        };
        hits.extend(read_sentence(&slots, concept, sentence.topic, index));
    }
    let this_year = context.locale.today.map(PartialDate::year);
    keep_current(&mut hits, concept.class, this_year);
    let mut found = Vec::new();
    for hit in hits {
        let sentence = &context.prose.sentences[hit.sentence];
        let clause = find_clause(sentence.text, hit.place.clone());
        let label = FRAMED * score.min(1.0) * qualifiers.score([clause]);
        if label <= 0.0 || found.len() >= MAX_VALUES {
            continue;
        }
        found.push(FoundValue {
            column: at,
            text: hit.text,
            span: Span::new(sentence.start, sentence.start + sentence.text.len()),
            kind: SourceKind::Sentence,
            label,
            entity: context.subjects.page.score,
            unit: None,
            context: Vec::new(),
            is_machine_number: false,
            prominence: (1.0 - 0.15 * found.len() as f64).max(0.0),
        });
    }
    found
}

/// Leaves out values that no longer hold, and puts those of today first.
fn keep_current(hits: &mut Vec<Hit>, class: Class, this_year: Option<i16>) {
    let former: BTreeSet<String> =
        hits.iter().filter(|hit| hit.is_former).map(|hit| fold(&hit.text)).collect();
    hits.retain(|hit| !hit.is_former && !former.contains(&fold(&hit.text)));
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.recency));
    // Whose club someone joined years ago says little about today, and a page that names two at once says
    // nothing.
    if class == Class::Name {
        let since = this_year.and_then(|year| u16::try_from(year - 1).ok()).unwrap_or(0);
        hits.retain(|hit| hit.recency.1 >= since);
    }
    if matches!(class, Class::Role | Class::Name | Class::Place) {
        let names: Vec<String> = hits.iter().map(|hit| fold(&hit.text)).collect();
        let agrees = |other: &String| other.contains(&names[0]) || names[0].contains(other);
        if !names.iter().all(agrees) {
            hits.clear();
        }
    }
    // A value of today leaves no room for one of a past year.
    if hits.first().is_some_and(|first| first.recency.0) {
        hits.retain(|hit| hit.recency.0 || hit.recency.1 == PRESENT);
    }
}

/// The part of a sentence that has the value at a place.
pub(super) fn find_clause(sentence: &str, Range { start: at, end }: Range<usize>) -> &str {
    let breaks = [", ", "; ", ": ", " and ", " but ", " – ", " und ", " et "];
    let before = breaks.iter().filter_map(|mark| sentence[..at].rfind(mark)).max();
    let after = breaks.iter().filter_map(|mark| sentence[end..].find(mark)).min();
    &sentence[before.unwrap_or(0)..after.map_or(sentence.len(), |after| end + after)]
}

/// The values of a concept in one sentence, the first reading of each place.
fn read_sentence(
    slots: &SentenceSlots<'_>,
    concept: &Concept,
    topic: Topic,
    sentence: usize,
) -> Vec<Hit> {
    let words: BTreeSet<&str> = slots.tokens.iter().map(|token| token.folded.as_str()).collect();
    let mut hits: Vec<Hit> = Vec::new();
    for frame in slots.lexicon.frames(concept.name) {
        if !can_occur(frame, &words) {
            continue;
        }
        for at in 0..slots.tokens.len() {
            let Some(matched) = match_at(&frame.nodes, slots.tokens, at, slots) else { continue };
            let is_fact = frame.is_former || states_fact(slots, concept, topic, &matched);
            let place = value_place(slots, &matched);
            if !is_fact || hits.iter().any(|hit| overlaps(&hit.place, &place)) {
                continue;
            }
            hits.push(Hit {
                text: slots.sentence[place.clone()].to_owned(),
                sentence,
                place,
                is_former: frame.is_former,
                recency: recency(slots, concept.class),
            });
        }
    }
    hits
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Whether the words that a frame needs are in the sentence.
fn can_occur(frame: &Frame, words: &BTreeSet<&str>) -> bool {
    frame.nodes.iter().all(|node| match node {
        Node::Words { sequences, .. } => sequences.iter().any(|sequence| {
            sequence.first().is_some_and(|first| {
                words.contains(first.as_str())
                    || first.ends_with('*') && words.iter().any(|word| is_same(first, word))
            })
        }),
        _ => true,
    })
}

/// The value's place in the sentence, without titles before a person's name.
fn value_place(slots: &SentenceSlots<'_>, matched: &Matched) -> Range<usize> {
    let Range { mut start, end } = matched.value.clone();
    if matches!(slots.class, Class::Role | Class::Agent) {
        while end - start > 2 && slots.lexicon.has("titles", &slots.tokens[start].folded) {
            start += 1;
        }
    }
    slots.tokens[start].start..slots.tokens[end - 1].end
}

/// Whether the sentence states the value of the entity, as a fact of today.
fn states_fact(
    slots: &SentenceSlots<'_>,
    concept: &Concept,
    topic: Topic,
    matched: &Matched,
) -> bool {
    let (tokens, lexicon) = (slots.tokens, slots.lexicon);
    // A name does not begin within another one.
    let is_person = matches!(concept.class, Class::Role | Class::Agent);
    let before_value = matched.value.start.checked_sub(1).map(|at| &tokens[at]);
    let is_cut = is_person
        && matched.value.start == matched.tokens.start
        && before_value.is_some_and(|token| {
            token.is_capitalised()
                && !lexicon.has("dates", &token.folded)
                && !lexicon.has("function", &token.folded)
        });
    if is_cut || is_changed(slots, concept.class, matched) || is_hedged(slots, concept, matched) {
        return false;
    }
    if !matched.entity.is_empty() {
        let end = entity_end(tokens, matched.entity.start, lexicon, slots.entity);
        let is_pointing =
            end.is_some() && !slots.entity.is_named_by(&tokens[matched.entity.clone()]);
        return !is_pointing || topic == Topic::Entity;
    }
    let topic = if concept.is_explicit { Topic::Open } else { topic };
    let is_noun = matched.named.start == matched.tokens.start && !matched.named.is_empty();
    let start = (matched.tokens.start, is_noun);
    find_owner(tokens, start, topic, lexicon, slots.entity) == Topic::Entity
}

/// Whether a word beside the concept's own makes it another one: "former", "deputy", "of Ghent".
fn is_changed(slots: &SentenceSlots<'_>, class: Class, matched: &Matched) -> bool {
    let (tokens, lexicon) = (slots.tokens, slots.lexicon);
    let named = &matched.named;
    if named.is_empty() || !matches!(class, Class::Role | Class::Name) {
        return false;
    }
    let changes = |token: &Token<'_>| lexicon.has("changers", &token.folded);
    let is_joined = tokens[named.start].is_joined
        && named.start.checked_sub(1).is_none_or(|at| !tokens[at].is_mark());
    let before = named.start.saturating_sub(2)..named.start;
    if is_joined || tokens[before].iter().any(changes) {
        return true;
    }
    // "The mayor of Ghent": of another place than the entity.
    if !tokens.get(named.end).is_some_and(|link| lexicon.has("of", &link.folded)) {
        return tokens.get(named.end).is_some_and(|next| next.is_joined);
    }
    let object = named.end + 1;
    let is_value = matched.value.contains(&object);
    let is_circumstance = tokens.get(object).is_some_and(Token::is_mark);
    !is_value
        && !is_circumstance
        && [object, named.end]
            .into_iter()
            .all(|at| entity_end(tokens, at, lexicon, slots.entity).is_none())
}

/// Whether some tokens speak of a plan. "May" with a capital is a month.
fn is_planned(tokens: &[Token<'_>], range: Range<usize>, lexicon: &Lexicon) -> bool {
    let is_word = |at: &usize| *at == 0 || tokens.get(*at).is_some_and(|it| !it.is_capitalised());
    range.filter(is_word).any(|at| has_any(tokens, at..at + 1, lexicon.list("plans")))
}

/// Whether the clause denies the statement, plans it, or speaks of the past.
fn is_hedged(slots: &SentenceSlots<'_>, concept: &Concept, matched: &Matched) -> bool {
    let (tokens, lexicon) = (slots.tokens, slots.lexicon);
    let is_break = |token: &Token<'_>| token.folded == ";" || token.folded == ":";
    let first = tokens[..matched.tokens.start].iter().rposition(is_break).map_or(0, |at| at + 1);
    let end = matched.tokens.end;
    let after = tokens[end..].iter().take(AFTER).take_while(|token| !token.is_mark()).count();
    // The nearest clause: what stands before a comma is said of something else.
    let nearest = tokens[first..matched.tokens.start]
        .iter()
        .rposition(Token::is_mark)
        .map_or(first, |at| first + at + 1);
    if has_any(tokens, nearest..end, lexicon.list("negations")) {
        return true;
    }
    if !concept.is_planned && is_planned(tokens, nearest..end + after, lexicon) {
        return true;
    }
    if has_any(tokens, first..matched.tokens.start, lexicon.list("conditions")) {
        return true;
    }
    let is_state = !matches!(concept.class, Class::Event | Class::Agent);
    is_state && has_any(tokens, nearest..end + after, lexicon.list("past"))
}

/// Whether the sentence says that it speaks of today, and the last year that it names.
fn recency(slots: &SentenceSlots<'_>, class: Class) -> (bool, u16) {
    if matches!(class, Class::Event | Class::Agent) {
        return (false, PRESENT);
    }
    let range = 0..slots.tokens.len();
    let is_now = has_any(slots.tokens, range, slots.lexicon.list("now"));
    let years = slots.tokens.iter().filter_map(|token| {
        let year = token.text.parse::<u16>().ok()?;
        (token.text.len() == 4 && (1900..=2100).contains(&year)).then_some(year)
    });
    // A sentence without a year speaks of the present.
    (is_now, years.max().unwrap_or(PRESENT))
}
