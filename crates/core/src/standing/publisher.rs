//! Who publishes a page.

use crate::confidence::site_of;
use crate::entity::Target;
use crate::page::{FactKind, Page};
use crate::row::Input;
use crate::value::fold;
use crate::vocabulary::words;

use super::Standing;
use super::phrases::{DIRECTORY, FORUM, REFERENCE, REGISTER};

/// A longer line is content, not what a site writes around it, in bytes.
const LONGEST_LINE: usize = 60;
/// How many different phrases make a directory or a forum.
const ENOUGH_PHRASES: usize = 2;
/// A site whose name matches the row's entity this well is its own.
const OWN_NAME: f64 = 0.8;
/// The share of a host's letters that words of the key must make up.
const OWN_HOST: f64 = 0.7;
/// Maximum number of lines looked at.
const MAX_LINES: usize = 3_000;

/// Who publishes a page, for one row.
pub(super) fn find_standing(page: &Page, url: &str, input: &Input, target: &Target) -> Standing {
    let site = site_of(url);
    if target.is_own_domain(url) {
        return Standing::Official;
    }
    if is_public_authority(site) {
        return Standing::Registry;
    }
    let around = Around::read(page);
    let names = site_names(page, &around);
    if around.forum >= ENOUGH_PHRASES || has_type(page, &["DiscussionForumPosting", "QAPage"]) {
        return Standing::Forum;
    }
    let says = |phrases: &[&str]| {
        names.iter().chain(&page.title).any(|name| {
            let name = padded(name);
            phrases.iter().any(|phrase| name.contains(&padded(phrase)))
        })
    };
    if says(REFERENCE) || around.is_reference {
        return Standing::Reference;
    }
    if says(REGISTER) {
        return Standing::Registry;
    }
    if around.directory >= ENOUGH_PHRASES {
        return Standing::Directory;
    }
    if is_own_site(site, &names, input, target) {
        return Standing::Official;
    }
    if is_article(page, url) { Standing::News } else { Standing::Unknown }
}

/// Who publishes a page of which only the address is known.
pub(super) fn find_standing_of_address(url: &str, input: &Input, target: &Target) -> Standing {
    let site = site_of(url);
    if target.is_own_domain(url) {
        Standing::Official
    } else if is_public_authority(site) {
        Standing::Registry
    } else if is_host_of(site, input) {
        Standing::Official
    } else {
        Standing::Unknown
    }
}

/// What a page writes around its content.
#[derive(Default)]
struct Around {
    directory: usize,
    forum: usize,
    is_reference: bool,
    /// Who claims the copyright.
    holders: Vec<String>,
}

impl Around {
    fn read(page: &Page) -> Self {
        let mut around = Self::default();
        let mut seen: Vec<&str> = Vec::new();
        let body = &page.text[..page.body_end as usize];
        for line in body.lines().take(MAX_LINES) {
            if let Some(holder) = copyright_holder(line) {
                around.holders.push(holder);
            }
            // Menus may stand on one line, their entries separated by marks.
            for part in line.split(['|', '·', '•']).filter(|part| part.len() <= LONGEST_LINE) {
                let folded = fold(part.trim_start_matches(['#', '-', '*', ' ']));
                let mut count = |phrases: &[&'static str], total: &mut usize| {
                    let found = phrases.iter().find(|phrase| is_led_by(&folded, phrase));
                    if let Some(phrase) = found
                        && !seen.contains(phrase)
                    {
                        seen.push(phrase);
                        *total += 1;
                    }
                };
                count(DIRECTORY, &mut around.directory);
                count(FORUM, &mut around.forum);
                around.is_reference |= REFERENCE.iter().any(|phrase| folded.ends_with(phrase));
            }
        }
        around
    }
}

/// Whether a folded text is a phrase, or begins with it and is little longer.
fn is_led_by(folded: &str, phrase: &str) -> bool {
    folded.strip_prefix(phrase).is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(' ') && rest.split(' ').count() <= 4
    })
}

/// The name behind `©` and its years.
fn copyright_holder(line: &str) -> Option<String> {
    let at = line.find('©').map(|at| at + '©'.len_utf8()).or_else(|| {
        let at = line.to_ascii_lowercase().find("copyright")?;
        Some(at + "copyright".len())
    })?;
    let rest = line.get(at..)?.trim_start_matches(|c: char| {
        c.is_whitespace()
            || c.is_ascii_digit()
            || matches!(c, '-' | '–' | ',' | '.' | '(' | ')' | '©')
    });
    let rest = rest.strip_prefix("by ").unwrap_or(rest);
    let end = rest.find(['|', '·', '•', '.', '–']).unwrap_or(rest.len());
    let name = rest[..end].trim();
    (!name.is_empty() && name.len() <= LONGEST_LINE).then(|| name.to_owned())
}

/// The names that a site gives to itself.
fn site_names(page: &Page, around: &Around) -> Vec<String> {
    let stated = page.facts.iter().filter(|fact| {
        fact.kind == FactKind::Meta
            && matches!(fact.label.as_str(), "og:site_name" | "application-name" | "publisher")
    });
    let mut names: Vec<String> = stated.map(|fact| fact.value.clone()).collect();
    names.extend(around.holders.iter().cloned());
    names
}

/// Whether a site calls itself, or its host is called, as the row's entity.
fn is_own_site(site: &str, names: &[String], input: &Input, target: &Target) -> bool {
    names.iter().any(|name| is_named_like(name, input, target)) || is_host_of(site, input)
}

/// A site's name is the entity's: "Town of Fernham" for Fernham, but not "Fernham Guide" nor "Fern" alone.
fn is_named_like(name: &str, input: &Input, target: &Target) -> bool {
    let key = key_words(input);
    let own = words(name);
    let known = own.iter().filter(|word| key.contains(word)).count();
    // A site may leave out what the key adds: "Old Observatory" for "Old Observatory Museum".
    let is_most = known * 2 > key.len() && known == own.len() && known >= 2;
    is_most || target.score_name(name) >= OWN_NAME && known * 2 >= own.len()
}

/// Whether the label of a host consists of words of the key, and has more than half of them.
fn is_host_of(site: &str, input: &Input) -> bool {
    let labels: Vec<&str> = site.split('.').collect();
    let Some(label) = labels.iter().rev().skip(1).find(|label| label.len() > 3) else {
        return false;
    };
    let label: String = fold(label).chars().filter(|c| *c != ' ').collect();
    let key: Vec<String> = key_words(input).into_iter().filter(|word| word.len() > 2).collect();
    let found: Vec<&String> = key.iter().filter(|word| label.contains(word.as_str())).collect();
    let letters: usize = found.iter().map(|word| word.len()).sum();
    !found.is_empty()
        && found.len() * 2 >= key.len()
        && letters as f64 >= OWN_HOST * label.len() as f64
}

fn key_words(input: &Input) -> Vec<String> {
    let lead = input.key.iter().find(|field| field.value.chars().any(char::is_alphabetic));
    lead.map_or_else(Vec::new, |field| words(&field.value))
}

/// Hosts that only public authorities get: `gov`, `gov.uk`, `gouv.fr`, `admin.ch`, `europa.eu`.
fn is_public_authority(site: &str) -> bool {
    let labels: Vec<&str> = site.rsplit('.').collect();
    match labels[..] {
        [country, "gov" | "gouv" | "gob" | "govt" | "gub" | "guv", _, ..] => country.len() == 2,
        ["gov" | "mil" | "int", ..]
        | ["jp" | "kr" | "th" | "id" | "ug" | "ke", "go", _, ..]
        | ["ch", "admin", _, ..]
        | ["eu", "europa", _, ..]
        | ["de", "bund", _, ..] => true,
        _ => false,
    }
}

fn has_type(page: &Page, types: &[&str]) -> bool {
    page.entities
        .iter()
        .any(|entity| entity.types.iter().any(|kind| types.contains(&kind.as_str())))
}

/// Whether a page is an article with a date.
fn is_article(page: &Page, url: &str) -> bool {
    let is_marked =
        has_type(page, &["NewsArticle", "ReportageNewsArticle", "Article", "BlogPosting"]);
    page.published.is_some() && is_marked || super::as_of::address_date(url).is_some()
}

fn padded(text: &str) -> String {
    format!(" {} ", fold(text))
}
