//! How fast the values of a column change, judged by its name and description.

use super::{Column, ColumnType};
use crate::vocabulary::words;

/// How much the date of a source matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Volatility {
    /// What has happened or was built stays: a newer page may correct it, no more.
    Fixed,
    /// Nothing shows.
    Unknown,
    /// Offices, prices, counts and contacts change.
    Changing,
}

/// Words of columns whose values stay, singular and folded.
#[rustfmt::skip]
const FIXED: &[&str] = &[
    "founded", "foundation", "founder", "established", "incorporated", "inception", "opened", "opening", "inaugurated", "built", "construction",
    "completed", "completion", "born", "birth", "birthday", "birthplace", "birthdate", "died", "death", "dob", "settled", "architect", "designer",
    "author", "writer", "composer", "publisher", "published", "isbn", "ean", "gtin", "sku", "issn", "doi", "area", "elevation", "altitude", "length",
    "span", "width", "height", "depth", "floor", "storey", "weight", "dimension", "material", "colour", "color", "runtime", "duration", "genre",
    "released", "release", "year", "discovered", "invented", "origin", "country", "continent", "region", "state", "nationality", "gender",
    "coordinate", "latitude", "longitude", "alma", "mater", "winner", "ingredient", "ean13", "upc", "brand", "manufacturer", "model", "wingspan",
    "gegrundet", "grundung", "geboren", "geburtsdatum", "eroffnet", "erbaut", "baujahr", "flache", "hohe", "lange", "fonde", "fondation",
    "naissance", "ouvert", "ouverture", "construit", "superficie", "hauteur", "longueur", "fundado", "fundacion", "nacido", "nacimiento", "inaugurado",
    "construido", "superficie", "altura", "longitud", "fondata", "fondato", "fondazione", "nato", "nata", "nascita", "inaugurato", "costruito",
    "altezza", "lunghezza", "fundada", "fundacao", "nascimento", "inaugurada", "construida", "comprimento", "opgericht", "oprichting", "geboren",
    "geopend", "gebouwd", "oppervlakte", "hoogte", "lengte", "zalozona", "zalozono", "urodzony", "urodzona", "otwarcie", "zbudowany", "powierzchnia",
    "wysokosc", "dlugosc",
];

/// Words of columns whose values change. They win over those above: "opening hours", "country manager".
#[rustfmt::skip]
const CHANGING: &[&str] = &[
    "population", "inhabitant", "resident", "mayor", "president", "director", "manager", "ceo", "cfo", "cto", "chief", "chair", "chairman",
    "chairwoman", "chairperson", "chef", "head", "coach", "captain", "leader", "minister", "principal", "rector", "dean", "curator", "editor",
    "conductor", "owner", "operator", "tenant", "team", "club", "employer", "position", "title", "number", "shirt", "jersey", "employee", "staff",
    "headcount", "workforce", "member", "student", "pupil", "visitor", "attendance", "passenger", "customer", "user", "subscriber", "follower",
    "revenue", "turnover", "sale", "profit", "income", "budget", "valuation", "cap", "funding", "price", "cost", "fee", "rent", "rate", "admission",
    "ticket", "entry", "salary", "stock", "availability", "available", "phone", "telephone", "tel", "fax", "email", "mail", "website", "url", "address",
    "street", "headquarter", "hq", "office", "location", "hour", "open", "status", "deadline", "submission", "date", "start", "end", "event", "venue",
    "rating", "rank", "ranking", "score", "version", "capacity", "bed", "seat", "current", "currently", "latest", "now", "free", "wifi", "parking",
    "delivery", "market", "debt", "age", "einwohner", "burgermeister", "leiter", "leitung", "geschaftsfuhrer", "mitarbeiter", "umsatz", "preis", "adresse",
    "telefon", "anschrift", "offnungszeit", "habitant", "maire", "directeur", "effectif", "salarie", "chiffre", "prix", "adresse", "horaire",
    "poblacion", "habitante", "alcalde", "alcaldesa", "empleado", "precio", "direccion", "telefono", "abitante", "popolazione", "sindaco", "dipendente",
    "fatturato", "prezzo", "indirizzo", "populacao", "prefeito", "presidente", "funcionario", "preco", "endereco", "inwoner", "burgemeester",
    "medewerker", "omzet", "prijs", "adres", "ludnosc", "burmistrz", "wojt", "dyrektor", "pracownik", "cena", "przychod",
];

impl Volatility {
    pub(crate) fn of(column: &Column) -> Self {
        let name = words(&column.name);
        let described = || column.description.as_deref().map(words).unwrap_or_default();
        let has = |words: &[String], known: &[&str]| {
            words.iter().any(|word| known.contains(&word.as_str()))
        };
        for words in [name, described()] {
            // "Date" alone changes nothing about the date of a foundation.
            let is_fixed = has(&words, FIXED);
            let changing: Vec<String> = words
                .into_iter()
                .filter(|word| !(is_fixed && matches!(word.as_str(), "date" | "number" | "title")))
                .collect();
            if has(&changing, CHANGING) {
                return Self::Changing;
            }
            if is_fixed {
                return Self::Fixed;
            }
        }
        if column.kind == ColumnType::Date { Self::Fixed } else { Self::Unknown }
    }

    /// The share of an age's cost that counts.
    pub(crate) fn factor(self) -> f64 {
        match self {
            Self::Fixed => 0.25,
            Self::Unknown => 0.7,
            Self::Changing => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_and_counts_change_and_origins_stay() {
        for (name, description, expected) in [
            ("founded", "Year in which it was founded", Volatility::Fixed),
            ("opened", "Date of opening", Volatility::Fixed),
            ("opening_hours", "", Volatility::Changing),
            ("mayor", "", Volatility::Changing),
            ("einwohner", "", Volatility::Changing),
            ("date_of_birth", "", Volatility::Fixed),
            ("submission_deadline", "", Volatility::Changing),
            ("elevation", "Elevation above sea level", Volatility::Fixed),
            ("price", "", Volatility::Changing),
            ("cuisine", "", Volatility::Unknown),
            ("x", "Number of employees", Volatility::Changing),
        ] {
            let mut column = Column::new(name, ColumnType::String);
            column.description = Some(description.to_owned()).filter(|text| !text.is_empty());
            assert_eq!(Volatility::of(&column), expected, "{name}");
        }
    }
}
