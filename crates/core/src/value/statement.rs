//! Yes or no from running text: a phrase counts only if it states something about the column.
//!
//! A text states yes or no if one of its clauses has the column's own words, or a pair of opposites that
//! the column asks about, together with words that affirm or negate them. A question, a condition, a plan,
//! a memory and a text that says both state nothing.

use super::boolean;
use super::fold::{fold, singular_word};
use super::opposites::{OPPOSITES, Opposites};
use super::topics::{TOPICS, Topic};
use crate::column::Column;

/// A text with more words is prose: in a shorter one, the column's words state it by themselves.
const SHORT: usize = 6;
/// No statement is looked for in a longer text, in bytes.
const LONGEST: usize = 2_000;
/// Number of words before and after the column's words in which an affirmation or a negation counts.
const BEFORE: usize = 4;
const AFTER: usize = 4;

/// Words after which a clause states no fact about today: questions, conditions, plans and memories; and
/// words that place the thing somewhere else.
#[rustfmt::skip]
const HEDGES: &[&str] = &[
    "if", "whether", "unless", "may", "might", "could", "should", "would", "maybe", "perhaps", "will", "planned",
    "plans", "planning", "soon", "formerly", "previously", "once", "until", "nearby", "near", "close", "next",
    "opposite", "adjacent", "ask", "proposed", "upcoming", "was", "were", "had", "used", "rather", "instead", "ob",
    "falls", "vielleicht", "geplant", "bald", "fruher", "ehemals", "bis", "nahe", "neben", "war", "waren", "hatte",
    "wird", "werden", "wurde", "konnte", "peut", "bientot", "prevu", "autrefois", "jusqu", "proche", "pres", "etait",
    "avait", "sera", "aura", "quiza", "pronto", "antes", "hasta", "cerca", "tenia", "sera", "tendra", "forse",
    "presto", "prima", "fino", "vicino", "aveva", "sara", "talvez", "breve", "perto", "tinha", "misschien", "binnenkort",
    "vroeger", "tot", "dichtbij", "werd", "zal", "wenn", "sofern", "falls", "indien", "если", "jesli", "pokud", "missing", "pretend", "assume", "imagine", "say", "answer",
];

/// Words that make a whole sentence a condition or a question.
const CONDITIONS: [&str; 11] = [
    "if", "whether", "unless", "wenn", "falls", "sofern", "ob", "если", "jesli", "pokud", "indien",
];

#[rustfmt::skip]
const NEGATIONS: &[&str] = &[
    "no", "not", "without", "never", "neither", "nor", "lacks", "lack", "lacking", "cannot", "isn", "aren", "doesn",
    "don", "hasn", "haven", "kein", "keine", "keinen", "keiner", "keinem", "nicht", "ohne", "nie", "sans", "pas", "aucun",
    "aucune", "jamais", "sin", "ningun", "ninguna", "nunca", "tampoco", "senza", "non", "nessun", "nessuna", "mai",
    "sem", "nao", "nenhum", "nenhuma", "geen", "niet", "zonder", "nooit", "unavailable", "prohibited", "forbidden",
    "banned", "verboten", "untersagt", "interdit", "interdite", "interdits", "prohibido", "prohibida", "prohibidos",
    "prohibidas", "vietato", "vietata", "vietati", "proibido", "proibida", "proibidos", "verboden", "indisponible",
    "refused", "excluded", "impossible", "nie", "bez", "brak",
];

#[rustfmt::skip]
const AFFIRMATIONS: &[&str] = &[
    "has", "have", "offers", "offer", "offering", "offered", "includes", "include", "included", "including", "features",
    "feature", "provides", "provide", "provided", "with", "boasts", "available", "allowed", "permitted", "welcome", "accepted",
    "accept", "accepts", "equipped", "possible", "there", "guests", "enjoy", "open", "plenty", "ample", "secure",
    "heated", "free", "complimentary", "required", "charged", "costs", "charges",
    "hat", "bietet", "bieten", "verfugt", "verfugbar", "vorhanden", "mit", "gibt", "erlaubt", "gestattet", "willkommen",
    "inklusive", "inbegriffen", "moglich", "kostenlos", "kostenlose", "kostenloses", "eigene", "eigener", "eigenen",
    "dispose", "avec", "propose", "offre", "disponible", "disponibles", "inclus", "compris", "autorise", "autorises",
    "admis", "acceptes", "acceptees", "gratuit", "possede",
    "tiene", "cuenta", "hay", "con", "dispone", "ofrece", "incluido", "permitido", "permitidos", "admiten", "admite",
    "aceptan", "gratuito", "gratis", "aceptamos",
    "ha", "dispone", "disponibile", "disponibili", "incluso", "inclusa", "ammessi", "ammesso", "consentito", "accettano",
    "tem", "possui", "oferece", "disponivel", "com", "aceita", "aceitam", "permitidos",
    "heeft", "beschikt", "beschikbaar", "met", "toegestaan", "inbegrepen", "biedt",
    "oferuje", "posiada", "dostepny", "dostepna", "dostepne", "mile", "akceptujemy", "dysponuje",
];

/// Words that may follow the English words of a column without making another noun of them.
#[rustfmt::skip]
const MAY_FOLLOW: &[&str] = &[
    "is", "are", "and", "or", "for", "on", "at", "in", "with", "to", "of", "from", "by", "the", "a", "but", "as", "all",
    "throughout", "during", "options", "option", "facility", "facilities", "area", "areas", "space", "spaces", "lot",
    "garage", "spot", "spots", "access", "also", "only", "per", "service", "seats", "tables", "dishes", "menu", "upon",
    "both", "within", "every", "each", "daily", "free", "outside", "inside", "onsite", "here", "you", "we", "our", "it",
];

/// Words that only a Portuguese clause has.
const PORTUGUESE: [&str; 10] =
    ["tem", "com", "nao", "ao", "dispoe", "possui", "estacionamento", "oferece", "aos", "do"];

/// Forms of "to be".
const BE: [&str; 17] = [
    "is", "are", "ist", "sind", "est", "sont", "es", "esta", "estan", "son", "e", "sono", "sao",
    "remains", "zijn", "be", "s",
];
/// Words that may come between "to be" and what a thing is.
const LINKS: [&str; 8] = ["to", "for", "of", "with", "by", "in", "on", "near"];
/// Words that begin what something is available as or for.
const PARTIAL: [&str; 16] = [
    "in", "for", "from", "on", "until", "at", "as", "to", "by", "with", "through", "via", "upon",
    "under", "during", "only",
];

/// Nouns that an adjective before them makes something else than the thing: public transport, open air.
#[rustfmt::skip]
const COMPOUNDS: [&str; 52] = [
    "transport", "transportation", "transit", "holiday", "domain", "toilet", "restroom", "bus", "beach", "relation",
    "house", "key", "letter", "source", "access", "air", "day", "event", "tour", "session", "message", "property",
    "room", "dining", "function", "call", "line", "space", "water", "record", "notice", "api", "collection", "view",
    "garden", "park", "square", "area", "sector", "hour", "time", "wifi", "trial", "shipping", "delivery", "download",
    "account", "profile", "policy", "data", "lesson", "parking",
];

/// Yes or no if the text states it about the column, `None` if it states nothing or both.
///
/// A word for yes or no alone states nothing here: it needs its label, see [`super::parse`].
pub fn parse_statement(text: &str, column: &Column) -> Option<bool> {
    if text.len() > LONGEST {
        return None;
    }
    let subject = Subject::new(column);
    let mut stated: Option<bool> = None;
    for sentence in split_sentences(text) {
        let words = fold(sentence);
        let is_conditional = words.split(' ').any(|word| CONDITIONS.contains(&word));
        if is_conditional || sentence.trim_end().ends_with('?') {
            continue;
        }
        let is_short = words.split(' ').count() <= SHORT;
        let is_priced = boolean::names_price(sentence);
        for clause in split_clauses(sentence) {
            let mut said = subject.parse_clause(&clause, is_short);
            if is_priced && matches!(said, Clause::Nothing) {
                said = subject.parse_price(&clause);
            }
            match (said, stated) {
                (Clause::Both, _) => return None,
                (Clause::States(yes), Some(other)) if yes != other => return None,
                (Clause::States(yes), _) => stated = Some(yes),
                (Clause::Nothing, _) => {}
            }
        }
    }
    stated
}

/// Whether a folded text names what the column asks about, in any of the languages that are known.
pub fn has_subject(folded: &str, column: &Column) -> bool {
    let clause: Vec<String> = folded.split(' ').map(str::to_owned).collect();
    let nouns = boolean::nouns(column);
    !nouns.is_empty() && has_topic(&clause, &nouns)
        || OPPOSITES.iter().any(|pair| {
            let nouns = boolean::nouns_beside(pair, column);
            !nouns.is_empty()
                && nouns.len() < boolean::nouns(column).len()
                && has_topic(&clause, &nouns)
        })
}

/// Yes or no from an entry of a list of what a thing offers: there, the bare noun says yes.
pub fn parse_listed(entry: &str, column: &Column) -> Option<bool> {
    const MOST_WORDS: usize = 4;
    parse_statement(entry, column).or_else(|| {
        let words: Vec<String> = fold(entry).split(' ').map(str::to_owned).collect();
        let Subject { nouns, topic, .. } = Subject::new(column);
        let is_said =
            |word: &String| !HEDGES.contains(&word.as_str()) && !NEGATIONS.contains(&word.as_str());
        let plain = words.len() <= MOST_WORDS && words.iter().all(is_said);
        // "Pool table" is no pool: the noun comes last.
        let ends = |topic: &Topic| {
            let mut phrases = topic.phrases.iter().chain(topic.adjectives);
            phrases.any(|phrase| {
                let length = phrase.split(' ').count();
                find_phrase(&words, phrase).is_some_and(|at| at + length == words.len())
            })
        };
        let own = !nouns.is_empty()
            && find_words_near(&words, &nouns).is_some_and(|(_, end)| end == words.len());
        (plain && (own || topic.is_some_and(ends))).then_some(true)
    })
}

enum Clause {
    States(bool),
    Both,
    Nothing,
}

fn split_sentences(text: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '。' | '！' | '？');
    text.split('\n').flat_map(move |line| {
        line.split_inclusive(ends).filter(|sentence| sentence.chars().any(char::is_alphanumeric))
    })
}

/// The clauses of a sentence, each as folded words.
fn split_clauses(sentence: &str) -> Vec<Vec<String>> {
    const TURNS: [&str; 13] = [
        "but", "although", "though", "while", "whereas", "however", "aber", "jedoch", "mais",
        "pero", "ma", "mas", "maar",
    ];
    let parts = sentence.split([',', ';', ':', '(', ')', '–', '—', '|', '/']);
    let mut clauses = Vec::new();
    for part in parts {
        let mut clause: Vec<String> = Vec::new();
        for word in fold(part).split(' ').filter(|word| !word.is_empty()) {
            // "There is no patio and never will be": the second half is about another time.
            let is_turn = TURNS.contains(&word)
                || matches!(word, "never" | "will")
                    && clause.last().is_some_and(|last| last == "and");
            if is_turn {
                clauses.push(std::mem::take(&mut clause));
            } else {
                clause.push(word.to_owned());
            }
        }
        clauses.push(clause);
    }
    clauses.retain(|clause| !clause.is_empty());
    clauses
}

/// What a column asks about.
struct Subject {
    /// The nouns of its name.
    nouns: Vec<String>,
    topic: Option<&'static Topic>,
    /// The pairs of opposites that its name mentions, with the side that means yes, and its nouns beside
    /// them.
    pairs: Vec<(&'static Opposites, bool, Vec<String>)>,
}

impl Subject {
    fn new(column: &Column) -> Self {
        let by_name = Column { description: None, ..column.clone() };
        let nouns = boolean::nouns(column);
        let pairs = OPPOSITES.iter().filter_map(|pair| {
            let yes = boolean::described_side(pair, &by_name)?;
            Some((pair, yes, boolean::nouns_beside(pair, column)))
        });
        Self { topic: topic_of(&nouns), pairs: pairs.collect(), nouns }
    }

    fn parse_clause(&self, clause: &[String], is_short: bool) -> Clause {
        if clause.iter().any(|word| HEDGES.contains(&word.as_str())) {
            return Clause::Nothing;
        }
        match self.parse_opposites(clause, is_short) {
            Clause::Nothing => self.parse_topic(clause, is_short),
            stated => stated,
        }
    }

    /// What a clause says by a pair of opposites.
    fn parse_opposites(&self, clause: &[String], is_short: bool) -> Clause {
        for (pair, asks_for_yes, nouns) in &self.pairs {
            if !nouns.is_empty() && !has_topic(clause, nouns) {
                continue;
            }
            let limited = boolean::is_limited(pair, clause);
            match side_of_clause(pair, clause, is_short || !nouns.is_empty()) {
                Clause::States(_) if limited => return Clause::Both,
                Clause::States(yes) => return Clause::States(yes == *asks_for_yes),
                Clause::Both => return Clause::Both,
                Clause::Nothing => {}
            }
        }
        Clause::Nothing
    }

    /// What a price says of a column that asks whether something is free: "tickets cost 5 euros".
    fn parse_price(&self, clause: &[String]) -> Clause {
        #[rustfmt::skip]
        const COST: [&str; 16] = [
            "is", "are", "cost", "costs", "kostet", "kosten", "coute", "coutent", "cuesta", "cuestan", "costa", "costano",
            "custa", "custam", "kost", "kosztuje",
        ];
        #[rustfmt::skip]
        const GENERAL: [&str; 24] = [
            "the", "a", "an", "general", "adult", "standard", "der", "die", "ein", "eine", "l", "le", "la", "un", "une", "el",
            "il", "o", "de", "het", "een", "normal", "general", "plein",
        ];
        let is_hedged = clause.iter().any(|word| HEDGES.contains(&word.as_str()));
        let free = self
            .pairs
            .iter()
            .find(|(pair, _, nouns)| pair.yes.contains(&"free of charge") && !nouns.is_empty());
        let Some((pair, asks_for_yes, nouns)) = free else { return Clause::Nothing };
        let phrases = topic_of(nouns).map_or(&[] as &[&str], |topic| topic.phrases);
        let own = nouns.iter().map(String::as_str);
        let costs = own.chain(phrases.iter().copied()).any(|phrase| {
            let words = phrase.split(' ').count();
            find_phrase(clause, phrase).is_some_and(|at| {
                clause[..at].iter().all(|word| GENERAL.contains(&word.as_str()))
                    && clause.get(at + words).is_some_and(|next| COST.contains(&next.as_str()))
            })
        });
        let has_number = clause.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        if costs && has_number && !is_hedged && !boolean::is_limited(pair, clause) {
            Clause::States(!asks_for_yes)
        } else {
            Clause::Nothing
        }
    }

    /// What a clause says of the column's own noun or its subject.
    fn parse_topic(&self, clause: &[String], is_short: bool) -> Clause {
        // The words of a pair of opposites have been read as such.
        let is_of_pair = self.pairs.iter().any(|(_, _, beside)| beside.is_empty());
        if self.nouns.is_empty() || is_of_pair {
            return Clause::Nothing;
        }
        let phrases = self.topic.map_or(&[] as &[&str], |topic| topic.phrases);
        let adjectives = self.topic.map_or(&[] as &[&str], |topic| topic.adjectives);
        let own = self.nouns.last().map_or("", String::as_str);
        let mut found: Vec<(usize, usize, bool, bool)> = Vec::new();
        if let Some((start, end)) = find_words_near(clause, &self.nouns) {
            found.push((start, end, is_adjectival(own), true));
        }
        let mut note = |phrase: &str, is_adjective: bool| {
            if let Some(at) = find_phrase(clause, phrase) {
                found.push((at, at + phrase.split(' ').count(), is_adjective, false));
            }
        };
        for phrase in adjectives {
            note(phrase, true);
        }
        for phrase in phrases {
            note(phrase, false);
        }
        // The longest phrase says what the shorter ones within it are about.
        let longest = found
            .iter()
            .max_by_key(|(start, end, is_adjective, own)| (end - start, *is_adjective, *own));
        let Some(&(start, end, is_adjective, is_own)) = longest else { return Clause::Nothing };
        state_topic(clause, (start, end), (is_adjective, is_own), is_short)
    }
}

/// Whether the clause has the nouns, or a phrase of their subject in another language.
fn has_topic(clause: &[String], nouns: &[String]) -> bool {
    let has = |noun: &String| clause.iter().any(|word| singular_word(word) == noun);
    nouns.iter().all(has)
        || topic_of(nouns).is_some_and(|topic| {
            topic.phrases.iter().any(|phrase| find_phrase(clause, phrase).is_some())
        })
}

/// Which side of the pair a clause takes. In prose a single word must say what the thing is.
fn side_of_clause(pair: &Opposites, clause: &[String], is_short: bool) -> Clause {
    let text = format!(" {} ", clause.join(" "));
    let side = match boolean::side(pair, &text) {
        boolean::Side::Taken(yes) => yes,
        boolean::Side::Both => return Clause::Both,
        boolean::Side::Neither => return Clause::Nothing,
    };
    let phrases = || pair.yes.iter().chain(pair.no);
    let says = phrases().any(|phrase| {
        let words = phrase.split(' ').count();
        find_phrase(clause, phrase).is_some_and(|at| {
            let next = clause.get(at + words).map(String::as_str);
            let is_for_all = next == Some("for")
                && clause
                    .get(at + words + 1)
                    .is_some_and(|whom| matches!(whom.as_str(), "all" | "everyone" | "everybody"));
            let is_whole = is_for_all
                || next.is_none_or(|next| {
                    !PARTIAL.contains(&next) && !COMPOUNDS.contains(&singular_word(next))
                });
            words > 1
                || is_whole && (is_short && !is_linked(clause, at) || is_predicate(clause, at))
        })
    });
    if says { Clause::States(side) } else { Clause::Nothing }
}

/// Whether a preposition makes the word part of something else: "open to the public".
fn is_linked(clause: &[String], at: usize) -> bool {
    let mut before = clause[..at].iter().rev().map(String::as_str);
    let previous = before.find(|word| !matches!(*word, "the" | "a" | "an"));
    previous.is_some_and(|word| LINKS.contains(&word))
}

/// Whether the word says what the thing is: "is a public university", "is sold out".
fn is_predicate(clause: &[String], at: usize) -> bool {
    let before = &clause[at.saturating_sub(BEFORE)..at];
    let be = before.iter().rposition(|word| BE.contains(&word.as_str()));
    be.is_some_and(|be| !before[be..].iter().any(|word| LINKS.contains(&word.as_str())))
}

fn is_adjectival(phrase: &str) -> bool {
    const ENDS: [&str; 8] =
        ["accessible", "friendly", "free", "proof", "resistant", "certified", "licensed", "vegan"];
    ENDS.iter().any(|end| phrase.ends_with(end))
}

fn state_topic(
    clause: &[String],
    (start, end): (usize, usize),
    (is_adjective, is_own): (bool, bool),
    is_short: bool,
) -> Clause {
    let word_at = |at: usize| clause.get(at).map(String::as_str);
    let before = &clause[start.saturating_sub(BEFORE)..start];
    let after = &clause[end..(end + AFTER).min(clause.len())];
    // "No" is "in the" in Portuguese.
    let is_portuguese = clause.iter().any(|word| PORTUGUESE.contains(&word.as_str()));
    let is_in = |words: &[&str], word: &String| {
        words.contains(&word.as_str()) && !(is_portuguese && word == "no")
    };
    let near = || before.iter().chain(after);
    let only = ["only", "nur", "solo", "seulement", "alleen", "just"];
    let not_only = clause
        .windows(2)
        .any(|pair| is_in(NEGATIONS, &pair[0]) && only.contains(&pair[1].as_str()));
    let freed = before.len() >= 2
        && before[before.len() - 2] == "free"
        && matches!(before[before.len() - 1].as_str(), "of" | "from");
    let last = &clause[end - 1];
    let suffixed = !is_adjective
        && matches!(word_at(end), Some("free" | "frei"))
        && boolean::FREE_OF.contains(&singular_word(last));
    let negations = near().filter(|word| is_in(NEGATIONS, word)).count()
        + usize::from(freed)
        + usize::from(suffixed);
    let is_noun_of_own = word_at(end).is_none_or(|next| {
        MAY_FOLLOW.contains(&next) || AFFIRMATIONS.contains(&next) || NEGATIONS.contains(&next)
    });
    if is_own && !is_noun_of_own && !is_short {
        return Clause::Nothing;
    }
    match negations {
        0 => {}
        1 if !not_only => return Clause::States(false),
        // Two negations may cancel each other or stand side by side: no rule decides which.
        _ => return Clause::Nothing,
    }
    let affirmed = near().any(|word| is_in(AFFIRMATIONS, word));
    let said = is_adjective && (is_short || is_predicate(clause, start) || affirmed);
    if said || affirmed { Clause::States(true) } else { Clause::Nothing }
}

fn topic_of(nouns: &[String]) -> Option<&'static Topic> {
    let is_own = |phrase: &&&str| -> bool {
        phrase.split(' ').map(singular_word).eq(nouns.iter().map(String::as_str))
    };
    TOPICS
        .iter()
        .find(|topic| topic.phrases.iter().chain(topic.adjectives).any(|phrase| is_own(&phrase)))
}

/// Where the words occur in this order, with at most two others between them.
fn find_words_near(clause: &[String], wanted: &[String]) -> Option<(usize, usize)> {
    const BETWEEN: usize = 2;
    (0..clause.len()).find_map(|start| {
        let mut at = start;
        let mut others = 0;
        for (index, wanted) in wanted.iter().enumerate() {
            while singular_word(clause.get(at)?) != wanted {
                others += 1;
                at += 1;
                if index == 0 || others > BETWEEN {
                    return None;
                }
            }
            at += 1;
        }
        Some((start, at))
    })
}

/// Where a phrase begins in the clause, without regard to plural endings.
fn find_phrase(clause: &[String], phrase: &str) -> Option<usize> {
    let length = phrase.split(' ').count();
    clause.windows(length).position(|window| {
        window.iter().map(|word| singular_word(word)).eq(phrase.split(' ').map(singular_word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::ColumnType;

    fn stated(name: &str, text: &str) -> Option<bool> {
        parse_statement(text, &Column::new(name, ColumnType::Boolean))
    }

    #[test]
    fn words_that_happen_to_occur_state_nothing() {
        for (name, text) in [
            ("public", "The college is located on the river."),
            ("public", "It is not far from the station, no. 12 on the list."),
            ("public", "Si trova nel centro della città."),
            ("public", "It lies 1 km from the x-ray lab."),
            ("public", "Public transport stops at the gate."),
            ("is_public", "The gardens are open to the public."),
            ("in_stock", "Available in three colours."),
            ("in_stock", "Available from May."),
            ("open", "Read the open letter of the director."),
            ("parking", "Parking"),
            ("parking", "Parking fines are paid at the town hall."),
            ("parking", "Is there parking?"),
            ("parking", "There was parking behind the hotel until 2010."),
            ("parking", "Parking will be available in 2030."),
            ("parking", "Ask whether parking is available."),
            ("parking", "We hope that there will be parking."),
            ("free_admission", "Tickets for children are €2."),
            ("pool", "The bar has a pool table and darts."),
            ("pool", "There is a public pool nearby."),
            ("has_wifi", "Answer yes for wifi."),
            ("free_parking", "Free admission for all."),
            ("free_admission", "Admission is free for children under 12."),
            ("free_admission", "Free entry on the first Sunday of the month."),
            ("free_admission", "Free shipping on all orders"),
            ("gluten_free", "Free delivery"),
            ("parking", "Not only parking is available"),
        ] {
            assert_eq!(stated(name, text), None, "{name}: {text}");
        }
    }

    #[test]
    fn phrases_about_the_column_state_yes_or_no() {
        for (name, text, yes) in [
            ("parking", "The hotel has no parking.", false),
            ("parking", "Parking is not available.", false),
            ("parking", "Free parking is available on site.", true),
            ("parking", "We offer secure parking for guests.", true),
            ("parking", "Das Hotel hat keine Parkplätze.", false),
            ("parking", "Parkplätze sind vorhanden.", true),
            ("parking", "L’hôtel n’a pas de parking.", false),
            ("parking", "El hotel dispone de aparcamiento.", true),
            ("parking", "L’albergo è senza parcheggio.", false),
            ("parking", "O hotel tem estacionamento no local.", true),
            ("parking", "O hotel não tem estacionamento.", false),
            ("parking", "Het hotel heeft geen parkeerplaatsen.", false),
            ("wheelchair_accessible", "The house is wheelchair accessible.", true),
            ("wheelchair_accessible", "The house is not wheelchair accessible.", false),
            ("wheelchair_accessible", "The site isn’t accessible by wheelchair.", false),
            ("wheelchair_accessible", "Das Museum ist barrierefrei.", true),
            ("wheelchair_accessible", "Nicht barrierefrei", false),
            ("wheelchair_accessible", "Le musée est accessible en fauteuil roulant.", true),
            ("pets_allowed", "Dogs are welcome.", true),
            ("pets_allowed", "Haustiere sind nicht erlaubt.", false),
            ("pets_allowed", "No se admiten mascotas, sin perros.", false),
            ("pets_allowed", "Pets are prohibited in all rooms.", false),
            ("outdoor_seating", "Outdoor seating available", true),
            ("outdoor_seating", "Guests can enjoy seating outside.", true),
            ("outdoor_seating", "There is no outdoor seating.", false),
            ("is_public", "It is a public research university in Ohio.", true),
            ("is_public", "The college is a small private school.", false),
            ("in_stock", "The lamp is sold out.", false),
            ("in_stock", "Only 3 left in stock", true),
            ("in_stock", "Dieser Artikel ist ausverkauft.", false),
            ("in_stock", "Add to cart", true),
            ("free_admission", "Admission is free of charge.", true),
            ("free_admission", "General admission is free.", true),
            ("free_admission", "Der Eintritt ist frei und kostenlos.", true),
            ("free_admission", "L’entrée est gratuite.", true),
            ("outdoor_seating", "There is no terrace, and never will be.", false),
            ("outdoor_seating", "There is no terrace and never will be.", false),
            ("outdoor_seating", "Guests can sit outside in summer.", true),
            ("parking", "Hotel nie posiada parkingu.", false),
            ("parking", "Hotel oferuje parking.", true),
            ("free_admission", "Tickets are €5.", false),
            ("free_admission", "Entry is free for everyone.", true),
            ("free_admission", "An adult ticket costs 8 euros.", false),
            ("free_admission", "Der Eintritt kostet 7 Euro.", false),
            ("free_admission", "L’entrée coûte 6 €.", false),
            ("toll", "No toll", false),
            ("toll", "The bridge is toll-free.", false),
            ("toll", "A toll is charged.", true),
            ("gluten_free", "All dishes are gluten free.", true),
            ("delivery", "Lieferung ist nicht möglich.", false),
        ] {
            assert_eq!(stated(name, text), Some(yes), "{name}: {text}");
        }
    }

    #[test]
    fn an_entry_of_a_list_says_that_the_thing_is_there() {
        let listed =
            |name: &str, text: &str| parse_listed(text, &Column::new(name, ColumnType::Boolean));
        assert_eq!(listed("parking", "Parking"), Some(true));
        assert_eq!(listed("parking", "Private parking"), Some(true));
        assert_eq!(listed("parking", "No parking"), Some(false));
        assert_eq!(listed("pool", "Pool table"), None);
        assert_eq!(listed("pool", "Pool towels"), None);
        assert_eq!(listed("outdoor_seating", "Terrasse"), Some(true));
        assert_eq!(listed("public", "Public transport card"), None);
    }
}
