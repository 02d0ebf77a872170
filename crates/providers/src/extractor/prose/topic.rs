//! Whose statement a sentence makes: the entity's, another thing's, or that of what came before.

use super::lexicon::Lexicon;
use super::names::{EntityWords, name_run_end};
use super::pattern::match_words;
use super::tokens::Token;

/// What the sentences before have been about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extractor) enum Topic {
    Entity,
    Other,
    /// Nothing yet.
    Open,
}

/// Something that a sentence mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The entity's name.
    Entity,
    /// A word that refers to what came before: "it", "the museum" for a museum.
    Pointing,
    /// "He", "her".
    Person,
    OtherName,
    OtherThing,
}

#[derive(Debug, Clone)]
struct Mention {
    start: usize,
    end: usize,
    kind: Kind,
    /// Whether a preposition makes it a place or a circumstance.
    is_oblique: bool,
}

/// The end of the words for the entity that begin at a token: "it", "the museum", its name.
pub(super) fn entity_end(
    tokens: &[Token<'_>],
    at: usize,
    lexicon: &Lexicon,
    entity: &EntityWords,
) -> Option<usize> {
    let mention = mention_at(tokens, at, tokens.len(), lexicon, entity)?;
    matches!(mention.kind, Kind::Entity | Kind::Pointing).then_some(mention.end)
}

/// Whose statement it is that begins at token `at`, by the words before it. `is_noun`: it begins with the
/// noun of the concept, which the words right before it can belong to.
pub(super) fn find_owner(
    tokens: &[Token<'_>],
    (at, is_noun): (usize, bool),
    topic: Topic,
    lexicon: &Lexicon,
    entity: &EntityWords,
) -> Topic {
    let mut mentions = find_mentions(tokens, at, lexicon, entity);
    // "The present | mayor", "its new | director": the words before belong to the noun.
    if is_noun {
        mentions.retain(|mention| mention.end < at || mention.kind != Kind::OtherThing);
    }
    let of = |mention: &Mention| match mention.kind {
        Kind::Entity => Topic::Entity,
        Kind::Pointing => topic,
        Kind::Person if entity.is_person => topic,
        Kind::Person | Kind::OtherName | Kind::OtherThing => Topic::Other,
    };
    // "…; the mayor is": a new subject, which belongs to what the text is about.
    if is_noun
        && let Some(article) = at.checked_sub(1)
        && lexicon.has("definite", &tokens[article].folded)
        && article.checked_sub(1).is_none_or(|before| {
            tokens[before].is_mark() || lexicon.has("and", &tokens[before].folded)
        })
    {
        return topic;
    }
    if let Some(owner) = owner_of_brackets(tokens, at, &mentions) {
        return of(owner);
    }
    if let Some(last) = mentions.last() {
        let between = &tokens[last.end..at];
        let relative = between.iter().any(|token| lexicon.has("relatives", &token.folded));
        let is_verb = |token: &Token<'_>| lexicon.has("finite", &token.folded);
        let is_direct = between.iter().all(|token| {
            lexicon.has("relatives", &token.folded)
                || is_verb(token)
                || relative && token.folded == ","
        });
        let is_finite = between.iter().any(is_verb) || tokens.get(at).is_some_and(is_verb);
        let attaches = relative
            || !last.is_oblique
            || last.kind != Kind::OtherName && !is_finite
            || last.kind == Kind::Entity;
        if is_direct && attaches {
            return of(last);
        }
    }
    let mut subject: Option<&Mention> = None;
    for mention in mentions.iter().filter(|mention| !mention.is_oblique) {
        let before = mention.start.checked_sub(1).map(|before| &tokens[before]);
        let is_boundary =
            before.is_none_or(|token| token.is_mark() || lexicon.has("and", &token.folded));
        let is_apposition = before.is_some_and(|token| token.folded == ",")
            && subject.is_some_and(|subject| subject.kind == Kind::Entity)
            && mention.kind == Kind::OtherThing;
        if subject.is_none() || is_boundary && !is_apposition {
            subject = Some(mention);
        }
    }
    if let Some(subject) = subject {
        return of(subject);
    }
    let is_named = |mention: &Mention| mention.kind == Kind::Entity;
    if mentions.iter().any(is_named) { Topic::Entity } else { topic }
}

/// What a statement in brackets belongs to: the first thing in the clause before them, if it names one.
fn owner_of_brackets<'m>(
    tokens: &[Token<'_>],
    at: usize,
    mentions: &'m [Mention],
) -> Option<&'m Mention> {
    let open = tokens[..at].iter().rposition(|token| matches!(token.text, "(" | ")"))?;
    if tokens[open].text == ")" {
        return None;
    }
    let start = tokens[..open].iter().rposition(Token::is_mark).map_or(0, |mark| mark + 1);
    let clause = || mentions.iter().filter(|one| one.start >= start && one.end <= open);
    clause()
        .find(|mention| matches!(mention.kind, Kind::Entity | Kind::Pointing))
        .or_else(|| clause().next())
}

/// What the sentence after this one is about, if it does not say so itself.
pub(super) fn topic_after(
    tokens: &[Token<'_>],
    topic: Topic,
    lexicon: &Lexicon,
    entity: &EntityWords,
) -> Topic {
    let mentions = find_mentions(tokens, tokens.len(), lexicon, entity);
    let subject = mentions.iter().find(|mention| !mention.is_oblique);
    let is_speaker = |mention: &Mention| {
        let around = [mention.start.checked_sub(1), Some(mention.end)];
        around
            .into_iter()
            .flatten()
            .any(|at| tokens.get(at).is_some_and(|token| lexicon.has("says", &token.folded)))
    };
    let is_named = mentions.iter().any(|mention| mention.kind == Kind::Entity);
    match subject {
        Some(subject) if subject.kind == Kind::Entity => Topic::Entity,
        // Where all nouns have capitals, only the first words are sure to be a name.
        Some(subject)
            if subject.kind == Kind::OtherName
                && !is_speaker(subject)
                && !is_named
                && (lexicon.language != "de" || subject.start == 0) =>
        {
            if topic == Topic::Open {
                Topic::Open
            } else {
                Topic::Other
            }
        }
        _ if is_named => Topic::Entity,
        _ => topic,
    }
}

fn find_mentions(
    tokens: &[Token<'_>],
    limit: usize,
    lexicon: &Lexicon,
    entity: &EntityWords,
) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut at = 0;
    let is_speech = tokens.get(limit).is_some_and(|token| token.is_quoted);
    while at < limit {
        // What someone says has its own subjects.
        if tokens[at].is_quoted && !is_speech {
            at += 1;
            continue;
        }
        match mention_at(tokens, at, limit, lexicon, entity) {
            Some(mention) => {
                at = mention.end.max(at + 1);
                mentions.push(mention);
            }
            None => at += 1,
        }
    }
    mentions
}

fn mention_at(
    tokens: &[Token<'_>],
    at: usize,
    limit: usize,
    lexicon: &Lexicon,
    entity: &EntityWords,
) -> Option<Mention> {
    let token = tokens.get(at).filter(|token| !token.is_mark())?;
    let is_oblique = at > 0 && lexicon.has("prepositions", &tokens[at - 1].folded);
    let mention = |end: usize, kind: Kind| Some(Mention { start: at, end, kind, is_oblique });
    let is_person = lexicon.has("persons", &token.folded);
    if is_person || lexicon.has("pronouns", &token.folded) {
        let pointing = if is_person { Kind::Person } else { Kind::Pointing };
        // "Its | mayor" is the entity's, but "its rival was" has another subject.
        let owned =
            noun_phrase(tokens, (at, limit), is_person && !entity.is_person, lexicon, entity)
                .filter(|(end, _)| *end < limit && lexicon.has("possessives", &token.folded));
        let (end, kind) = owned.unwrap_or((at + 1, pointing));
        return mention(end, kind);
    }
    let is_definite = lexicon.has("definite", &token.folded);
    if is_definite || lexicon.has("indefinite", &token.folded) {
        return noun_phrase(tokens, (at, limit), is_definite, lexicon, entity)
            .and_then(|(end, kind)| mention(end, kind));
    }
    // Languages without articles point with the bare noun.
    if lexicon.list("definite").len() <= 8 && entity.is_type(&token.folded) {
        let (end, kind) = with_name(tokens, at + 1, limit, lexicon, entity);
        return mention(end, kind);
    }
    let end = name_run_end(tokens, at, lexicon)?.min(limit);
    if end <= at {
        return None;
    }
    let run = &tokens[at..end];
    if entity.is_named_by(run) {
        return mention(end, Kind::Entity);
    }
    // Where nouns have capitals, and at the beginning of a sentence, a single word is hardly a name.
    if run.len() == 1 && (at == 0 || lexicon.language == "de") {
        let is_verbal =
            at == 0 && ["ed", "ing", "ly"].iter().any(|ending| token.folded.ends_with(ending));
        return if is_verbal || lexicon.has("function", &token.folded) {
            None
        } else {
            mention(end, Kind::OtherThing)
        };
    }
    mention(end, Kind::OtherName)
}

/// The noun phrase after an article: its end, and whether its noun stands for the entity.
fn noun_phrase(
    tokens: &[Token<'_>],
    (at, limit): (usize, usize),
    is_definite: bool,
    lexicon: &Lexicon,
    entity: &EntityWords,
) -> Option<(usize, Kind)> {
    const ADJECTIVES: usize = 3;
    let first = at + 1;
    let end = (first..limit.min(tokens.len()))
        .find(|next| {
            let token = &tokens[*next];
            token.is_mark() || lexicon.has("function", &token.folded)
        })
        .unwrap_or(limit.min(tokens.len()));
    if end == first {
        return None;
    }
    let name = (first..end.min(first + ADJECTIVES))
        .find_map(|start| Some((start, name_run_end(tokens, start, lexicon)?.min(limit))));
    if let Some((start, run_end)) = name
        && run_end > start
        && entity.is_named_by(&tokens[start..run_end])
    {
        return Some((run_end, Kind::Entity));
    }
    // "The Museum of Buses" is another museum.
    if let Some((start, run_end)) = name
        && run_end > start + 1
        && !tokens[start..run_end].iter().all(|token| entity.is_type(&token.folded))
    {
        return Some((run_end, Kind::OtherName));
    }
    let head = (first..end.min(first + ADJECTIVES)).find(|next| {
        let is_compound = tokens.get(next + 1).is_some_and(|after| {
            next + 1 < end
                && (lexicon.has("compounds", &after.folded) || entity.is_type(&after.folded))
                || after.is_joined
        });
        entity.is_type(&tokens[*next].folded) && !is_compound
    });
    if let Some(head) = head {
        let (after, kind) = with_name(tokens, head + 1, limit, lexicon, entity);
        let is_pointing = is_definite || kind != Kind::Pointing;
        return Some((after, if is_pointing { kind } else { Kind::OtherThing }));
    }
    match name {
        Some((_, run_end)) if lexicon.language != "de" => Some((run_end, Kind::OtherName)),
        _ => Some((end, Kind::OtherThing)),
    }
}

/// A noun for the entity's kind, with the name that may follow it: "the town" points to the entity, "the
/// town of Wells" is Wells.
fn with_name(
    tokens: &[Token<'_>],
    after: usize,
    limit: usize,
    lexicon: &Lexicon,
    entity: &EntityWords,
) -> (usize, Kind) {
    let is_link = tokens.get(after).is_some_and(|token| lexicon.has("names", &token.folded));
    let start = if is_link { after + 1 } else { after };
    match name_run_end(tokens, start, lexicon).filter(|end| *end <= limit) {
        Some(end) if entity.is_named_by(&tokens[start..end]) => (end, Kind::Entity),
        Some(end) if is_link || end > start + 1 || lexicon.language != "de" => {
            (end, Kind::OtherName)
        }
        _ => (after, Kind::Pointing),
    }
}

/// Whether one of the sequences of a list occurs in a range of tokens.
pub(super) fn has_any(
    tokens: &[Token<'_>],
    range: std::ops::Range<usize>,
    list: &[Vec<String>],
) -> bool {
    range.into_iter().any(|at| list.iter().any(|words| match_words(words, tokens, at).is_some()))
}
