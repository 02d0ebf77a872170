//! What a page states about itself: title, `<meta>`, canonical address, language and dates.

use ampledata_core::page::FactKind;
use ampledata_core::value::PartialDate;

use super::graph::{MAX_VALUE, Store, Value, local_name, machine_value};
use super::plain;
use super::tag::{Attr, Tag};
use super::tree::{Id, Tree};

/// Maximum number of tags of one page; the rest are left out.
const MAX_TAGS: usize = 400;

/// Tags that only concern programs.
const TECHNICAL: [&str; 22] = [
    "viewport",
    "theme-color",
    "robots",
    "googlebot",
    "bingbot",
    "referrer",
    "format-detection",
    "generator",
    "csrf",
    "msapplication",
    "apple-",
    "google",
    "fb:",
    "msvalidate",
    "p:domain",
    "al:",
    "og:image",
    "twitter:image",
    "handheldfriendly",
    "mobile",
    "content-type",
    "x-ua",
];

/// The statements of a page about itself that are not facts about a thing.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
    pub(super) canonical: Option<String>,
    pub(super) published: Option<PartialDate>,
    pub(super) modified: Option<PartialDate>,
}

/// Reads the head and every `<meta>`, `<link>` and `<time>`, and writes their lines.
pub(super) fn read_head(tree: &Tree, base: Option<&str>, store: &mut Store) -> Head {
    let mut head = Head::default();
    let mut og_title = None;
    let mut tags = 0;
    for id in 1..tree.len() {
        match tree.tag(id) {
            Tag::Html => {
                head.language =
                    head.language.or_else(|| primary_language(tree.attr(id, Attr::Lang)?));
            }
            Tag::Title if head.title.is_none() && tree.tag(tree.node(id).parent) == Tag::Head => {
                head.title = tree
                    .children(id)
                    .next()
                    .map(|text| plain::collapse(tree.text(text)))
                    .filter(|title| !title.is_empty() && title.len() <= MAX_VALUE);
                if let Some(title) = &head.title {
                    store.write_fact(FactKind::Meta, None, ("title", "title"), title, None);
                }
            }
            Tag::Meta if tags < MAX_TAGS => {
                tags += 1;
                read_meta(tree, id, &mut head, &mut og_title, store);
            }
            Tag::Link => read_link(tree, id, base, &mut head),
            Tag::Time if tags < MAX_TAGS => {
                tags += 1;
                read_time(tree, id, &mut head, store);
            }
            _ => {}
        }
    }
    head.title = head.title.or(og_title);
    head
}

fn read_meta(
    tree: &Tree,
    id: Id,
    head: &mut Head,
    og_title: &mut Option<String>,
    store: &mut Store,
) {
    let name = [Attr::Property, Attr::Name, Attr::HttpEquiv]
        .iter()
        .find_map(|attr| tree.attr(id, *attr))
        .map(plain::collapse);
    let Some((name, content)) = name.zip(tree.attr(id, Attr::Content)) else { return };
    let value = plain::strip_markup(content);
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "og:locale" | "content-language" | "dc.language" if head.language.is_none() => {
            head.language = primary_language(&value);
        }
        "og:title" => *og_title = Some(value.clone()).filter(|title| !title.is_empty()),
        "article:published_time"
        | "date"
        | "dc.date"
        | "dc.date.issued"
        | "dcterms.created"
        | "pubdate"
        | "publish_date"
        | "publishdate"
        | "citation_publication_date"
        | "datepublished"
        | "parsely-pub-date"
        | "sailthru.date" => {
            head.published = head.published.or_else(|| parse_iso_date(&value));
        }
        "article:modified_time"
        | "og:updated_time"
        | "last-modified"
        | "dcterms.modified"
        | "datemodified" => head.modified = head.modified.or_else(|| parse_iso_date(&value)),
        _ => {}
    }
    let technical = TECHNICAL.iter().any(|prefix| lower.starts_with(prefix));
    if !technical && name.len() <= 80 && value.len() <= MAX_VALUE {
        store.write_fact(FactKind::Meta, None, (&name, &name), &value, None);
        if matches!(
            machine_value(lower.trim_end_matches(":amount"), value.clone()),
            Value::Number(_)
        ) {
            store.mark_machine_number(&value);
        }
    }
}

fn read_link(tree: &Tree, id: Id, base: Option<&str>, head: &mut Head) {
    let is_canonical = tree
        .attr(id, Attr::Rel)
        .is_some_and(|rel| rel.split_whitespace().any(|r| r.eq_ignore_ascii_case("canonical")));
    if is_canonical && head.canonical.is_none() {
        head.canonical = tree.attr(id, Attr::Href).and_then(|href| absolute_url(href, base));
    }
}

fn read_time(tree: &Tree, id: Id, head: &mut Head, store: &mut Store) {
    let Some(value) = tree.attr(id, Attr::Datetime).map(plain::collapse) else { return };
    if value.len() > 80 || tree.attr(id, Attr::Itemprop).is_some() {
        return;
    }
    let class = tree.attr(id, Attr::Class).unwrap_or("").to_ascii_lowercase();
    if ["publish", "posted", "entry-date"].iter().any(|word| class.contains(word)) {
        head.published = head.published.or_else(|| parse_iso_date(&value));
    } else if ["updated", "modified"].iter().any(|word| class.contains(word)) {
        head.modified = head.modified.or_else(|| parse_iso_date(&value));
    }
    store.write_fact(FactKind::Meta, None, ("time", "time"), &value, None);
}

/// A language tag of letters, digits and hyphens, with hyphens for underscores.
fn primary_language(tag: &str) -> Option<String> {
    let tag = tag.trim().replace('_', "-");
    let first = tag.split('-').next().unwrap_or("");
    ((2..=3).contains(&first.len())
        && tag.len() <= 35
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    .then_some(tag)
}

/// An http or https address, resolved against the page's own.
pub(super) fn absolute_url(href: &str, base: Option<&str>) -> Option<String> {
    let parsed = match url::Url::parse(href.trim()) {
        Ok(parsed) => parsed,
        Err(_) => url::Url::parse(base?).ok()?.join(href.trim()).ok()?,
    };
    matches!(parsed.scheme(), "http" | "https").then(|| parsed.to_string())
}

/// The date at the start of an ISO 8601 text, with its precision.
pub(super) fn parse_iso_date(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    [10, 7, 4].into_iter().find_map(|length| {
        let (date, rest) = text.split_at_checked(length)?;
        let goes_on = rest.starts_with(|c: char| c.is_ascii_alphanumeric() && c != 'T')
            || length < 10 && rest.starts_with(['-', '/', '.']);
        (!goes_on).then(|| date.replace('/', "-").parse().ok())?
    })
}

/// Adds the dates of the main thing in the structured data, if no `<meta>` states them.
pub(super) fn fill_dates_from_facts(head: &mut Head, store: &Store) {
    for fact in &store.facts {
        if !matches!(fact.kind, FactKind::JsonLd | FactKind::Microdata | FactKind::Rdfa) {
            continue;
        }
        match local_name(&fact.label) {
            "datePublished" | "uploadDate" | "datePosted" => {
                head.published = head.published.or_else(|| parse_iso_date(&fact.value));
            }
            "dateModified" => head.modified = head.modified.or_else(|| parse_iso_date(&fact.value)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_keep_their_precision() {
        let date = |text| parse_iso_date(text).map(|date| date.to_string());
        assert_eq!(date("2020-03-04T10:00:00Z").as_deref(), Some("2020-03-04"));
        assert_eq!(date("2020-03-04 10:00").as_deref(), Some("2020-03-04"));
        assert_eq!(date("2020/03/04").as_deref(), Some("2020-03-04"));
        assert_eq!(date("2020-03").as_deref(), Some("2020-03"));
        assert_eq!(date("2020").as_deref(), Some("2020"));
        assert_eq!(date("2020-13-01"), None);
        assert_eq!(date("20200304"), None);
        assert_eq!(date("March 4"), None);
    }

    #[test]
    fn only_web_addresses_are_canonical() {
        assert_eq!(absolute_url("/a", Some("https://x.org/b")).as_deref(), Some("https://x.org/a"));
        assert_eq!(absolute_url("javascript:alert(1)", Some("https://x.org/")), None);
        assert_eq!(absolute_url("/a", None), None);
    }
}
