//! Chooses the search results to read.

use std::collections::BTreeMap;

use ampledata_core::entity::Target;

use crate::{DecideRequest, PageChoice, ResultPosition};

/// Results with a lower match are read only if there is nothing better.
const WORTH_READING: f64 = 0.35;
/// Deduction for each rank further down.
const RANK: f64 = 0.02;
/// Factor for a page that only mentions the entity, so that it comes after those about it.
const MENTION: f64 = 0.8;
/// Extensions of addresses from which no value is read.
const UNREADABLE_EXTENSIONS: [&str; 12] = [
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".zip", ".mp4", ".mp3", ".exe", ".xml", ".css", ".js",
];

/// Results ordered by how well they match the entity, then by rank; each address once.
pub(super) fn choose_pages(request: &DecideRequest<'_>) -> PageChoice {
    let target = Target::new(request.input);
    let mut best: BTreeMap<&str, Ranked> = BTreeMap::new();
    for (serp, page) in request.serps.iter().enumerate() {
        for (at, result) in page.results.iter().enumerate() {
            let is_read = request.tried.contains(&result.url);
            if is_read || !result.is_page(page) || has_unreadable_extension(&result.url) {
                continue;
            }
            let matched = target.match_result(result);
            let about = if matched.is_subject { 1.0 } else { MENTION };
            let score = matched.score * about - RANK * at.min(20) as f64;
            let ranked =
                Ranked { score, place: ResultPosition { serp, result: at }, entity: matched.score };
            let known = best.entry(&result.url).or_insert(ranked);
            if ranked.score > known.score {
                *known = ranked;
            }
        }
    }
    let mut ranked: Vec<Ranked> = best.into_values().collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.place.cmp(&b.place)));
    let worth = ranked.iter().filter(|ranked| ranked.score >= WORTH_READING).count();
    ranked.truncate(worth.max(1).min(request.limit));
    let read = ranked.into_iter().map(|ranked| (ranked.place, ranked.entity)).collect();
    PageChoice { suggestions: Vec::new(), read, problem: None }
}

/// A result, from the page on which it scores best.
#[derive(Debug, Clone, Copy)]
struct Ranked {
    score: f64,
    place: ResultPosition,
    entity: f64,
}

fn has_unreadable_extension(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or(url).to_ascii_lowercase();
    UNREADABLE_EXTENSIONS.iter().any(|ending| path.ends_with(ending))
}
