//! The subject of each fact of a page: the row's entity, or something beside it.

use std::collections::{BTreeMap, BTreeSet};

use ampledata_core::entity::{ContextMatch, EntityMatch, Target, top_headings};
use ampledata_core::page::{Entity, Fact, FactKind, Page, Span};
use ampledata_core::vocabulary::words;

/// A name that matches this well is the entity's.
const SAME: f64 = 0.68;
/// A name that matches this well is exactly the entity's: things of the same type with other names are
/// other things.
const EXACT: f64 = 0.97;
/// A thing with another name than the row's must match it this well to be the page's subject, or consist
/// of the words with which the page names itself to at least this share.
const RESEMBLING: f64 = 0.35;
const NAMED_BY_PAGE: f64 = 0.6;
/// Factor for facts of another thing.
const OTHER: f64 = 0.1;
/// Factor for facts of the page's only main thing if its name differs from the row's.
const RENAMED: f64 = 0.9;

/// Types of things that describe the page, its site or its parts.
const AUXILIARY_TYPES: [&str; 34] = [
    "AggregateRating",
    "Answer",
    "AudioObject",
    "Blog",
    "Brand",
    "BreadcrumbList",
    "Comment",
    "ContactPoint",
    "Corporation",
    "CreativeWorkSeries",
    "EntryPoint",
    "Event",
    "HowToStep",
    "ImageObject",
    "ItemList",
    "ListItem",
    "Organization",
    "Person",
    "Place",
    "Question",
    "Rating",
    "Review",
    "SearchAction",
    "SiteNavigationElement",
    "Thing",
    "UserComments",
    "VideoObject",
    "WPFooter",
    "WPHeader",
    "WPSideBar",
    "WebSite",
    "breadcrumb",
    "Breadcrumb",
    "website",
];

/// Headings above things of the same kind as the page's own.
const RELATED_WORDS: [&str; 26] = [
    "also",
    "comments",
    "compare",
    "customers",
    "featured",
    "leave",
    "like",
    "more",
    "newsletter",
    "other",
    "popular",
    "recent",
    "recently",
    "recommended",
    "recommendations",
    "related",
    "reply",
    "responses",
    "reviews",
    "similar",
    "sponsored",
    "suggested",
    "top",
    "trending",
    "viewed",
    "you",
];

/// The page's facts, each with how well its subject matches the row's entity.
pub(super) struct SubjectScores {
    /// How well the page as a whole matches.
    pub(super) page: EntityMatch,
    entities: Vec<f64>,
    /// What is about others of the row's name.
    namesakes: Namesakes,
    /// The lines of tables in which another column than the first names the entity, by where they begin.
    named_lines: BTreeSet<usize>,
    /// The sections about other things, with all below their headings.
    related: Vec<Span>,
}

impl SubjectScores {
    pub(super) fn new(target: &Target, page: &Page, url: &str) -> Self {
        let matched = target.match_page(page, url);
        let mut entities: Vec<f64> = Vec::with_capacity(page.entities.len());
        let named: Vec<f64> = page
            .entities
            .iter()
            .map(|entity| entity.name.as_deref().map_or(0.0, |name| target.score_name(name)))
            .collect();
        let embedded = page.embedded_entities();
        let own_names = page_names(page);
        let has_same = page.entities.iter().zip(&named).enumerate().any(|(at, (entity, named))| {
            *named >= SAME
                && !embedded.contains(&at)
                && entity.types.iter().any(|kind| !is_auxiliary_type(kind))
        });
        let namesakes = Namesakes::find(target, page, &named);
        let exact: BTreeSet<&[String]> = page
            .entities
            .iter()
            .zip(&named)
            .filter(|(_, named)| **named >= EXACT)
            .map(|(entity, _)| entity.types.as_slice())
            .collect();
        for (at, (entity, named)) in page.entities.iter().zip(&named).enumerate() {
            let parent = entity.parent.and_then(|at| entities.get(at as usize)).copied();
            let is_outranked = entity.name.is_some()
                && *named < EXACT
                && !entity.types.is_empty()
                && exact.contains(entity.types.as_slice());
            let score = if is_outranked || namesakes.things.contains(&at) {
                OTHER
            } else if entity.name.is_some() && *named >= SAME {
                // A namesake has the same name, so the page's mentions of the row's context count.
                if matched.is_subject {
                    matched.score
                } else {
                    *named * (2.0 * matched.score).min(1.0)
                }
            } else if embedded.contains(&at) {
                parent.filter(|_| entity.name.is_none()).unwrap_or(OTHER)
            } else {
                // The caption of an info box is a heading as often as a name.
                let is_like = entity.types.is_empty()
                    || *named >= RESEMBLING
                    || entity
                        .name
                        .as_deref()
                        .is_some_and(|name| is_named_by_page(name, &own_names));
                score_entity(entity, parent, page, &matched, (has_same, is_like))
            };
            entities.push(score);
        }
        let named_lines = find_named_lines(target, page, &namesakes.starts);
        let related = find_related_sections(page, target);
        Self { page: matched, entities, namesakes, named_lines, related }
    }

    /// Whether a place is in a section about other things.
    pub(super) fn is_related(&self, place: Span) -> bool {
        self.related.iter().any(|span| span.start <= place.start && place.start < span.end)
    }

    /// How well a fact's subject matches the row's entity, 0 to 1.
    pub(super) fn score_fact(&self, fact: &Fact, target: &Target) -> f64 {
        if self.namesakes.have(fact) {
            return 0.0;
        }
        if let Some(row) = fact.row.as_ref().filter(|_| !is_part_of_group(fact)) {
            let is_same = target.score_name(row) >= SAME
                || is_named_by_column(fact, row, target)
                || self.named_lines.contains(&line_start(&self.namesakes.starts, fact));
            return if is_same { self.page.score.max(SAME) } else { 0.0 };
        }
        let about_page = if self.page.is_subject {
            self.page.score
        } else if fact.section.as_deref().is_some_and(|section| target.score_name(section) >= SAME)
        {
            SAME.max(self.page.score)
        } else {
            0.3 * self.page.score
        };
        let own = match fact.entity {
            Some(at) => self.entities.get(at as usize).copied().unwrap_or(0.0),
            None => about_page,
        };
        let is_body = !fact.kind.is_structured();
        let is_headed =
            || fact.section.as_deref().is_some_and(|section| is_related_section(section, target));
        // A table below another thing's heading may still be the page's own.
        let is_loose = !matches!(fact.kind, FactKind::Table | FactKind::InfoBox);
        if is_body && (is_loose && self.is_related(fact.span) || is_headed()) {
            return own * 0.3;
        }
        own
    }
}

/// The parts of a page about others of the row's name. There are any only if the page distinguishes one of
/// that name as the row's, by what is known of the row.
#[derive(Debug, Default)]
struct Namesakes {
    /// Indices of things.
    things: BTreeSet<usize>,
    /// Headings.
    sections: BTreeSet<String>,
    /// Lines of tables, by where they begin.
    lines: BTreeSet<usize>,
    /// Where the lines of the page begin.
    starts: Vec<usize>,
}

impl Namesakes {
    fn find(target: &Target, page: &Page, named: &[f64]) -> Self {
        let same: Vec<usize> = (0..named.len())
            .filter(|at| named[*at] >= SAME && page.entities[*at].parent.is_none())
            .collect();
        // Things of different types describe one entity in different ways.
        let mut by_types: BTreeMap<&[String], Vec<(usize, ContextMatch)>> = BTreeMap::new();
        for at in same {
            let context = target.match_text(&text_of_thing(page, at));
            by_types.entry(&page.entities[at].types).or_default().push((at, context));
        }
        let is_named = |name: &str| target.score_name(name) >= SAME;
        let sections: BTreeSet<&String> =
            page.facts.iter().filter_map(|fact| fact.section.as_ref()).collect();
        let sections = sections.into_iter().filter(|section| is_named(section));
        let sections = sections.map(|section| (section.clone(), target.match_text(section)));
        let starts: Vec<usize> =
            std::iter::once(0).chain(page.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let rows = page.facts.iter().filter(|fact| fact.row.as_deref().is_some_and(is_named));
        let rows: BTreeSet<usize> = rows.map(|fact| line_start(&starts, fact)).collect();
        let lines = rows.into_iter().map(|start| {
            let line = page.text[start..].lines().next().unwrap_or_default();
            (start, target.match_text(line))
        });
        Self {
            things: by_types.into_values().flat_map(|things| others(things.into_iter())).collect(),
            sections: others(sections),
            lines: others(lines),
            starts,
        }
    }

    /// Whether a fact is about another of the row's name.
    fn have(&self, fact: &Fact) -> bool {
        if fact.row.is_some() {
            return !self.lines.is_empty() && self.lines.contains(&line_start(&self.starts, fact));
        }
        let is_section = |section: &String| self.sections.contains(section);
        fact.entity.is_none() && fact.section.as_ref().is_some_and(is_section)
    }
}

/// The parts that are not the row's, if another part is.
fn others<T: Ord>(parts: impl Iterator<Item = (T, ContextMatch)>) -> BTreeSet<T> {
    let parts: Vec<(T, ContextMatch)> = parts.collect();
    if !parts.iter().any(|(_, context)| *context == ContextMatch::Supports) {
        return BTreeSet::new();
    }
    let is_other = |(_, context): &(T, ContextMatch)| *context != ContextMatch::Supports;
    parts.into_iter().filter(is_other).map(|(part, _)| part).collect()
}

/// The name of a thing, and what the page says of it.
fn text_of_thing(page: &Page, at: usize) -> String {
    const MAX_FACTS: usize = 40;
    let own = page.facts.iter().filter(|fact| fact.entity.is_some_and(|one| one as usize == at));
    let values = own.take(MAX_FACTS).map(|fact| fact.value.as_str());
    let name = page.entities.get(at).and_then(|entity| entity.name.as_deref());
    name.into_iter().chain(values).collect::<Vec<_>>().join(" | ")
}

/// Where the line of a fact begins.
fn line_start(starts: &[usize], fact: &Fact) -> usize {
    let at = starts.partition_point(|start| *start <= fact.span.start as usize);
    starts[at.saturating_sub(1)]
}

/// The lines of tables whose names are numbers, codes or what is known of the row, such as its country, and
/// in which another column has exactly the entity's name.
fn find_named_lines(target: &Target, page: &Page, starts: &[usize]) -> BTreeSet<usize> {
    const LONGEST_CODE: usize = 16;
    let is_code = |row: &str| {
        row.len() <= LONGEST_CODE
            && !row.contains(char::is_whitespace)
            && row.contains(|c: char| c.is_ascii_digit())
    };
    let names_entity = |fact: &&Fact| {
        fact.kind == FactKind::Table
            && target.score_name(&fact.value) >= EXACT
            && fact
                .row
                .as_deref()
                .is_some_and(|row| is_code(row) || target.match_text(row) == ContextMatch::Supports)
    };
    page.facts.iter().filter(names_entity).map(|fact| line_start(starts, fact)).collect()
}

/// Whether a fact is a part of a group of a box: the "• Total" below "Area".
pub(super) fn is_part_of_group(fact: &Fact) -> bool {
    #[rustfmt::skip]
    const TOTAL: [&str; 16] = [
        "total", "gesamt", "insgesamt", "totale", "totaal", "łącznie", "ogółem", "razem", "totalt", "yhteensä", "celkem",
        "összesen", "toplam", "всего", "усього", "合計",
    ];
    let label = fact.label.trim();
    matches!(fact.kind, FactKind::InfoBox | FactKind::Table)
        && fact.row.is_some()
        && (label.starts_with(['•', '·', '–', '‣', '▪'])
            || fact.kind == FactKind::InfoBox && TOTAL.contains(&label.to_lowercase().as_str()))
}

/// The sections below headings such as "Similar hotels", up to the next heading of the same level.
fn find_related_sections(page: &Page, target: &Target) -> Vec<Span> {
    let body = &page.text[..page.body_end as usize];
    let mut sections = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if level > 0 {
            if let Some((start, above)) = open
                && level <= above
            {
                sections.push(Span::new(start, at));
                open = None;
            }
            let heading = line.trim_start_matches('#').trim();
            if open.is_none() && level > 1 && is_related_section(heading, target) {
                open = Some((at, level));
            }
        }
        at += line.len();
    }
    sections.extend(open.map(|(start, _)| Span::new(start, body.len())));
    sections
}

/// Whether the column of a cell, and not its row, has the entity's name: the table compares things by
/// columns, and the name of the row is the label.
pub(super) fn is_named_by_column(fact: &Fact, row: &str, target: &Target) -> bool {
    target.score_name(&fact.label) >= SAME && target.score_name(row) < SAME
}

fn score_entity(
    entity: &Entity,
    parent: Option<f64>,
    page: &Page,
    matched: &EntityMatch,
    (has_same, is_like): (bool, bool),
) -> f64 {
    let whole = if matched.is_subject { matched.score } else { 0.3 * matched.score };
    let is_beside =
        !entity.types.is_empty() && entity.types.iter().all(|kind| is_auxiliary_type(kind));
    match (parent, &entity.name) {
        (Some(parent), None) => parent,
        // An offer or a part with its own name still belongs to the parent.
        (Some(parent), Some(_)) if is_part(entity) => parent * RENAMED,
        (None, None) if is_list(entity) => OTHER,
        (None, None) if is_beside => 0.5 * whole,
        (None, None) => whole,
        (None, Some(_)) if (is_beside || has_same) && is_page(entity) => 0.9 * whole,
        (None, Some(_)) if !is_beside && !has_same && is_like && is_only_one(entity, page) => {
            RENAMED * whole
        }
        _ => OTHER,
    }
}

/// The words of the page's title and of its first headings.
fn page_names(page: &Page) -> BTreeSet<String> {
    page.title.as_deref().into_iter().chain(top_headings(page)).flat_map(words).collect()
}

/// Whether most words of a thing's name are among those with which the page names itself.
fn is_named_by_page(name: &str, own_names: &BTreeSet<String>) -> bool {
    // Languages without spaces between words have no words to count.
    if name.chars().any(is_ideograph) {
        let characters: Vec<char> = name.chars().collect();
        return characters.windows(2).any(|pair| {
            let pair_text = String::from_iter(pair);
            pair.iter().all(|c| is_ideograph(*c))
                && own_names.iter().any(|own| own.contains(&pair_text))
        });
    }
    let words = words(name);
    let known = words.iter().filter(|word| own_names.contains(*word)).count();
    known > 0 && known as f64 >= NAMED_BY_PAGE * words.len() as f64
}

/// Chinese characters and kana.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// Lists of other things, and reviews or comments about the thing.
fn is_list(entity: &Entity) -> bool {
    entity.types.iter().any(|kind| {
        matches!(
            kind.as_str(),
            "BreadcrumbList"
                | "ItemList"
                | "ListItem"
                | "Breadcrumb"
                | "breadcrumb"
                | "Review"
                | "Comment"
                | "UserComments"
                | "SiteNavigationElement"
                | "WebSite"
                | "SearchAction"
                | "ImageObject"
                | "VideoObject"
        )
    })
}

fn is_auxiliary_type(kind: &str) -> bool {
    AUXILIARY_TYPES.contains(&kind)
}

/// A page or an article may have a different title than its subject.
fn is_page(entity: &Entity) -> bool {
    entity
        .types
        .iter()
        .any(|kind| kind.ends_with("Page") || kind.ends_with("Article") || kind == "BlogPosting")
}

fn is_part(entity: &Entity) -> bool {
    entity
        .types
        .iter()
        .any(|kind| kind.ends_with("Offer") || kind == "ProductModel" || kind == "PostalAddress")
        || matches!(
            entity.role.as_deref(),
            Some("mainEntity" | "mainEntityOfPage" | "about" | "itemReviewed" | "location")
        )
}

/// Whether no other thing of its types is at the top level of the page's structured data.
fn is_only_one(entity: &Entity, page: &Page) -> bool {
    let alike = |other: &&Entity| other.parent.is_none() && other.types == entity.types;
    page.entities.iter().filter(alike).count() == 1
}

fn is_related_section(section: &str, target: &Target) -> bool {
    let words = words(section);
    let asides = words.iter().filter(|word| is_related_word(word)).count();
    asides > 0 && asides * 3 >= words.len() && words.len() <= 8 && target.score_name(section) < 0.3
}

fn is_related_word(word: &str) -> bool {
    RELATED_WORDS.iter().any(|aside| *aside == word || aside.strip_suffix('s') == Some(word))
}
