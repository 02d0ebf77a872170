//! Quantities that distinguish variants: a kettle of 1.7 litres from one of 1.0 litre.

use crate::value::fold;

/// A number and its unit, each written in one way.
pub(super) type Measure = (String, String);

/// The numbers of a text that have a unit right after them, each with its unit.
pub(super) fn measures(text: &str) -> Vec<Measure> {
    #[rustfmt::skip]
    const UNITS: [(&str, &[&str]); 17] = [
        ("l", &["l", "litre", "liter", "litro", "litri", "ltr", "litr", "litra"]),
        ("ml", &["ml", "millilitre", "milliliter"]),
        ("kg", &["kg", "kilo", "kilogram"]),
        ("g", &["g", "gram", "gramm", "gramme"]),
        ("gb", &["gb", "go", "gigabyte"]),
        ("tb", &["tb", "to", "terabyte"]),
        ("mm", &["mm", "millimetre", "millimeter"]),
        ("cm", &["cm", "centimetre", "centimeter", "zentimeter"]),
        ("m", &["m", "metre", "meter", "metro", "metri"]),
        ("inch", &["inch", "inche", "zoll", "pouce", "pulgada", "pollici", "in"]),
        ("w", &["w", "watt"]),
        ("kw", &["kw", "kilowatt"]),
        ("mah", &["mah"]),
        ("v", &["v", "volt"]),
        ("cl", &["cl"]),
        ("oz", &["oz", "ounce"]),
        ("person", &["person", "personen", "people", "personne", "persona", "persone"]),
    ];
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let is_inside = rest[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let tail = &rest[at..];
        let end = tail
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','))
            .unwrap_or(tail.len());
        let number = tail[..end].trim_end_matches(['.', ',']).replace(',', ".");
        rest = &tail[end..];
        let word: String = rest
            .trim_start_matches([' ', '\u{a0}', '-', '\u{202f}'])
            .chars()
            .take_while(|c| c.is_alphabetic())
            .collect();
        let word = fold(&word);
        let singular = word.strip_suffix('s').filter(|_| word.len() > 3).unwrap_or(&word);
        let unit = UNITS.iter().find(|(_, names)| names.contains(&singular));
        if let Some((unit, _)) = unit
            && !is_inside
            && let Ok(number) = number.parse::<f64>()
        {
            found.push((number.to_string(), (*unit).to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units_are_measures() {
        let of = |number: &str, unit: &str| (number.to_owned(), unit.to_owned());
        for (text, expected) in [
            ("Kitchen, 1.0 litre", vec![of("1", "l")]),
            ("1,7 Liter", vec![of("1.7", "l")]),
            ("128GB / 6.1 inches", vec![of("128", "gb"), of("6.1", "inch")]),
            ("for 4 people", vec![of("4", "person")]),
            ("model X2 large, 1999", vec![]),
        ] {
            assert_eq!(measures(text), expected, "{text}");
        }
    }
}
