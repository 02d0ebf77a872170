//! The places that show what a page is about: its headings, its address, the types of its things.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::page::Page;
use crate::vocabulary::words;

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

/// What a header or a label says of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlaceRole {
    Country,
    Region,
    City,
    /// Anything from a street to a city with its country.
    Address,
}

/// Words that name the role of a place: in headers of tables and in labels of pages.
#[rustfmt::skip]
const ROLES: [(PlaceRole, &[&str]); 4] = [
    (PlaceRole::City, &[
        "city", "town", "municipality", "village", "locality", "suburb", "borough", "commune", "gemeinde", "stadt", "ort", "ortschaft",
        "ville", "ciudad", "localidad", "municipio", "citta", "comune", "localita", "cidade", "localidade", "concelho", "stad", "plaats",
        "gemeente", "woonplaats", "miasto", "miejscowosc", "gmina", "kommun", "kommune", "tettsted", "kaupunki", "kunta", "mesto",
        "obec", "varos", "telepules", "sehir", "ilce", "город", "місто", "πολη", "مدينة", "עיר", "شهر", "市", "都市", "城市", "도시",
    ]),
    (PlaceRole::Country, &[
        "country", "nation", "nationality", "citizenship", "land", "staat", "nationalitat", "staatsangehorigkeit", "pay", "nationalite",
        "pais", "nacionalidad", "paese", "nazione", "nazionalita", "nacionalidade", "nationaliteit", "kraj", "panstwo", "narodowosc",
        "maa", "zeme", "orszag", "ulke", "страна", "країна", "χωρα", "بلد", "دولة", "מדינה", "ארץ", "کشور", "国",
        "国家", "국가", "나라",
    ]),
    (PlaceRole::Region, &[
        "region", "state", "province", "county", "district", "department", "canton", "prefecture", "oblast", "bundesland", "landkreis",
        "bezirk", "kanton", "departement", "estado", "provincia", "comunidad", "regione", "regiao", "provincie", "streek",
        "wojewodztwo", "powiat", "lan", "fylke", "maakunta", "kraj", "megye", "область", "регион", "регіон",
        "νομος", "περιφερεια", "県", "省", "州", "都道府県",
    ]),
    (PlaceRole::Address, &[
        "location", "place", "address", "headquarter", "hq", "based", "seat", "venue", "adresse", "anschrift", "standort", "sitz", "hauptsitz",
        "lage", "firmensitz", "veranstaltungsort", "siege", "lieu", "emplacement", "direccion", "domicilio", "ubicacion", "sede",
        "lugar", "indirizzo", "ubicazione", "luogo", "endereco", "morada", "localizacao", "adre", "vestiging", "locatie", "adres",
        "siedziba", "lokalizacja", "adress", "osoite", "sijainti", "adresa", "sidlo", "cim", "szekhely", "konum", "адрес", "адреса",
        "место", "διευθυνση", "εδρα", "عنوان", "العنوان", "כתובת", "所在地", "住所", "地址", "주소",
    ]),
];

/// Words that change nothing beside those.
const ROLE_FILLING: [&str; 19] = [
    "address",
    "name",
    "of",
    "the",
    "our",
    "in",
    "postal",
    "street",
    "full",
    "main",
    "office",
    "head",
    "business",
    "registered",
    "geo",
    "placename",
    "located",
    "current",
    "federal",
];

/// The words of each role as [`words`] gives them.
static ROLE_WORDS: LazyLock<Vec<(PlaceRole, BTreeSet<String>)>> = LazyLock::new(|| {
    let split = |(role, names): &(PlaceRole, &[&str])| {
        (*role, names.iter().flat_map(|name| words(name)).collect())
    };
    ROLES.iter().map(split).collect()
});

/// What a header or a label says of a place; `None` if it names something else.
pub(super) fn place_role(label: &str) -> Option<PlaceRole> {
    let last = label.rsplit(['.', ':']).next().unwrap_or(label);
    let words = words(last);
    let is_known = |word: &String| {
        ROLE_FILLING.contains(&word.as_str())
            || ROLE_WORDS.iter().any(|(_, names)| names.contains(word))
    };
    if words.is_empty() || !words.iter().all(is_known) {
        return None;
    }
    let names_role =
        |(_, names): &&(PlaceRole, BTreeSet<String>)| words.iter().any(|word| names.contains(word));
    ROLE_WORDS.iter().find(names_role).map(|(role, _)| *role)
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
