//! Words beside a name, and what they make of it.

/// Words that say what a page does with its subject.
pub(super) const AROUND: [&str; 45] = [
    "about",
    "at",
    "best",
    "biography",
    "buy",
    "by",
    "cheap",
    "detail",
    "details",
    "facts",
    "features",
    "for",
    "free",
    "guide",
    "home",
    "homepage",
    "info",
    "information",
    "menu",
    "my",
    "new",
    "now",
    "official",
    "on",
    "online",
    "overview",
    "page",
    "photos",
    "price",
    "prices",
    "profile",
    "review",
    "reviews",
    "sale",
    "shop",
    "site",
    "specifications",
    "specs",
    "stats",
    "store",
    "the",
    "web",
    "website",
    "wiki",
    "wikipedia",
];

/// Words that, beside a name, make it the name of something related: a descendant, a part, a predecessor.
#[rustfmt::skip]
pub(super) const RELATED: [&str; 72] = [
    "academy", "akademie", "alumni", "anciennement", "antes", "antigua", "antigo", "antiguo", "charity", "daughter", "division", "ehemals",
    "ex", "fanclub", "femenino", "feminino", "filiale", "fka", "fondation", "fondazione", "former", "formerly", "foundation", "frauen",
    "frueher", "fruher", "fundacion", "fundacja", "hijo", "jeugd", "jnr", "jr", "jugend", "junior", "juniors", "juvenil", "ladies",
    "nachfolger", "nachwuchs", "predecessor", "previously", "records", "reserves", "senior", "snr", "sohn", "sohne", "sons", "sr",
    "stichting", "stiftung", "subsidiary", "successor", "tochter", "tribute", "u17", "u18", "u19", "u20", "u21", "u23", "vormals",
    "voorheen", "vroeger", "women", "womens", "youth", "бывший", "жен", "молодежная", "фонд", "ставший",
];
/// Words for the group that an entity belongs to.
pub(super) const GROUPS: [&str; 15] = [
    "group",
    "groupe",
    "gruppe",
    "gruppo",
    "grupo",
    "grupa",
    "groep",
    "holding",
    "holdings",
    "konzern",
    "worldwide",
    "global",
    "ventures",
    "capital",
    "partners",
];
/// Words between a thing and who made it.
pub(super) const MADE_BY: [&str; 9] =
    ["by", "from", "bei", "chez", "par", "przez", "door", "av", "af"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_around_are_sorted() {
        assert!(AROUND.is_sorted(), "{AROUND:?}");
    }
}
