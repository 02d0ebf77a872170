//! Words beside the name of a column, and what they do to its meaning.

/// Words that describe the state of a value, or whose it is: beside the column's words they give the
/// label another meaning, unless the column's own words include them.
pub(super) const ELSEWHERE: [&str; 38] = [
    "alert",
    "alternative",
    "average",
    "comment",
    "compare",
    "copyright",
    "count",
    "currency",
    "delivery",
    "description",
    "fax",
    "file",
    "former",
    "hour",
    "icon",
    "id",
    "image",
    "label",
    "logo",
    "map",
    "old",
    "option",
    "photo",
    "picture",
    "previous",
    "rank",
    "related",
    "review",
    "reviewer",
    "search",
    "shipping",
    "similar",
    "sort",
    "thumbnail",
    "title",
    "type",
    "url",
    "video",
];

/// Words that do not affect the meaning of a label.
pub(super) const FILLING: [&str; 34] = [
    "about",
    "all",
    "approx",
    "approximate",
    "article",
    "basic",
    "current",
    "detail",
    "est",
    "estimated",
    "exact",
    "full",
    "general",
    "info",
    "information",
    "item",
    "main",
    "name",
    "no",
    "number",
    "official",
    "original",
    "our",
    "post",
    "product",
    "section",
    "single",
    "standard",
    "text",
    "this",
    "title",
    "value",
    "vcard",
    "your",
];

/// The same in other languages, and units, which say how a value is written.
#[rustfmt::skip]
const FOREIGN_FILLING: [&str; 83] = [
    "zahl", "anzahl", "gesamt", "insgesamt", "aktuell", "aktuelle", "aktueller", "derzeitiger", "derzeitige", "stand", "ca", "nr", "jahr",
    "nombre", "numero", "nº", "total", "totale", "actuel", "actuelle", "actual", "atual", "attuale", "attuali", "approximatif", "liczba",
    "ilosc", "obecny", "obecna", "aktualny", "aktualna", "antal", "antall", "nuvarande", "nuvaerende", "navaerende", "lukumaara",
    "nykyinen", "pocet", "soucasny", "szama", "jelenlegi", "sayisi", "toplam", "mevcut", "число", "количество", "общее", "общая", "текущий",
    "кількість", "поточний", "αριθμος", "عدد", "מספר", "تعداد", "aantal", "huidige", "totaal",
    "km2", "m2", "qm", "mq", "kg", "g", "cm", "mm", "m", "km", "ft", "in", "lb", "min", "eur", "euro", "usd", "gbp", "chf", "pln",
    "sek", "nok", "dkk", "czk",
];

/// Whether a word does not affect the meaning of a label.
pub(super) fn is_filling(word: &str) -> bool {
    FILLING.contains(&word) || FOREIGN_FILLING.contains(&word)
}
