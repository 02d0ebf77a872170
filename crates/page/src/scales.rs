//! The places around a table that state the unit or the scale of its numbers.

use std::collections::BTreeMap;

use ampledata_core::page::{Fact, Span};
use ampledata_core::value::{ScalePlace, StatedScale, find_scale, unit_named_in};

use super::tree::to_offset;

/// The farthest text before or after a table that can be about it, in bytes.
const NEAR: usize = 600;
/// A longer text, in bytes, is quoted only in part.
const MAX_PLACE: usize = 300;

/// A place that states a scale or a unit.
#[derive(Debug, Clone)]
pub(super) struct Place {
    span: (usize, usize),
    scale: Option<StatedScale>,
    states_unit: bool,
}

impl Place {
    /// Reads the caption, header or label at a span; `None` if it states neither.
    pub(super) fn of_label(
        text: &str,
        span: (usize, usize),
        language: Option<&str>,
    ) -> Option<Self> {
        let words = text.get(span.0..span.1).filter(|words| words.len() <= MAX_PLACE)?;
        let scale = find_scale(words, language, ScalePlace::Label);
        let states_unit = unit_named_in(words).is_some();
        (scale.is_some() || states_unit).then_some(Self { span, scale, states_unit })
    }

    /// Reads the lines before a position, back to the last heading or table.
    pub(super) fn above(text: &str, start: usize, language: Option<&str>) -> Option<Self> {
        let from = text.ceil_char_boundary(start.saturating_sub(NEAR));
        let mut end = start;
        for line in text[from..start].split_inclusive('\n').rev().take(8) {
            let line_start = end - line.len();
            end = line_start;
            let shown = line.trim();
            if shown.starts_with('|') {
                return None;
            }
            let heading = shown.trim_start_matches(['#', ' ']);
            let at =
                line_start + line.len() - line.trim_start().len() + shown.len() - heading.len();
            if shown.starts_with('#') {
                let place = Self::of_label(text, (at, at + heading.len()), language);
                return place.filter(|place| place.scale.is_some());
            }
            if let Some(place) = Self::in_line(text, (at, at + heading.len()), language) {
                return Some(place);
            }
        }
        None
    }

    /// Reads the first line after a position, unless it is a heading or a table.
    pub(super) fn below(text: &str, end: usize, language: Option<&str>) -> Option<Self> {
        let rest = &text[end..text.floor_char_boundary(text.len().min(end + NEAR))];
        let start = end + rest.len() - rest.trim_start().len();
        let line = rest.trim_start().split('\n').next()?.trim_end();
        if line.starts_with(['|', '#']) {
            return None;
        }
        Self::in_line(text, (start, start + line.len()), language)
    }

    /// Reads one line: the whole of it if it is short, otherwise its sentences.
    pub(super) fn in_line(
        text: &str,
        span: (usize, usize),
        language: Option<&str>,
    ) -> Option<Self> {
        let line = text.get(span.0..span.1)?;
        let mut at = span.0;
        let mut pieces: Vec<(usize, usize)> = Vec::new();
        for piece in line.split_inclusive(['.', '!', '?']) {
            let goes_on = goes_on(piece, &text[at + piece.len()..]);
            match pieces.last_mut() {
                Some(last) if last.1 == usize::MAX => last.1 = at + piece.len(),
                _ => pieces.push((at, at + piece.len())),
            }
            if let Some(last) = pieces.last_mut().filter(|_| goes_on && at + piece.len() < span.1) {
                last.1 = usize::MAX;
            }
            at += piece.len();
        }
        pieces.into_iter().take(12).find_map(|(start, end)| {
            let end = end.min(span.1);
            let words = text[start..end].trim();
            let start = end - text[start..end].trim_start().len();
            if words.len() > MAX_PLACE {
                return None;
            }
            let scale = find_scale(words, language, ScalePlace::Sentence)?;
            Some(Self {
                span: (start, start + words.len()),
                scale: Some(scale),
                states_unit: false,
            })
        })
    }
}

/// The places that a number depends on: of those that may be about it, the nearest first, each with
/// whether it is the number's own label, the first that states a scale and the first that states a unit.
pub(super) fn choose_context<'p>(
    places: impl Iterator<Item = (&'p Place, bool)>,
    labels: &[&str],
    value: &str,
) -> Vec<Span> {
    let mut context = Vec::new();
    let (mut seeks_scale, mut seeks_unit) = (true, true);
    if !value.contains(|c: char| c.is_numeric()) {
        return context;
    }
    for (place, is_own) in places {
        let scale = place.scale.as_ref().filter(|_| seeks_scale);
        let applies = scale.is_some_and(|scale| scale.applies_to(labels, value, is_own));
        let has_unit = scale.is_some_and(|scale| scale.unit().is_some());
        let names_unit = seeks_unit && place.states_unit && place.scale.is_none();
        if applies || names_unit {
            context.push(Span { start: to_offset(place.span.0), end: to_offset(place.span.1) });
        }
        // A scale that is not about this number ends the search: those farther away are not either.
        seeks_scale &= scale.is_none();
        seeks_unit &= !(names_unit || has_unit || scale.is_some() && !applies);
    }
    context
}

/// Whether a sentence goes on after a dot: "Mio." and "U.S." end none, and neither does the dot of 1.5.
fn goes_on(piece: &str, rest: &str) -> bool {
    const SHORT: [&str; 12] =
        ["mio", "mrd", "tsd", "mln", "mld", "mill", "s", "u", "no", "nr", "approx", "ca"];
    let last = piece.trim_end_matches('.').rsplit([' ', '.']).next().unwrap_or("").to_lowercase();
    let next = rest.trim_start_matches(' ').chars().next();
    let starts_sentence = rest.starts_with([' ', '\n']) && next.is_none_or(|c| !c.is_lowercase());
    !starts_sentence || SHORT.contains(&last.as_str())
}

/// Adds to facts of labels and values what a sentence above them states about their numbers: "All amounts
/// in thousands of euros." Each line is read once.
pub(super) fn add_context(text: &str, facts: &mut [Fact], language: Option<&str>) {
    let mut read: BTreeMap<(usize, usize), Option<Place>> = BTreeMap::new();
    for fact in facts.iter_mut().filter(|fact| fact.value.contains(char::is_numeric)) {
        let start = fact.span.start as usize;
        let own = Place::of_label(&fact.label, (0, fact.label.len()), language);
        if own.is_some() {
            continue;
        }
        let above = nearest_statement(text, start, language, &mut read);
        let places = above.iter().map(|place| (place, false));
        fact.context = choose_context(places, &[&fact.label], &fact.value);
    }
}

/// The nearest line above a position that states a scale, back to the last heading or table.
fn nearest_statement(
    text: &str,
    start: usize,
    language: Option<&str>,
    read: &mut BTreeMap<(usize, usize), Option<Place>>,
) -> Option<Place> {
    let from = text.ceil_char_boundary(start.saturating_sub(NEAR));
    let mut end = start;
    for line in text[from..start].split_inclusive('\n').rev().take(12) {
        let line_start = end - line.len();
        end = line_start;
        let shown = line.trim();
        if shown.starts_with(['|', '#']) {
            return None;
        }
        let at = line_start + line.len() - line.trim_start().len();
        // A fact within a line has only the part before it above itself.
        let span = (at, at + shown.len());
        let place = read.entry(span).or_insert_with(|| Place::in_line(text, span, language));
        if place.is_some() {
            return place.clone();
        }
    }
    None
}
