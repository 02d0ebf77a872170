//! The places that show what a page is about: its headings, its address, the types of its things.

use crate::page::Page;
use crate::value::fold;

/// Types of things that appear on a page beside its subject.
const BESIDE: [&str; 26] = [
    "AggregateRating",
    "Brand",
    "BreadcrumbList",
    "Comment",
    "ContactPoint",
    "CreativeWorkSeries",
    "EntryPoint",
    "ImageObject",
    "ItemList",
    "ListItem",
    "NutritionInformation",
    "Offer",
    "Question",
    "Answer",
    "Rating",
    "Review",
    "SearchAction",
    "SiteNavigationElement",
    "UserComments",
    "VideoObject",
    "WPFooter",
    "WPHeader",
    "WPSideBar",
    "WebSite",
    "Blog",
    "HowToStep",
];

/// Whether a thing of these types appears beside the subject of a page.
pub(super) fn is_auxiliary_type(types: &[String]) -> bool {
    !types.is_empty() && types.iter().all(|kind| BESIDE.contains(&kind.as_str()))
}

/// The first headings of the highest level, at most three.
pub fn top_headings(page: &Page) -> impl Iterator<Item = &str> {
    let body = page.text.get(..page.body_end as usize).unwrap_or(&page.text);
    let headings = |mark: &'static str| {
        body.lines().filter_map(move |line| line.strip_prefix(mark)).map(str::trim)
    };
    let has_first = headings("# ").next().is_some();
    headings(if has_first { "# " } else { "## " }).take(if has_first { 3 } else { 1 })
}

/// The words of the part of an address's path that has the most of them; of equal parts, the last.
pub(super) fn slug(url: &str) -> String {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let parts = path.split('/').skip(1).filter(|part| part.chars().any(char::is_alphabetic));
    let longest = parts.max_by_key(|part| part.split(['-', '_', '+', '.', '%']).count());
    let Some(part) = longest else { return String::new() };
    let bare = [".html", ".htm", ".php", ".aspx", ".jsp"]
        .iter()
        .find_map(|ending| part.strip_suffix(ending))
        .unwrap_or(part);
    percent_decode(bare).replace(['-', '_', '+'], " ")
}

/// A part of an address with its `%XX` decoded; invalid UTF-8 stays as it is.
fn percent_decode(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = part.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| part.to_owned())
}

/// The domain of an address, without `www.`; `None` if the value is not an address.
pub(super) fn domain(value: &str) -> Option<String> {
    let value = value.trim();
    if value.contains(char::is_whitespace) || value.contains('@') {
        return None;
    }
    let host = crate::confidence::site_of(value).to_lowercase();
    let (before, ending) = host.rsplit_once('.')?;
    let is_ending =
        (2..=12).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphabetic());
    (is_ending && !before.is_empty() && host.len() <= 253).then_some(host)
}

/// Whether an address is on a domain or one of its subdomains.
pub(super) fn is_on(url: &str, domain: &str) -> bool {
    let host = crate::confidence::site_of(url).to_lowercase();
    host == domain || host.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.'))
}

/// The beginning of a text, at most so many bytes.
pub(super) fn first_words(text: &str, most: usize) -> &str {
    let end = text.floor_char_boundary(most.min(text.len()));
    &text[..end]
}

/// How much a column distinguishes namesakes, judged by its header: it says where a thing is, or whose it
/// is. Other columns (notes, owners, work status) may not appear on any page.
pub(super) fn distinctiveness(header: &str) -> f64 {
    const WHERE: [&str; 14] = [
        "city",
        "town",
        "municipality",
        "village",
        "location",
        "place",
        "address",
        "district",
        "suburb",
        "ort",
        "stadt",
        "ville",
        "ciudad",
        "citta",
    ];
    const ROUGHLY: [&str; 12] = [
        "country",
        "state",
        "region",
        "province",
        "county",
        "continent",
        "nation",
        "land",
        "pays",
        "pais",
        "paese",
        "nationality",
    ];
    let header = fold(header);
    let mut words = header.split(' ');
    if header.split(' ').any(|word| WHERE.contains(&word)) {
        2.0
    } else if words.any(|word| ROUGHLY.contains(&word)) {
        1.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_give_their_distinctive_part() {
        assert_eq!(slug("https://a.org/recipes/zucchini-raw-lasagna/"), "zucchini raw lasagna");
        assert_eq!(slug("http://en.wikipedia.org/wiki/Jermaine_O%27Neal"), "Jermaine O'Neal");
        assert_eq!(slug("https://a.org/"), "");
        assert_eq!(slug("https://a.org/p/Red-Boat.html?x=1"), "Red Boat");
    }

    #[test]
    fn domains_are_distinguished_from_other_texts() {
        assert_eq!(domain("https://www.Acme.com/x").as_deref(), Some("acme.com"));
        assert_eq!(domain("acme.co.uk").as_deref(), Some("acme.co.uk"));
        assert_eq!(domain("Oslo"), None);
        assert_eq!(domain("St. Louis"), None);
        assert!(is_on("https://blog.acme.com/", "acme.com"));
        assert!(!is_on("https://notacme.com/", "acme.com"));
    }
}
