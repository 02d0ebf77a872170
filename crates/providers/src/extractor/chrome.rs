//! Removes what a page sets beside a value for its visitors to press or to read: links to maps, "read more",
//! handles of accounts, counters.

/// What links beside a value are called, in lower case.
#[rustfmt::skip]
const LINKS: &[&str] = &[
    "map it", "view map", "view on map", "show map", "show on map", "see map", "open map", "map", "google maps", "directions",
    "get directions", "read more", "learn more", "see more", "show more", "view more", "more info", "more details", "more",
    "see all", "view all", "show all", "view profile", "see profile", "edit", "[edit]", "(edit)", "copy", "copy link", "share",
    "share this", "tweet", "pin it", "print", "follow", "following", "follow us", "subscribe", "add to favorites", "add to wishlist",
    "visit website", "visit the store", "visit store", "click here", "opens in a new tab", "opens in new window", "(opens in new tab)",
    "mehr lesen", "weiterlesen", "mehr anzeigen", "mehr erfahren", "auf karte anzeigen", "karte anzeigen", "zur karte",
    "route planen", "bearbeiten", "teilen", "lire la suite", "en savoir plus", "voir plus", "voir la carte", "voir sur la carte",
    "partager", "modifier", "leer más", "ver más", "ver mapa", "ver en el mapa", "cómo llegar", "compartir", "leggi tutto", "mostra di più",
    "scopri di più", "vedi mappa", "mostra mappa", "condividi", "saiba mais", "ler mais", "ver mais", "ver no mapa", "partilhar",
    "lees meer", "meer lezen", "toon kaart", "bekijk kaart", "delen",
];

/// Nouns that visitors are counted in.
#[rustfmt::skip]
const COUNTED: [&str; 24] = [
    "review", "reviews", "rating", "ratings", "vote", "votes", "comment", "comments", "follower", "followers", "like", "likes",
    "share", "shares", "view", "views", "subscriber", "subscribers", "bewertungen", "kommentare", "avis", "opiniones", "recensioni",
    "reacties",
];

/// The text without what stands after the value. A text that is nothing else stays as it is.
pub(super) fn strip_chrome(text: &str) -> &str {
    let mut rest = text.trim();
    loop {
        let shorter =
            strip_link(rest).or_else(|| strip_handle(rest)).or_else(|| strip_counter(rest));
        match shorter.map(trim_end) {
            Some(shorter) if shorter.chars().any(char::is_alphanumeric) => rest = shorter,
            _ => return rest,
        }
    }
}

fn trim_end(text: &str) -> &str {
    text.trim_end_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, '|' | '•' | '·' | '»' | '›' | '→' | '–' | '—' | '-' | '…' | ',')
    })
}

/// The text before a link that ends it. A single word counts only behind a separator, as it may be a part of
/// the value.
fn strip_link(text: &str) -> Option<&str> {
    let bare = text.trim_end_matches(['»', '›', '→', '…', '.', ' ', '>']);
    LINKS.iter().find_map(|link| {
        let at = bare.len().checked_sub(link.len())?;
        let tail = bare.get(at..)?;
        let before = &bare[..at];
        let separated = before.trim_end().ends_with(['|', '•', '·', '»', '›', '…', '\n'])
            || before.trim_end().ends_with("...");
        let is_phrase = link.contains(' ') || link.starts_with(['[', '(']);
        let stands = before.ends_with(char::is_whitespace) && (is_phrase || separated);
        (stands && tail.to_lowercase() == *link).then_some(before)
    })
}

/// The text before the handle of an account.
fn strip_handle(text: &str) -> Option<&str> {
    let start = text.rfind(char::is_whitespace)?;
    let last = text[start..].trim().trim_matches(['(', ')']);
    let name = last.strip_prefix('@')?;
    let is_handle = !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
        && !name.contains("..");
    is_handle.then_some(&text[..start])
}

/// The text before "1,204 followers" or "(23 reviews)".
fn strip_counter(text: &str) -> Option<&str> {
    let bare = text.trim_end_matches(')');
    let (before, noun) = bare.rsplit_once(' ')?;
    if !COUNTED.contains(&noun.to_lowercase().as_str()) {
        return None;
    }
    let start = before.rfind(char::is_whitespace)?;
    let number = before[start..].trim().trim_start_matches('(');
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && number
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '\'' | 'k' | 'K' | 'M' | '+'));
    is_number.then_some(&before[..start])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_visitors_press_is_no_part_of_a_value() {
        for (text, value) in [
            ("12 High Street, Fernham | Map It", "12 High Street, Fernham"),
            ("12 High Street, Fernham View map", "12 High Street, Fernham"),
            ("Ann Example @annexample", "Ann Example"),
            ("Ann Example (@ann.example)", "Ann Example"),
            ("Fern Yard 1,204 followers", "Fern Yard"),
            ("Fern Yard (23 reviews)", "Fern Yard"),
            ("Fern Yard · Follow", "Fern Yard"),
            ("A house by the river… Read more", "A house by the river"),
            ("A house by the river Weiterlesen »", "A house by the river Weiterlesen »"),
            ("Ein Haus am Fluss Mehr lesen »", "Ein Haus am Fluss"),
            ("Une maison … Lire la suite", "Une maison"),
            ("The Marauder's Map", "The Marauder's Map"),
            ("Thomas More", "Thomas More"),
            ("Read more", "Read more"),
            ("Catch 22", "Catch 22"),
            ("ann@fern.example", "ann@fern.example"),
        ] {
            assert_eq!(strip_chrome(text), value, "{text}");
        }
    }
}
