//! The address of each page of a corpus, and the page of an address.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::Problem;

/// The addresses that a page claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    /// Its file, relative to the folder.
    pub(super) file: String,
    /// The address in `pages.jsonl`; an empty one means that the page has none.
    pub(super) listed: Option<String>,
    /// The address that the page itself states.
    pub(super) canonical: Option<String>,
}

impl Claim {
    /// The address from `pages.jsonl`.
    fn listed_address(&self) -> Option<&str> {
        self.listed.as_deref().filter(|url| !url.is_empty())
    }
}

/// The result of a claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ClaimResult {
    /// The address, as shown and as compared; `None` if another page has it.
    address: Option<(String, String)>,
    /// A note for the user.
    note: Option<String>,
}

/// A page with its current address.
#[derive(Debug)]
pub(super) struct PageAddress {
    /// Identifies the page in the index.
    pub(super) id: i64,
    /// The addresses that it claims.
    pub(super) claim: Claim,
    /// Whether it can be read: an unreadable page has no address.
    pub(super) is_page: bool,
    /// Its current address.
    pub(super) url: Option<String>,
}

/// The changes needed so that every page has its address.
#[derive(Debug, Default)]
pub(super) struct AddressChanges {
    /// Pages by their id with their new address, as shown and as compared.
    pub(super) changes: Vec<(i64, Option<(String, String)>)>,
    /// Notes for the user.
    pub(super) notes: Vec<Problem>,
}

impl AddressChanges {
    /// Compares the current addresses of the pages with the right ones.
    pub(super) fn plan(held: Vec<PageAddress>) -> Self {
        let (pages, others): (Vec<_>, Vec<_>) = held.into_iter().partition(|held| held.is_page);
        let left = others.iter().filter(|held| held.url.is_some()).map(|held| (held.id, None));
        let mut plan = Self { changes: left.collect(), notes: Vec::new() };
        let (held, claims): (Vec<_>, Vec<_>) =
            pages.into_iter().map(|held| ((held.id, held.url), held.claim)).unzip();
        for (((id, has), claim), given) in held.into_iter().zip(&claims).zip(assign(&claims)) {
            if let Some(reason) = given.note {
                plan.notes.push(Problem { file: claim.file.clone(), reason });
            }
            if given.address.as_ref().map(|(url, _)| url) != has.as_ref() {
                plan.changes.push((id, given.address));
            }
        }
        plan
    }
}

/// Assigns an address to every page. `pages.jsonl` takes precedence over what pages state themselves, and
/// earlier pages over later ones: the outcome depends only on the folder.
fn assign(claims: &[Claim]) -> Vec<ClaimResult> {
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    let mut given = vec![ClaimResult::default(); claims.len()];
    for (at, claim) in claims.iter().enumerate() {
        if let Some(url) = claim.listed_address() {
            given[at] = claim_address(at, url, claims, &mut owners)
                .unwrap_or_else(|note| unassigned(&note));
        }
    }
    for (at, claim) in claims.iter().enumerate() {
        if claim.listed_address().is_some() {
            continue;
        }
        // An address that pages.jsonl leaves empty is left out on purpose and not taken from the page.
        let canonical = claim.canonical.as_ref().filter(|_| claim.listed.is_none());
        let taken = canonical.map(|url| claim_address(at, url, claims, &mut owners));
        given[at] = match taken {
            Some(Ok(given)) => given,
            Some(Err(note)) => {
                let own = file_address(&claim.file);
                let mut given = claim_address(at, &own, claims, &mut owners)
                    .unwrap_or_else(|note| unassigned(&note));
                given.note.get_or_insert(format!("{note}; this page is found as {own}"));
                given
            }
            None => claim_address(at, &file_address(&claim.file), claims, &mut owners)
                .unwrap_or_else(|note| unassigned(&note)),
        };
    }
    given
}

fn unassigned(note: &str) -> ClaimResult {
    ClaimResult { address: None, note: Some(format!("{note}; this page cannot be found")) }
}

fn claim_address(
    at: usize,
    url: &str,
    claims: &[Claim],
    owners: &mut BTreeMap<String, usize>,
) -> Result<ClaimResult, String> {
    let address = normalize(url);
    if let Some(owner) = owners.get(&address) {
        return Err(format!("{} already has its address {url}", claims[*owner].file));
    }
    owners.insert(address.clone(), at);
    Ok(ClaimResult { address: Some((url.to_owned(), address)), note: None })
}

/// An address as it is compared: parsed by the WHATWG rules, without a fragment.
pub(super) fn normalize(url: &str) -> String {
    match Url::parse(url) {
        Ok(mut parsed) => {
            parsed.set_fragment(None);
            parsed.to_string()
        }
        Err(_) => url.to_owned(),
    }
}

/// The same address with the slash at the end of its path added or removed.
pub(super) fn toggle_trailing_slash(address: &str) -> Option<String> {
    let mut parsed = Url::parse(address).ok().filter(|parsed| !parsed.cannot_be_a_base())?;
    let path = match parsed.path() {
        "/" | "" => return None,
        path => path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned),
    };
    parsed.set_path(&path);
    Some(parsed.into())
}

/// `file:` and the relative path, with invalid characters percent-encoded.
fn file_address(file: &str) -> String {
    const KEPT: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    format!("file:{}", utf8_percent_encode(file, KEPT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(file: &str, listed: Option<&str>, canonical: Option<&str>) -> Claim {
        Claim {
            file: file.to_owned(),
            listed: listed.map(str::to_owned),
            canonical: canonical.map(str::to_owned),
        }
    }

    fn shown(claims: &[Claim]) -> Vec<Option<String>> {
        assign(claims).into_iter().map(|given| given.address.map(|(url, _)| url)).collect()
    }

    #[test]
    fn the_list_goes_before_the_page_and_the_page_before_its_file() {
        let claims = [
            claim("a b.html", None, None),
            claim("c.html", None, Some("https://x.example/c")),
            claim("d.html", Some("https://x.example/d"), Some("https://x.example/other")),
            claim("e.html", Some(""), Some("https://x.example/e")),
        ];
        let urls = ["file:a%20b.html", "https://x.example/c", "https://x.example/d", "file:e.html"];
        assert_eq!(shown(&claims), urls.map(|url| Some(url.to_owned())));
    }

    #[test]
    fn an_address_has_one_page_and_the_others_are_reported() {
        let claims = [
            claim("say.html", None, Some("https://x.example/")),
            claim("first.html", Some("https://X.example"), None),
            claim("second.html", Some("https://x.example/#top"), None),
        ];
        let given = assign(&claims);
        assert_eq!(given[1].address.as_ref().unwrap().0, "https://X.example");
        assert_eq!(given[1].note, None);
        assert_eq!(given[2].address, None);
        assert!(given[2].note.as_ref().unwrap().contains("first.html"));
        assert_eq!(given[0].address.as_ref().unwrap().0, "file:say.html");
        assert!(given[0].note.as_ref().unwrap().contains("file:say.html"));
    }

    #[test]
    fn a_slash_at_the_end_of_the_path_is_turned_over() {
        let other = |url| toggle_trailing_slash(url);
        assert_eq!(other("https://x.example/a").as_deref(), Some("https://x.example/a/"));
        assert_eq!(other("https://x.example/a/?q=1").as_deref(), Some("https://x.example/a?q=1"));
        assert_eq!(other("https://x.example/"), None);
        assert_eq!(other("mailto:a@x.example"), None);
    }
}
