//! The coordinates in links to places: `geo:` and the addresses of map services.

use super::tag::{Attr, Tag};
use super::tree::Tree;

/// The parameters of map services that hold coordinates, and what separates these.
const PARAMETERS: [(&str, char); 6] =
    [("q", ','), ("query", ','), ("destination", ','), ("daddr", ','), ("ll", ','), ("cp", '~')];
/// The hosts of map services, and of search engines with maps.
const HOSTS: [&str; 5] =
    ["maps.google.", "maps.app.goo.gl", "openstreetmap.org", "osm.org", "maps.apple.com"];
const SEARCH_HOSTS: [&str; 2] = ["google.", "bing.com"];

/// The latitude, the longitude and both together, if all such links of a page lead to one place.
pub(super) fn find_place(tree: &Tree) -> Vec<(&'static str, String)> {
    let address = |id| match tree.tag(id) {
        Tag::A => tree.attr(id, Attr::Href),
        Tag::Iframe => tree.attr(id, Attr::Src),
        _ => None,
    };
    let mut places = (1..tree.len()).filter_map(address).filter_map(coordinates);
    match places.next() {
        Some(place) if places.all(|other| other == place) => vec![
            ("latitude", place.0.to_owned()),
            ("longitude", place.1.to_owned()),
            ("coordinates", format!("{}, {}", place.0, place.1)),
        ],
        _ => Vec::new(),
    }
}

/// The latitude and the longitude that an address states.
fn coordinates(href: &str) -> Option<(&str, &str)> {
    if let Some(place) = href.strip_prefix("geo:") {
        return pair(place, ',')
            .filter(|(latitude, longitude)| (*latitude, *longitude) != ("0", "0"));
    }
    let (_, rest) = href.split_once("://")?;
    let host = rest.split(['/', '?']).next()?.trim_start_matches("www.");
    // A search engine has maps under a path of its own; a search for "12,5" is no place.
    let is_map = HOSTS.iter().any(|known| host.starts_with(known))
        || SEARCH_HOSTS.iter().any(|known| host.starts_with(known))
            && rest[host_end(rest)..].starts_with("/maps");
    if !is_map {
        return None;
    }
    // The pin of a place is more exact than the part of the map that is shown.
    if let Some((_, pin)) = rest.split_once("!3d") {
        let latitude = number(pin)?;
        let longitude = number(pin[latitude.len()..].strip_prefix("!4d")?)?;
        return on_earth(latitude, longitude);
    }
    if let Some((_, place)) = rest.split_once("mlat=") {
        let latitude = number(place)?;
        let longitude = number(place[latitude.len()..].strip_prefix("&mlon=")?)?;
        return on_earth(latitude, longitude);
    }
    if let Some((_, place)) = rest.split_once("/@") {
        return pair(place, ',');
    }
    let parameters = rest.split(['?', '&', '#']).skip(1);
    let stated = parameters.filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let (_, separator) = PARAMETERS.iter().find(|(known, _)| *known == name)?;
        pair(value, *separator)
    });
    stated.into_iter().next()
}

/// The end of the host at the start of an address without its scheme.
fn host_end(rest: &str) -> usize {
    rest.find(['/', '?']).unwrap_or(rest.len())
}

fn pair(text: &str, separator: char) -> Option<(&str, &str)> {
    let latitude = number(text)?;
    let rest = &text[latitude.len()..];
    let rest = rest
        .strip_prefix(separator)
        .or_else(|| rest.strip_prefix("%2C"))
        .or_else(|| rest.strip_prefix("%2c"))?;
    let longitude = number(rest.trim_start_matches(['+', ' ']))?;
    on_earth(latitude, longitude)
}

/// Both, if they are degrees of latitude and longitude.
fn on_earth<'t>(latitude: &'t str, longitude: &'t str) -> Option<(&'t str, &'t str)> {
    let is_within =
        |text: &str, limit: f64| text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= limit);
    (is_within(latitude, 90.0) && is_within(longitude, 180.0)).then_some((latitude, longitude))
}

/// The decimal number at the start of a text.
fn number(text: &str) -> Option<&str> {
    let end = text
        .char_indices()
        .find(|(at, c)| !(c.is_ascii_digit() || *c == '.' || *c == '-' && *at == 0))
        .map_or(text.len(), |(at, _)| at);
    (end > 0 && text[..end].parse::<f64>().is_ok()).then(|| text[..end].trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_maps_state_coordinates() {
        for (href, expected) in [
            ("geo:48.2010,16.3695", Some(("48.2010", "16.3695"))),
            ("geo:48.2010,16.3695;u=35", Some(("48.2010", "16.3695"))),
            ("https://www.google.com/maps/@48.2,16.37,17z", Some(("48.2", "16.37"))),
            (
                "https://www.google.com/maps/place/X/@48.1,16.1,17z/data=!3m1!3d48.2!4d16.37",
                Some(("48.2", "16.37")),
            ),
            ("https://maps.google.com/?q=-33.86,151.21", Some(("-33.86", "151.21"))),
            (
                "https://www.google.com/maps/search/?api=1&query=48.2%2C16.37",
                Some(("48.2", "16.37")),
            ),
            (
                "https://www.openstreetmap.org/?mlat=48.2&mlon=16.37#map=17/1/2",
                Some(("48.2", "16.37")),
            ),
            ("https://maps.apple.com/?ll=48.2,16.37&q=Inn", Some(("48.2", "16.37"))),
            ("https://maps.google.com/?q=Inn+of+Oslo", None),
            ("https://shop.example/?q=48.2,16.37", None),
            ("geo:0,0?q=Inn", None),
            ("https://maps.google.com/?q=12345,678", None),
            ("https://www.google.com/search?q=12,5", None),
            ("https://www.google.com/maps?q=12.5,5.25", Some(("12.5", "5.25"))),
            ("https://maps.google.com/?full=1,2", None),
            ("https://www.openstreetmap.org/?mlat=148.2&mlon=16.37", None),
        ] {
            assert_eq!(coordinates(href), expected, "{href}");
        }
    }
}
