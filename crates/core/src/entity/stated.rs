//! What a page says of its subject: where it is, and what identifies it.

use crate::page::{Entity, Fact, FactKind, Page};
use crate::value::fold;

use super::name::{Name, title_pieces};
use super::place::{self, PlaceRole};

/// Maximum number of facts that are examined.
const MAX_FACTS: usize = 300;
/// The longest value that states a place, in bytes.
const MAX_PLACE: usize = 160;
/// A thing with a name that matches this well is the row's entity.
const SAME: f64 = 0.68;

/// Where a page says that its subject is.
#[derive(Debug)]
pub(super) enum Origin {
    /// A fact with a label for places of this role.
    Labelled(PlaceRole),
    /// The words after the name in a title or heading: "Old Mill (Bergen)", "Old Mill, Bergen".
    Qualifier,
}

/// A place that a page states for its subject.
#[derive(Debug)]
pub(super) struct StatedPlace {
    pub(super) origin: Origin,
    /// As the page writes it.
    pub(super) raw: String,
    pub(super) folded: String,
}

impl StatedPlace {
    fn new(origin: Origin, raw: &str) -> Self {
        Self { origin, raw: raw.trim().to_owned(), folded: fold(raw) }
    }
}

/// The places that a page states for its subject: in its titles, and in facts that are not another thing's.
pub(super) fn stated_places(page: &Page, name: &Name) -> Vec<StatedPlace> {
    let mut stated: Vec<StatedPlace> = Vec::new();
    let titles = page.title.as_deref().into_iter().chain(place::top_headings(page));
    for title in titles {
        stated.extend(title_places(title, name));
    }
    for fact in own_facts(page, name).filter(|fact| fact.value.len() <= MAX_PLACE) {
        if let Some(role) = place::place_role(&fact.label) {
            stated.push(StatedPlace::new(Origin::Labelled(role), &fact.value));
        }
    }
    stated
}

/// The places that a title adds to the name.
pub(super) fn title_places(title: &str, name: &Name) -> Vec<StatedPlace> {
    let place = |text: String| StatedPlace::new(Origin::Qualifier, &text);
    qualifiers(title, name).into_iter().map(place).collect()
}

/// The facts of a page that describe its subject rather than something beside it.
pub(super) fn own_facts<'a>(page: &'a Page, name: &'a Name) -> impl Iterator<Item = &'a Fact> {
    let own: Vec<bool> = page
        .entities
        .iter()
        .map(|entity| is_own(entity, name) && parents(page, entity).all(|one| is_own(one, name)))
        .collect();
    page.facts.iter().take(MAX_FACTS).filter(move |fact| {
        let is_shown =
            !matches!(fact.kind, FactKind::Hydration | FactKind::Marked | FactKind::Link);
        let is_of_subject = match (&fact.row, fact.entity) {
            (Some(row), _) => name.matches(row) >= SAME,
            (None, Some(at)) => own.get(at as usize).copied().unwrap_or(false),
            (None, None) => true,
        };
        is_shown && is_of_subject
    })
}

fn is_own(entity: &Entity, name: &Name) -> bool {
    let is_named = entity.name.as_deref().map(|other| name.matches(other) >= SAME);
    is_named.unwrap_or(!place::is_auxiliary_type(&entity.types))
}

/// The things that a thing belongs to, at most a few.
fn parents<'a>(page: &'a Page, entity: &'a Entity) -> impl Iterator<Item = &'a Entity> {
    const DEEPEST: usize = 4;
    let parent = |entity: &&'a Entity| entity.parent.and_then(|at| page.entities.get(at as usize));
    std::iter::successors(parent(&entity), parent).take(DEEPEST)
}

/// What a title adds right after the name, in brackets, after a comma or without either.
pub(super) fn qualifiers(title: &str, name: &Name) -> Vec<String> {
    let mut found = Vec::new();
    for piece in title_pieces(title) {
        if let Some((before, rest)) = piece.split_once(['(', '['])
            && name.is_exactly(before)
        {
            let inside = rest.split([')', ']']).next().unwrap_or(rest);
            found.push(inside.to_owned());
            continue;
        }
        let Some(rest) = name.rest_after(piece) else { continue };
        let rest = rest.trim_start_matches([' ', ',']);
        let end = rest.find([':', '(', '|']).unwrap_or(rest.len());
        if end > 0 {
            found.push(rest[..end].to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_qualify_names() {
        for (title, expected) in [
            ("Old Mill (Bergen)", vec!["Bergen"]),
            ("Old Mill, Bergen | Mills of the world", vec!["Bergen"]),
            ("Old Mill Bergen: opening hours", vec!["Bergen"]),
            ("Old Mill", vec![]),
            ("The history of milling", vec![]),
            ("Travel – Old Mill (Bergen, Norway)", vec!["Bergen, Norway"]),
        ] {
            assert_eq!(qualifiers(title, &Name::new("Old Mill")), expected, "{title}");
        }
    }
}
