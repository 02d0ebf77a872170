//! Numbers spelled as words, in seven languages: "three hundred and twelve", "zweiundzwanzig".

use super::fold::fold;
use super::language::Language;

/// A part of a spelled number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A number that is added: 7, 12, 40, 300.
    Add(u64),
    Hundred,
    /// Thousand, million, milliard.
    Scale(u64),
    /// "and", which joins parts.
    And,
    /// "a", "one": too common to be a number by itself.
    One,
    /// "half" before a scale.
    Half,
}

use Part::{Add, And, Half, Hundred, One, Scale};

/// The words of one language.
struct Words {
    language: &'static str,
    parts: &'static [(Part, &'static str)],
    /// Whether one word holds several parts: "dreihundertzwölf".
    compounds: bool,
    /// Whether "hundred" and "thousand" count without a number before them.
    implies_one: bool,
}

const DOZEN: u64 = 12;

#[rustfmt::skip]
const LANGUAGES: [Words; 7] = [
    Words { language: "en", compounds: false, implies_one: false, parts: &[
        (One, "a an one"), (Add(0), "zero"), (Add(2), "two"), (Add(3), "three"), (Add(4), "four"), (Add(5), "five"),
        (Add(6), "six"), (Add(7), "seven"), (Add(8), "eight"), (Add(9), "nine"), (Add(10), "ten"), (Add(11), "eleven"),
        (Add(12), "twelve"), (Add(13), "thirteen"), (Add(14), "fourteen"), (Add(15), "fifteen"), (Add(16), "sixteen"),
        (Add(17), "seventeen"), (Add(18), "eighteen"), (Add(19), "nineteen"), (Add(20), "twenty"), (Add(30), "thirty"),
        (Add(40), "forty fourty"), (Add(50), "fifty"), (Add(60), "sixty"), (Add(70), "seventy"), (Add(80), "eighty"),
        (Add(90), "ninety"), (Hundred, "hundred"), (Scale(DOZEN), "dozen"), (Scale(1_000), "thousand"),
        (Scale(1_000_000), "million"), (Scale(1_000_000_000), "billion"), (And, "and"), (Half, "half"),
    ] },
    Words { language: "de", compounds: true, implies_one: true, parts: &[
        (One, "ein eine einem einen einer eins"), (Add(0), "null"), (Add(2), "zwei zwo"), (Add(3), "drei"),
        (Add(4), "vier"), (Add(5), "funf"), (Add(6), "sechs"), (Add(7), "sieben"), (Add(8), "acht"), (Add(9), "neun"),
        (Add(10), "zehn"), (Add(11), "elf"), (Add(12), "zwolf"), (Add(13), "dreizehn"), (Add(14), "vierzehn"),
        (Add(15), "funfzehn"), (Add(16), "sechzehn"), (Add(17), "siebzehn"), (Add(18), "achtzehn"),
        (Add(19), "neunzehn"), (Add(20), "zwanzig"), (Add(30), "dreissig"), (Add(40), "vierzig"), (Add(50), "funfzig"),
        (Add(60), "sechzig"), (Add(70), "siebzig"), (Add(80), "achtzig"), (Add(90), "neunzig"), (Hundred, "hundert"),
        (Scale(DOZEN), "dutzend"), (Scale(1_000), "tausend"), (Scale(1_000_000), "million millionen"),
        (Scale(1_000_000_000), "milliarde milliarden"), (And, "und"), (Half, "halbe halben halbes"),
    ] },
    Words { language: "fr", compounds: false, implies_one: true, parts: &[
        (One, "un une"), (Add(0), "zero"), (Add(2), "deux"), (Add(3), "trois"), (Add(4), "quatre"), (Add(5), "cinq"),
        (Add(6), "six"), (Add(7), "sept"), (Add(8), "huit"), (Add(9), "neuf"), (Add(10), "dix"), (Add(11), "onze"),
        (Add(12), "douze"), (Add(13), "treize"), (Add(14), "quatorze"), (Add(15), "quinze"), (Add(16), "seize"),
        (Add(20), "vingt vingts"), (Add(30), "trente"), (Add(40), "quarante"), (Add(50), "cinquante"),
        (Add(60), "soixante"), (Add(70), "septante"), (Add(80), "octante huitante"), (Add(90), "nonante"),
        (Hundred, "cent cents"), (Scale(DOZEN), "douzaine"), (Scale(1_000), "mille"),
        (Scale(1_000_000), "million millions"), (Scale(1_000_000_000), "milliard milliards"), (And, "et"),
        (Half, "demi"),
    ] },
    Words { language: "es", compounds: false, implies_one: true, parts: &[
        (One, "un uno una"), (Add(0), "cero"), (Add(2), "dos"), (Add(3), "tres"), (Add(4), "cuatro"), (Add(5), "cinco"),
        (Add(6), "seis"), (Add(7), "siete"), (Add(8), "ocho"), (Add(9), "nueve"), (Add(10), "diez"), (Add(11), "once"),
        (Add(12), "doce"), (Add(13), "trece"), (Add(14), "catorce"), (Add(15), "quince"), (Add(16), "dieciseis"),
        (Add(17), "diecisiete"), (Add(18), "dieciocho"), (Add(19), "diecinueve"), (Add(20), "veinte"),
        (Add(21), "veintiuno veintiun veintiuna"), (Add(22), "veintidos"), (Add(23), "veintitres"),
        (Add(24), "veinticuatro"), (Add(25), "veinticinco"), (Add(26), "veintiseis"), (Add(27), "veintisiete"),
        (Add(28), "veintiocho"), (Add(29), "veintinueve"), (Add(30), "treinta"), (Add(40), "cuarenta"),
        (Add(50), "cincuenta"), (Add(60), "sesenta"), (Add(70), "setenta"), (Add(80), "ochenta"), (Add(90), "noventa"),
        (Add(100), "cien ciento"), (Add(200), "doscientos doscientas"), (Add(300), "trescientos trescientas"),
        (Add(400), "cuatrocientos cuatrocientas"), (Add(500), "quinientos quinientas"),
        (Add(600), "seiscientos seiscientas"), (Add(700), "setecientos setecientas"),
        (Add(800), "ochocientos ochocientas"), (Add(900), "novecientos novecientas"), (Scale(DOZEN), "docena"),
        (Scale(1_000), "mil"), (Scale(1_000_000), "millon millones"), (And, "y"), (Half, "medio"),
    ] },
    Words { language: "it", compounds: true, implies_one: true, parts: &[
        (One, "un uno una"), (Add(0), "zero"), (Add(2), "due"), (Add(3), "tre"), (Add(4), "quattro"), (Add(5), "cinque"),
        (Add(6), "sei"), (Add(7), "sette"), (Add(8), "otto"), (Add(9), "nove"), (Add(10), "dieci"), (Add(11), "undici"),
        (Add(12), "dodici"), (Add(13), "tredici"), (Add(14), "quattordici"), (Add(15), "quindici"), (Add(16), "sedici"),
        (Add(17), "diciassette"), (Add(18), "diciotto"), (Add(19), "diciannove"), (Add(20), "venti vent"),
        (Add(30), "trenta trent"), (Add(40), "quaranta quarant"), (Add(50), "cinquanta cinquant"),
        (Add(60), "sessanta sessant"), (Add(70), "settanta settant"), (Add(80), "ottanta ottant"),
        (Add(90), "novanta novant"), (Hundred, "cento"), (Scale(DOZEN), "dozzina"), (Scale(1_000), "mille mila"),
        (Scale(1_000_000), "milione milioni"), (Scale(1_000_000_000), "miliardo miliardi"), (And, "e"), (Half, "mezzo"),
    ] },
    Words { language: "pt", compounds: false, implies_one: true, parts: &[
        (One, "um uma"), (Add(0), "zero"), (Add(2), "dois duas"), (Add(3), "tres"), (Add(4), "quatro"),
        (Add(5), "cinco"), (Add(6), "seis"), (Add(7), "sete"), (Add(8), "oito"), (Add(9), "nove"), (Add(10), "dez"),
        (Add(11), "onze"), (Add(12), "doze"), (Add(13), "treze"), (Add(14), "catorze quatorze"), (Add(15), "quinze"),
        (Add(16), "dezesseis dezasseis"), (Add(17), "dezessete dezassete"), (Add(18), "dezoito"),
        (Add(19), "dezenove dezanove"), (Add(20), "vinte"), (Add(30), "trinta"), (Add(40), "quarenta"),
        (Add(50), "cinquenta"), (Add(60), "sessenta"), (Add(70), "setenta"), (Add(80), "oitenta"), (Add(90), "noventa"),
        (Add(100), "cem cento"), (Add(200), "duzentos duzentas"), (Add(300), "trezentos trezentas"),
        (Add(400), "quatrocentos quatrocentas"), (Add(500), "quinhentos quinhentas"),
        (Add(600), "seiscentos seiscentas"), (Add(700), "setecentos setecentas"), (Add(800), "oitocentos oitocentas"),
        (Add(900), "novecentos novecentas"), (Scale(DOZEN), "duzia"), (Scale(1_000), "mil"),
        (Scale(1_000_000), "milhao milhoes"), (And, "e"), (Half, "meio"),
    ] },
    Words { language: "nl", compounds: true, implies_one: true, parts: &[
        (One, "een"), (Add(0), "nul"), (Add(2), "twee"), (Add(3), "drie"), (Add(4), "vier"), (Add(5), "vijf"),
        (Add(6), "zes"), (Add(7), "zeven"), (Add(8), "acht"), (Add(9), "negen"), (Add(10), "tien"), (Add(11), "elf"),
        (Add(12), "twaalf"), (Add(13), "dertien"), (Add(14), "veertien"), (Add(15), "vijftien"), (Add(16), "zestien"),
        (Add(17), "zeventien"), (Add(18), "achttien"), (Add(19), "negentien"), (Add(20), "twintig"),
        (Add(30), "dertig"), (Add(40), "veertig"), (Add(50), "vijftig"), (Add(60), "zestig"), (Add(70), "zeventig"),
        (Add(80), "tachtig"), (Add(90), "negentig"), (Hundred, "honderd"), (Scale(DOZEN), "dozijn"),
        (Scale(1_000), "duizend"), (Scale(1_000_000), "miljoen"), (Scale(1_000_000_000), "miljard"), (And, "en"),
        (Half, "half"),
    ] },
];

/// No text with more words is searched: in prose, small numbers and articles are the same words.
const MOST_WORDS: usize = 9;

/// The text with its spelled numbers as digits; `None` if it spells none. Only the page's language is
/// used, and English if the page names none.
pub(crate) fn spelled_as_digits(text: &str, language: Language) -> Option<String> {
    let words = LANGUAGES.iter().find(|words| language.is(words.language)).or_else(|| {
        language
            .code()
            .is_none()
            .then(|| LANGUAGES.iter().find(|words| words.language == "en"))
            .flatten()
    })?;
    let shown: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '‑' | '–'))
        .filter(|word| !word.is_empty())
        .collect();
    if shown.len() > MOST_WORDS {
        return None;
    }
    let parts: Vec<Option<Vec<Part>>> = shown.iter().map(|word| words.parts_of(word)).collect();
    let mut out: Vec<String> = Vec::new();
    let (mut at, mut found) = (0, false);
    while at < shown.len() {
        // A comma ends a number.
        let limit = (at..shown.len())
            .find(|at| closing_signs(shown[*at]) > 0)
            .map_or(shown.len(), |last| last + 1);
        let Some((number, end)) = words.longest_number(&parts[..limit], at) else {
            // "one, two" are two numbers, of which only the second is safe to read.
            if fold(shown[at]) == "one" {
                return None;
            }
            out.push(shown[at].to_owned());
            at += 1;
            continue;
        };
        if shown.get(end).is_some_and(|next| is_fraction(next)) {
            return None;
        }
        let last = shown[end - 1];
        out.push(format!("{number}{}", &last[last.len() - closing_signs(last)..]));
        (at, found) = (end, true);
    }
    found.then(|| out.join(" "))
}

/// The length in bytes of the signs at the end of a word.
fn closing_signs(word: &str) -> usize {
    word.len() - word.trim_end_matches(|c: char| !c.is_alphanumeric()).len()
}

/// "two thirds" is not two.
fn is_fraction(word: &str) -> bool {
    const FRACTIONS: [&str; 16] = [
        "third", "thirds", "quarter", "quarters", "fourths", "fifth", "fifths", "tenth", "tenths",
        "tiers", "drittel", "viertel", "tercios", "terzi", "tercos", "derde",
    ];
    FRACTIONS.contains(&fold(word).as_str())
}

impl Words {
    /// The parts of one word; `None` if it is no number.
    fn parts_of(&self, word: &str) -> Option<Vec<Part>> {
        let folded = fold(word);
        if folded.is_empty() || folded.contains(' ') {
            return None;
        }
        if let Some(part) = self.part(&folded) {
            return Some(vec![part]);
        }
        self.compounds.then(|| self.segments(&folded)).flatten()
    }

    fn part(&self, folded: &str) -> Option<Part> {
        let spelled = |spellings: &str| spellings.split(' ').any(|spelling| spelling == folded);
        self.parts.iter().find(|(_, spellings)| spelled(spellings)).map(|(part, _)| *part)
    }

    /// Splits a compound into its parts, the longest first.
    fn segments(&self, folded: &str) -> Option<Vec<Part>> {
        const LONGEST: usize = 60;
        if folded.is_empty() || folded.len() > LONGEST {
            return folded.is_empty().then(Vec::new);
        }
        let mut heads: Vec<(usize, Part)> = self
            .parts
            .iter()
            .flat_map(|(part, spellings)| spellings.split(' ').map(move |word| (word, *part)))
            .filter(|(word, _)| folded.starts_with(word))
            .map(|(word, part)| (word.len(), part))
            .collect();
        heads.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        heads.into_iter().take(2).find_map(|(length, part)| {
            let mut rest = self.segments(&folded[length..])?;
            rest.insert(0, part);
            Some(rest)
        })
    }

    /// The longest number that starts at this word, as digits, and the word after it.
    fn longest_number(&self, parts: &[Option<Vec<Part>>], at: usize) -> Option<(String, usize)> {
        let run = parts[at..].iter().take_while(|parts| parts.is_some()).count();
        (1..=run).rev().find_map(|length| {
            let run: Vec<Part> =
                parts[at..at + length].iter().flatten().flatten().copied().collect();
            Some((self.evaluate(&run)?, at + length))
        })
    }

    fn evaluate(&self, parts: &[Part]) -> Option<String> {
        match parts {
            [] | [One | And | Half | Scale(DOZEN)] => None,
            [Half, Scale(scale)] | [One, Half, Scale(scale)] | [Half, One, Scale(scale)] => {
                Some((scale / 2).to_string())
            }
            // "two and a half million".
            [whole, And, One, Half, rest @ ..] | [whole, And, Half, rest @ ..] => {
                let whole = small(*whole)?;
                match rest {
                    [] => Some(format!("{whole}.5")),
                    [Scale(scale)] => Some((whole * scale + scale / 2).to_string()),
                    _ => None,
                }
            }
            _ => self.sum(parts).map(|sum| sum.to_string()),
        }
    }

    fn sum(&self, parts: &[Part]) -> Option<u64> {
        let mut sum = Sum::default();
        let mut at = 0;
        while at < parts.len() {
            let (value, used) = self.addend(&parts[at..]);
            match (value, parts[at]) {
                (Some(value), _) => sum.add(value)?,
                (None, Hundred) => sum.hundred(self.implies_one)?,
                (None, Scale(scale)) => sum.scale(scale, self.implies_one)?,
                // "and" joins two parts.
                (None, And) if at > 0 && at + 1 < parts.len() => {}
                _ => return None,
            }
            at += used;
        }
        sum.total.checked_add(sum.group)
    }

    /// The number that is added here, and how many parts it takes: "zwei und zwanzig", "quatre vingt".
    fn addend(&self, parts: &[Part]) -> (Option<u64>, usize) {
        let reversed = matches!(self.language, "de" | "nl");
        match *parts {
            [first, And, Add(tens @ 20..=90), ..] if reversed && tens % 10 == 0 => {
                match small(first) {
                    Some(unit @ 1..=9) => (Some(tens + unit), 3),
                    _ => (small(first), 1),
                }
            }
            [Add(4), Add(20), ..] if self.language == "fr" => (Some(80), 2),
            [Add(10), Add(unit @ 7..=9), ..] if self.language == "fr" => (Some(10 + unit), 2),
            [first, ..] => (small(first), 1),
            [] => (None, 1),
        }
    }
}

fn small(part: Part) -> Option<u64> {
    match part {
        Add(number) => Some(number),
        One => Some(1),
        _ => None,
    }
}

/// A number under construction. `room` is what may still be added: after "forty" less than ten.
struct Sum {
    total: u64,
    group: u64,
    room: u64,
    last_scale: u64,
}

impl Default for Sum {
    fn default() -> Self {
        Self { total: 0, group: 0, room: 1_000, last_scale: u64::MAX }
    }
}

impl Sum {
    fn add(&mut self, number: u64) -> Option<()> {
        if number >= self.room {
            return None;
        }
        self.group += number;
        self.room = match number {
            100.. if number.is_multiple_of(100) => 100,
            // "soixante-dix", "quatre-vingt-onze".
            60 | 80 => 20,
            20..=90 if number.is_multiple_of(10) => 10,
            _ => 0,
        };
        Some(())
    }

    fn hundred(&mut self, implies_one: bool) -> Option<()> {
        let count = match self.group {
            0 if implies_one => 1,
            // "nineteen hundred".
            count @ 1..=99 => count,
            _ => return None,
        };
        self.group = count * 100;
        self.room = 100;
        Some(())
    }

    fn scale(&mut self, scale: u64, implies_one: bool) -> Option<()> {
        // "mil millones": a thousand millions.
        if self.group == 0 && self.total > 0 && scale > self.last_scale {
            self.total = self.total.checked_mul(scale)?;
            self.last_scale = scale;
            return Some(());
        }
        if scale >= self.last_scale || (self.group == 0 && !implies_one) {
            return None;
        }
        self.total = self.total.checked_add(self.group.max(1).checked_mul(scale)?)?;
        (self.group, self.room, self.last_scale) = (0, 1_000, scale);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelled_numbers_become_digits() {
        for (tag, text, expected) in [
            ("en", "three hundred and twelve", Some("312")),
            ("en", "twenty-one", Some("21")),
            ("en", "about two thousand people", Some("about 2000 people")),
            ("en", "half a million", Some("500000")),
            ("en", "two and a half million", Some("2500000")),
            ("en", "a hundred", Some("100")),
            ("en", "one million two hundred thousand", Some("1200000")),
            ("en", "nineteen hundred", Some("1900")),
            ("en", "a dozen", Some("12")),
            ("en", "half a dozen", Some("6")),
            ("en", "two to four players", Some("2 to 4 players")),
            ("en", "one of the largest", None),
            ("en", "several hundred", None),
            ("en", "two thirds", None),
            ("en", "zero", Some("0")),
            ("en", "twelve, hundred", Some("12, hundred")),
            ("de", "zwei", Some("2")),
            ("de", "zweiundzwanzig", Some("22")),
            ("de", "dreihundertzwölf", Some("312")),
            ("de", "eintausendzweihundertfünfunddreißig", Some("1235")),
            ("de", "rund hundert Gäste", Some("rund 100 Gäste")),
            ("de", "eine halbe Million", Some("500000")),
            ("de", "zwei Millionen", Some("2000000")),
            ("de", "einer der größten", None),
            ("fr", "quatre-vingt-dix", Some("90")),
            ("fr", "quatre-vingt-dix-sept", Some("97")),
            ("fr", "soixante et onze", Some("71")),
            ("fr", "deux cent trois", Some("203")),
            ("fr", "trois mille", Some("3000")),
            ("fr", "nonante-deux", Some("92")),
            ("fr", "un des plus grands", None),
            ("es", "trescientos doce", Some("312")),
            ("es", "treinta y uno", Some("31")),
            ("es", "veintidós", Some("22")),
            ("es", "mil doscientos", Some("1200")),
            ("es", "dos mil millones", Some("2000000000")),
            ("it", "trecentododici", Some("312")),
            ("it", "ventuno", Some("21")),
            ("it", "duemila", Some("2000")),
            ("it", "ventotto", Some("28")),
            ("pt", "trezentos e doze", Some("312")),
            ("pt", "vinte e um", Some("21")),
            ("pt", "dezesseis", Some("16")),
            ("nl", "driehonderdtwaalf", Some("312")),
            ("nl", "tweeëntwintig", Some("22")),
            ("nl", "een van de grootste", None),
            ("pl", "dwa", None),
        ] {
            let read = spelled_as_digits(text, Language::from_tag(Some(tag)));
            assert_eq!(read.as_deref(), expected, "{text} in {tag}");
        }
        let unknown = Language::default();
        assert_eq!(spelled_as_digits("forty-two", unknown).as_deref(), Some("42"));
        assert_eq!(spelled_as_digits("zwei", unknown), None);
        let prose = "it is one of the two that were built here in those years";
        assert_eq!(spelled_as_digits(prose, Language::from_tag(Some("en"))), None);
    }
}
