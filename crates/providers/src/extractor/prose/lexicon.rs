//! The words and sentence frames of one language, read from a data file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ampledata_core::value::fold;
use ampledata_core::vocabulary::Labels;

use super::pattern::{Node, parse_pattern, parse_sequences};

/// The kind of statement that a concept makes, which decides how its value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// A person in a role: mayor, director.
    Role,
    /// A person or a group that made something.
    Agent,
    /// The name of a firm, a club, a venue.
    Name,
    /// A town or another place.
    Place,
    /// The date of an event.
    Event,
    /// A number of things.
    Count,
    /// A number with a unit.
    Measure,
    /// A short noun phrase.
    Kind,
    /// A street and a house number.
    Address,
    /// A telephone number.
    Phone,
}

/// What columns can ask about.
#[derive(Debug)]
pub(super) struct Concept {
    pub(super) name: &'static str,
    pub(super) class: Class,
    /// Labels of a column that asks about it.
    asked: Vec<&'static str>,
    /// Whether statements about the future count.
    pub(super) is_planned: bool,
    /// Whether the sentence itself must name the entity.
    pub(super) is_explicit: bool,
}

/// A frame of a sentence with a place for the value.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) nodes: Vec<Node>,
    /// Whether the value is one that no longer holds.
    pub(super) is_former: bool,
}

/// The frames and word lists of one language.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    pub(super) language: &'static str,
    frames: BTreeMap<&'static str, Vec<Frame>>,
    lists: BTreeMap<&'static str, Vec<Vec<String>>>,
    /// Lines of the file that could not be read.
    problems: Vec<&'static str>,
}

impl Lexicon {
    /// The frames that state a concept.
    pub(super) fn frames(&self, concept: &str) -> &[Frame] {
        self.frames.get(concept).map_or(&[], Vec::as_slice)
    }

    /// Whether a folded word is in a list.
    pub(super) fn has(&self, list: &str, word: &str) -> bool {
        self.list(list).iter().any(|entry| entry.len() == 1 && is_same(&entry[0], word))
    }

    pub(super) fn list(&self, list: &str) -> &[Vec<String>] {
        self.lists.get(list).map_or(&[], Vec::as_slice)
    }
}

/// Whether a folded word is the pattern, or begins or ends with it if it has an asterisk there.
pub(super) fn is_same(pattern: &str, word: &str) -> bool {
    match (pattern.strip_suffix('*'), pattern.strip_prefix('*')) {
        (Some(stem), _) => word.starts_with(stem),
        (None, Some(ending)) => word.ends_with(ending),
        (None, None) => pattern == word,
    }
}

/// The concepts, in the order in which a column is compared with them.
pub(super) static CONCEPTS: LazyLock<Vec<Concept>> =
    LazyLock::new(|| read_concepts(include_str!("../../../data/prose/concepts.txt")));

static LEXICONS: LazyLock<Vec<Lexicon>> = LazyLock::new(|| {
    [
        include_str!("../../../data/prose/en.txt"),
        include_str!("../../../data/prose/de.txt"),
        include_str!("../../../data/prose/fr.txt"),
        include_str!("../../../data/prose/es.txt"),
        include_str!("../../../data/prose/it.txt"),
        include_str!("../../../data/prose/pt.txt"),
        include_str!("../../../data/prose/nl.txt"),
        include_str!("../../../data/prose/pl.txt"),
    ]
    .into_iter()
    .map(read_lexicon)
    .collect()
});

/// A label that matches a column at least this well names what it asks about.
const ASKED: f64 = 0.8;

/// The concept that a column asks about, with how surely it does.
pub(super) fn find_concept(labels: &Labels, classes: &[Class]) -> Option<(&'static Concept, f64)> {
    let mut best: Option<(&'static Concept, f64)> = None;
    for concept in CONCEPTS.iter().filter(|concept| classes.contains(&concept.class)) {
        let score = concept.asked.iter().map(|asked| labels.score(asked)).fold(0.0, f64::max);
        if score >= ASKED && best.is_none_or(|(_, known)| score > known) {
            best = Some((concept, score));
        }
    }
    best
}

/// The lexicon of the language that most words of these texts belong to, or of the named language if the
/// texts are too short to say.
pub(super) fn find_lexicon<'t>(
    texts: impl Iterator<Item = &'t str>,
    named: Option<&str>,
) -> Option<&'static Lexicon> {
    const SURE: usize = 3;
    let mut counts = vec![0_usize; LEXICONS.len()];
    for word in texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).take(1_000) {
        let lower = word.to_lowercase();
        if lower.is_empty() {
            continue;
        }
        for (count, lexicon) in counts.iter_mut().zip(LEXICONS.iter()) {
            *count += usize::from(lexicon.has("common", &fold(&lower)));
        }
    }
    let named = named.map(|language| language.get(..2).unwrap_or(language).to_ascii_lowercase());
    let named_at = LEXICONS.iter().position(|one| Some(one.language) == named.as_deref());
    let best = (0..counts.len()).max_by_key(|at| (counts[*at], Some(*at) == named_at))?;
    if counts[best] >= SURE { LEXICONS.get(best) } else { LEXICONS.get(named_at?) }
}

fn read_concepts(text: &'static str) -> Vec<Concept> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.filter_map(read_concept).collect()
}

/// Reads `name class [planned|explicit]: label | label`.
fn read_concept(line: &'static str) -> Option<Concept> {
    let (head, asked) = line.split_once(':')?;
    let mut head = head.split_whitespace();
    let name = head.next()?;
    let class = match head.next()? {
        "role" => Class::Role,
        "agent" => Class::Agent,
        "name" => Class::Name,
        "place" => Class::Place,
        "event" => Class::Event,
        "count" => Class::Count,
        "measure" => Class::Measure,
        "kind" => Class::Kind,
        "address" => Class::Address,
        "phone" => Class::Phone,
        _ => return None,
    };
    let rule = head.next();
    let (is_planned, is_explicit) = (rule == Some("planned"), rule == Some("explicit"));
    let asked = asked.split('|').map(str::trim).filter(|label| !label.is_empty()).collect();
    Some(Concept { name, class, asked, is_planned, is_explicit })
}

/// A part of the file that is being read: its own word lists and frames.
#[derive(Debug, Default)]
struct Section {
    lists: BTreeMap<&'static str, Vec<Vec<String>>>,
    lines: Vec<&'static str>,
}

/// Reads a file of word lists (`list NAME = …`), frames of a class (`class NAME`) and concepts (`concept
/// NAME`) whose lines are indented: `LETTER = words` or a frame. `-` marks a frame of a former value.
fn read_lexicon(text: &'static str) -> Lexicon {
    let mut lexicon = Lexicon::default();
    let mut classes: BTreeMap<&'static str, Section> = BTreeMap::new();
    let mut concepts: BTreeMap<&'static str, Section> = BTreeMap::new();
    let mut open: Option<&mut Section> = None;
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        if let Some(indented) = line.strip_prefix("  ") {
            let Some(section) = open.as_deref_mut() else {
                lexicon.problems.push(line);
                continue;
            };
            match indented.split_once(" = ") {
                Some((name, words)) => {
                    section.lists.insert(name.trim(), parse_sequences(words));
                }
                None => section.lines.push(indented.trim()),
            }
            continue;
        }
        match line.split_once(' ') {
            Some(("language", name)) => lexicon.language = name.trim(),
            Some(("list", rest)) => match rest.split_once(" = ") {
                Some((name, words)) => {
                    lexicon.lists.entry(name.trim()).or_default().extend(parse_sequences(words));
                }
                None => lexicon.problems.push(line),
            },
            Some(("class", name)) => open = Some(classes.entry(name.trim()).or_default()),
            Some(("concept", name)) => open = Some(concepts.entry(name.trim()).or_default()),
            _ => lexicon.problems.push(line),
        }
    }
    build_frames(&mut lexicon, &classes, &concepts);
    lexicon
}

fn build_frames(
    lexicon: &mut Lexicon,
    classes: &BTreeMap<&'static str, Section>,
    concepts: &BTreeMap<&'static str, Section>,
) {
    for (name, section) in concepts {
        let Some(concept) = CONCEPTS.iter().find(|concept| concept.name == *name) else {
            lexicon.problems.push(name);
            continue;
        };
        let shared = classes.get(class_name(concept.class)).map(|class| class.lines.as_slice());
        let mut frames = Vec::new();
        for line in section.lines.iter().chain(shared.unwrap_or_default()) {
            let (is_former, pattern) =
                line.strip_prefix("- ").map_or((false, *line), |pattern| (true, pattern));
            match parse_pattern(pattern, &section.lists, &lexicon.lists) {
                Ok(nodes) => frames.push(Frame { nodes, is_former }),
                // A concept has only some of the word lists that its class's frames use.
                Err(list) if list.len() == 1 && !section.lists.contains_key(list.as_str()) => {}
                Err(_) => lexicon.problems.push(line),
            }
        }
        lexicon.frames.insert(name, frames);
    }
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Role => "role",
        Class::Agent => "agent",
        Class::Name => "name",
        Class::Place => "place",
        Class::Event => "event",
        Class::Count => "count",
        Class::Measure => "measure",
        Class::Kind => "kind",
        Class::Address => "address",
        Class::Phone => "phone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_is_read() {
        for lexicon in LEXICONS.iter() {
            assert_eq!(lexicon.problems, Vec::<&str>::new(), "{}", lexicon.language);
            assert!(lexicon.frames.len() >= 30, "{}: {}", lexicon.language, lexicon.frames.len());
            assert!(lexicon.list("common").len() >= 20, "{}", lexicon.language);
        }
        assert_eq!(LEXICONS.len(), 8);
    }

    #[test]
    fn the_words_of_a_text_decide_its_language() {
        for (text, named, language) in [
            ("Das Haus ist in der Stadt und hat einen Garten", Some("en"), "de"),
            ("The house is in the town and has a garden", None, "en"),
            ("La maison est dans la ville avec un jardin", None, "fr"),
            ("Paris", Some("pl-PL"), "pl"),
        ] {
            let found = find_lexicon(std::iter::once(text), named).map(|one| one.language);
            assert_eq!(found, Some(language), "{text}");
        }
    }
}
