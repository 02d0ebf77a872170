//! Chooses the search results to read: those about the entity, its own site and unlike sites first.

use std::collections::BTreeMap;

use ampledata_core::confidence::site_of;
use ampledata_core::entity::Target;
use ampledata_core::feedback::render_query;
use ampledata_core::row::Input;
use ampledata_core::value::fold;

use crate::{DecideRequest, PageChoice, ResultPosition};

/// Results with a lower match are read only if there is nothing better.
const WORTH_READING: f64 = 0.35;
/// Number of results that are read even if they match worse: a page may mention the entity where no excerpt shows it.
const LEAST_PAGES: usize = 3;
/// Addition for the first results of a query for the key alone, which mention it somewhere.
const KEY_QUERY: f64 = 0.1;
/// Number of these results.
const KEY_RESULTS: usize = 3;
/// Deduction for each rank further down.
const RANK: f64 = 0.02;
/// Factor for a page that only mentions the entity, so that it comes after those about it.
const MENTION: f64 = 0.8;
/// Least score of a page of the entity's own site, such as "Who we are", whatever its title.
const OWN_SITE: f64 = 0.85;
/// Deduction for each page of the same site that is read as well: unlike sites know more together.
const SAME_SITE: f64 = 0.25;
/// The same for the entity's own site, whose pages state different things.
const SAME_OWN_SITE: f64 = 0.05;
/// Shortest name that identifies a site, in characters.
const MIN_SITE_NAME: usize = 5;
/// Share of the longer of both names that the shorter must cover.
const SITE_SHARE: f64 = 0.6;
/// Extensions of addresses from which no value is read.
const UNREADABLE_EXTENSIONS: [&str; 12] = [
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".zip", ".mp4", ".mp3", ".exe", ".xml", ".css", ".js",
];

/// Results ordered by how well they match the entity, then by rank; each address once.
pub(super) fn choose_pages(request: &DecideRequest<'_>) -> PageChoice {
    let target = Target::new(request.input);
    let mut best: BTreeMap<&str, Ranked<'_>> = BTreeMap::new();
    let key = render_query("%key", request.input);
    for (serp, page) in request.serps.iter().enumerate() {
        let of_key = page.query == key;
        for (at, result) in page.results.iter().enumerate() {
            let is_read = request.tried.contains(&result.url);
            if is_read || !result.is_page(page) || has_unreadable_extension(&result.url) {
                continue;
            }
            let matched = target.match_result(result);
            let about = if matched.is_subject { 1.0 } else { MENTION };
            let is_own = is_own_site(&result.url, request.input);
            let entity = if is_own { matched.score.max(OWN_SITE) } else { matched.score };
            let about = if is_own { 1.0 } else { about };
            let mentions = if of_key && at < KEY_RESULTS { KEY_QUERY } else { 0.0 };
            let score = entity * about + mentions - RANK * at.min(20) as f64;
            let place = ResultPosition { serp, result: at };
            let ranked = Ranked { score, place, entity, site: site_of(&result.url), is_own };
            let known = best.entry(&result.url).or_insert(ranked);
            if ranked.score > known.score {
                *known = ranked;
            }
        }
    }
    let mut ranked: Vec<Ranked<'_>> = best.into_values().collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.place.cmp(&b.place)));
    let worth = ranked.iter().filter(|ranked| ranked.score >= WORTH_READING).count();
    ranked.truncate(worth.max(LEAST_PAGES));
    let read = vary_sites(ranked, request.limit);
    let read = read.into_iter().map(|ranked| (ranked.place, ranked.entity)).collect();
    PageChoice { suggestions: Vec::new(), read, problem: None }
}

/// The best results, each site's further pages later.
fn vary_sites(mut ranked: Vec<Ranked<'_>>, limit: usize) -> Vec<Ranked<'_>> {
    let mut chosen: Vec<Ranked<'_>> = Vec::new();
    while chosen.len() < limit {
        let deducted = |one: &Ranked<'_>| {
            let same = chosen.iter().filter(|other| other.site == one.site).count();
            let each = if one.is_own { SAME_OWN_SITE } else { SAME_SITE };
            one.score - each * same as f64
        };
        // The first of equal ones is the best placed.
        let next = (0..ranked.len())
            .rev()
            .max_by(|a, b| deducted(&ranked[*a]).total_cmp(&deducted(&ranked[*b])));
        let Some(next) = next else { break };
        chosen.push(ranked.remove(next));
    }
    chosen
}

/// Whether an address is on a site with the name of the row's entity: `fern-mills.example` of Fern Mills Ltd.
pub(crate) fn is_own_site(url: &str, input: &Input) -> bool {
    let compact = |text: &str| fold(text).replace(' ', "");
    let host = site_of(url).split(':').next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let labels = labels.split_last().map_or(&[][..], |(_, labels)| labels);
    let names = input
        .key
        .iter()
        .flat_map(|field| [compact(&field.value), compact(&spell_umlauts(&field.value))]);
    names.into_iter().any(|name| {
        labels.iter().map(|label| compact(label)).any(|label| {
            let (shorter, longer) =
                if label.len() < name.len() { (&label, &name) } else { (&name, &label) };
            shorter.chars().count() >= MIN_SITE_NAME
                && longer.starts_with(shorter.as_str())
                && shorter.len() as f64 >= SITE_SHARE * longer.len() as f64
        })
    })
}

/// German names in addresses: `mueller` for Müller.
fn spell_umlauts(name: &str) -> String {
    let spelled = [("ä", "ae"), ("ö", "oe"), ("ü", "ue")];
    spelled.iter().fold(name.to_lowercase(), |name, (from, to)| name.replace(from, to))
}

/// A result, from the page on which it scores best.
#[derive(Debug, Clone, Copy)]
struct Ranked<'a> {
    score: f64,
    place: ResultPosition,
    entity: f64,
    site: &'a str,
    is_own: bool,
}

fn has_unreadable_extension(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or(url).to_ascii_lowercase();
    UNREADABLE_EXTENSIONS.iter().any(|ending| path.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use ampledata_core::row::Field;
    use ampledata_core::serp::{ResultKind, SearchResult, Serp};

    use super::*;
    use crate::meter::Unmetered;

    fn input(key: &str) -> Input {
        let key = vec![Field { name: "name".into(), value: key.into() }];
        Input { key, context: vec![], requested: vec![0] }
    }

    #[test]
    fn a_site_with_the_name_is_the_own_one() {
        for (key, url, expected) in [
            ("Fern Mills Ltd", "https://www.fern-mills.example/about", true),
            ("Fern Mills", "https://fernmills.co.example/", true),
            ("Brauerei Ährental GmbH", "https://brauerei-aehrental.example/impressum", true),
            ("Brauerei Ahrental GmbH", "https://brauerei-ahrental.example/impressum", true),
            ("Fern Mills", "https://shop.fernmills.example/", true),
            ("Fern Mills", "https://fernmills-outlet-shopping.example/", false),
            ("Fern Mills", "https://directory.example/fern-mills", false),
            ("Fern Mills Restaurant Oslo", "https://fern.example/", false),
            ("Ash", "https://ash.example/", false),
            ("Mill", "https://millions.example/", false),
        ] {
            assert_eq!(is_own_site(url, &input(key)), expected, "{key} {url}");
        }
    }

    fn chosen(results: &[(&str, &str)], limit: usize) -> Vec<String> {
        let results = results.iter().map(|(url, title)| SearchResult {
            url: (*url).into(),
            title: (*title).into(),
            snippet: String::new(),
            date: None,
            kind: ResultKind::Organic,
        });
        let serps = [Serp { query: String::new(), url: None, results: results.collect() }];
        let input = input("Fern Mills Ltd");
        let request = DecideRequest {
            input: &input,
            plan: &[],
            columns: &[0],
            serps: &serps,
            tried: &[],
            limit,
            today: "2026-03-14".parse().unwrap(),
            meter: &Unmetered::default(),
        };
        let read = choose_pages(&request).read;
        read.iter().map(|(place, _)| serps[place.serp].results[place.result].url.clone()).collect()
    }

    #[test]
    fn unlike_sites_and_the_own_site_come_first() {
        let results = [
            ("https://listing.example/a", "Fern Mills Ltd"),
            ("https://listing.example/b", "Fern Mills Ltd: contact"),
            ("https://listing.example/c", "Fern Mills Ltd: jobs"),
            ("https://fernmills.example/who-we-are", "Who we are"),
            ("https://news.example/1", "Fern Mills Ltd | Valley News"),
        ];
        let read = chosen(&results, 3);
        assert!(read.contains(&"https://fernmills.example/who-we-are".to_owned()), "{read:?}");
        assert!(read.contains(&"https://news.example/1".to_owned()), "{read:?}");
        assert_eq!(read[0], "https://listing.example/a");
        assert_eq!(chosen(&results, 9).len(), 5);
    }
}
