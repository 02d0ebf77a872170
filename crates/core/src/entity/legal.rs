//! Legal forms at the end of the names of firms: `GmbH`, `Inc.`, `S.p.A.`

use std::ops::Range;

/// A legal form, with its spellings in one.
pub(super) type LegalForm = &'static str;

/// Legal forms with their spellings, folded. Short ones that are words or parts of other names are left out:
/// `SE` ends the names of products, `spa` those of hotels.
#[rustfmt::skip]
const FORMS: [(LegalForm, &[&str]); 39] = [
    ("gmbh", &["gmbh", "gesmbh", "ges m b h", "g m b h", "mbh", "ggmbh"]),
    ("gmbh & co kg", &["gmbh co kg", "gmbh und co kg", "gmbh co kgaa"]),
    ("ag", &["ag", "aktiengesellschaft"]),
    ("kg", &["kg", "kgaa", "kommanditgesellschaft"]),
    ("ohg", &["ohg"]),
    ("ug", &["ug", "ug haftungsbeschrankt"]),
    ("ev", &["e v", "eingetragener verein"]),
    ("eg", &["e g", "e gen"]),
    ("ltd", &["ltd", "limited", "pty ltd", "pvt ltd", "private limited", "pte ltd", "co ltd", "company limited", "proprietary limited"]),
    ("plc", &["plc", "p l c", "public limited company"]),
    ("llc", &["llc", "l l c"]),
    ("llp", &["llp", "l l p"]),
    ("inc", &["inc", "incorporated"]),
    ("corp", &["corp", "corporation"]),
    ("co", &["co", "cie"]),
    ("sa", &["sa", "s a", "societe anonyme", "sociedad anonima"]),
    ("sas", &["sas", "s a s", "sasu"]),
    ("sarl", &["sarl", "s a r l", "eurl"]),
    ("spa", &["s p a"]),
    ("srl", &["srl", "s r l", "srls"]),
    ("snc", &["snc", "s n c"]),
    ("sl", &["s l", "slu", "s l u"]),
    ("lda", &["lda", "limitada", "ltda"]),
    ("nv", &["nv", "n v"]),
    ("bv", &["bv", "b v", "bvba", "besloten vennootschap"]),
    ("ab", &["ab", "aktiebolag"]),
    ("as", &["as", "a s", "aktieselskab", "asa"]),
    ("aps", &["aps"]),
    ("oy", &["oy", "oyj"]),
    ("sp z o o", &["sp z o o", "spolka z o o"]),
    ("spolka akcyjna", &["spolka akcyjna"]),
    ("sro", &["sro", "s r o", "spol s r o"]),
    ("kft", &["kft"]),
    ("nyrt", &["nyrt", "zrt"]),
    ("doo", &["doo", "d o o"]),
    ("dd", &["d d"]),
    ("ooo", &["ooo", "ооо"]),
    ("oao", &["oao", "оао", "пао", "зао", "ао"]),
    ("kk", &["株式会社", "kk", "有限会社"]),
];
/// The longest spelling, in words.
const MAX_WORDS: usize = 4;

/// Which words of a name are not its legal form, and which form it has. A name is never only a form.
pub(super) fn legal_form<W: AsRef<str>>(words: &[W]) -> (Range<usize>, Option<LegalForm>) {
    let find = |words: &[W]| -> Option<LegalForm> {
        let phrase = words.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ");
        FORMS.iter().find(|(_, names)| names.contains(&phrase.as_str())).map(|(form, _)| *form)
    };
    let count = words.len();
    for length in (1..=MAX_WORDS.min(count.saturating_sub(1))).rev() {
        if let Some(form) = find(&words[count - length..]) {
            return (0..count - length, Some(form));
        }
    }
    // In Russian, and sometimes in Japanese, the form comes first.
    let is_first =
        count > 1 && matches!(words[0].as_ref(), "ооо" | "оао" | "зао" | "пао" | "株式会社");
    match is_first.then(|| find(&words[..1])).flatten() {
        Some(form) => (1..count, Some(form)),
        None => (0..count, None),
    }
}

/// Whether two names have legal forms, and different ones: the firms are different, though related. A word
/// for "company" is in many names beside the legal form.
pub(super) fn forms_differ(own: Option<LegalForm>, other: Option<LegalForm>) -> bool {
    matches!((own, other), (Some(own), Some(other)) if own != other && own != "co" && other != "co")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::fold;

    #[test]
    fn legal_forms_end_names() {
        for (name, core, form) in [
            ("Veltrano GmbH", "veltrano", Some("gmbh")),
            ("Veltrano GmbH & Co. KG", "veltrano", Some("gmbh & co kg")),
            ("Veltrano S.p.A.", "veltrano", Some("spa")),
            ("Veltrano Sp. z o.o.", "veltrano", Some("sp z o o")),
            ("Veltrano Incorporated", "veltrano", Some("inc")),
            ("Veltrano, Inc.", "veltrano", Some("inc")),
            ("Veltrano Pty. Ltd.", "veltrano", Some("ltd")),
            ("ООО Ромашка", "ромашка", Some("ooo")),
            ("Harbour Museum", "harbour museum", None),
            ("SE", "se", None),
            ("Harbour Hotel & Spa", "harbour hotel spa", None),
            ("Corner Shop Limited", "corner shop", Some("ltd")),
        ] {
            let folded = fold(name);
            let words: Vec<&str> = folded.split(' ').collect();
            let (range, found) = legal_form(&words);
            assert_eq!((words[range].join(" ").as_str(), found), (core, form), "{name}");
        }
        assert!(forms_differ(Some("gmbh"), Some("ag")));
        assert!(!forms_differ(Some("gmbh"), None));
    }
}
