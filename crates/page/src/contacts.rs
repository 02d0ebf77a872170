//! How to reach what a page describes: links that are values themselves (`tel:`, `mailto:`, `geo:`, places
//! on maps), and telephone numbers beside a word or an icon that says what they are.

use ampledata_core::page::{FactKind, Span};

use super::body::{Body, Region};
use super::graph::Store;
use super::maps;
use super::state::percent_decode;
use super::tag::{Attr, Tag};
use super::tree::{Id, Tree};

/// Maximum number of such links of one page; a page with more of them is a list.
const MAX_LINKS: usize = 40;
/// How much text before a link can say what it is, in bytes.
const MAX_BEFORE: usize = 40;
/// Lines longer than this, in bytes, are prose.
const MAX_LINE: usize = 300;
/// Maximum number of lines of one page that are searched for numbers.
const MAX_LINES: usize = 2000;

const TELEPHONE: [&str; 17] = [
    "call",
    "fon",
    "ph",
    "phone",
    "tel",
    "telefon",
    "telefone",
    "telefono",
    "telefoon",
    "telephone",
    "teléfono",
    "tél",
    "téléphone",
    "тел",
    "телефон",
    "电话",
    "電話",
];
const FAX: [&str; 11] = [
    "faks",
    "fax",
    "faxe",
    "faxnummer",
    "telecopie",
    "telefaks",
    "telefax",
    "télécopie",
    "факс",
    "传真",
    "ファックス",
];
const MOBILE: [&str; 10] = [
    "cell",
    "cellphone",
    "celular",
    "gsm",
    "handy",
    "mobil",
    "mobile",
    "móvil",
    "portable",
    "携帯",
];
const EMAIL: [&str; 5] = ["email", "envelope", "mail", "mailto", "почта"];

/// What a word says about the number beside it.
fn label_of(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let is_in = |words: &[&str]| words.contains(&word.as_str());
    if is_in(&FAX) {
        Some("fax")
    } else if is_in(&MOBILE) {
        Some("mobile")
    } else if is_in(&TELEPHONE) {
        Some("telephone")
    } else {
        None
    }
}

/// What a link to a telephone number is: a fax, if the words before it or in it say so.
pub(super) fn telephone_label(before: &str, inside: &str) -> &'static str {
    let from = before.ceil_char_boundary(before.len().saturating_sub(MAX_BEFORE));
    let line = before[from..].rsplit(['\n', '|', '•', ';']).next().unwrap_or("");
    let words = |text: &str| -> Option<&'static str> {
        text.split(|c: char| !c.is_alphabetic()).rev().find_map(label_of)
    };
    // Digits between the word and the link are another number.
    let near = line.rsplit(|c: char| c.is_ascii_digit()).next().unwrap_or("");
    words(inside).or_else(|| words(near)).unwrap_or("telephone")
}

/// A value that a link states.
struct LinkValue {
    label: String,
    value: String,
    href: String,
}

/// Writes the links that are values and whose visible text is not the value.
pub(super) fn write_links(tree: &Tree, spans: &[Span], store: &mut Store) {
    let mut found: Vec<LinkValue> = Vec::new();
    for (id, span) in spans.iter().enumerate().skip(1) {
        if found.len() >= MAX_LINKS {
            break;
        }
        let Some(href) = tree.attr(id, Attr::Href).filter(|_| tree.tag(id) == Tag::A) else {
            continue;
        };
        let text = &store.text;
        let span = span.range();
        let (before, shown) = (&text[..span.start], &text[span]);
        let title = tree.attr(id, Attr::AriaLabel).or(tree.attr(id, Attr::Title)).unwrap_or("");
        let Some((label, value)) = link_value(href, before, &format!("{title} {shown}")) else {
            continue;
        };
        let is_shown =
            if label == "email" { shown.contains('@') } else { ends_alike(shown, &value) };
        if is_shown || found.iter().any(|known| known.value == value) {
            continue;
        }
        let label = if is_site_part(tree, id) { format!("site {label}") } else { label.to_owned() };
        found.push(LinkValue { label, value, href: href.to_owned() });
    }
    for LinkValue { label, value, href } in found {
        store.write_fact(FactKind::Link, None, (&label, &label), &value, Some(href));
    }
    for (label, value) in maps::find_place(tree) {
        store.write_fact(FactKind::Link, None, (label, label), &value, None);
    }
}

/// Whether a link is in a part that all pages of a site share.
fn is_site_part(tree: &Tree, id: Id) -> bool {
    let mut at = id;
    while at != 0 {
        if matches!(tree.tag(at), Tag::Footer | Tag::Nav | Tag::Aside) {
            return true;
        }
        at = tree.node(at).parent;
    }
    false
}

/// Whether the digits of a shown number are those of the value, a country code aside.
fn ends_alike(shown: &str, value: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let shown = digits(shown);
    let shown = shown.trim_start_matches('0');
    shown.len() >= 5 && digits(value).ends_with(shown)
}

/// The label and the value of a link.
fn link_value(href: &str, before: &str, inside: &str) -> Option<(&'static str, String)> {
    let href = href.trim();
    if let Some((host, rest)) = href.split_once("://").and_then(|(_, rest)| rest.split_once('/')) {
        let number = match host.trim_start_matches("www.") {
            "wa.me" => rest,
            "api.whatsapp.com" => rest.split_once("phone=")?.1,
            _ => return None,
        };
        let number = number.split(['?', '&', '/', '#']).next()?;
        return telephone_number(number).map(|number| ("whatsapp", number));
    }
    let (scheme, target) = href.split_once(':')?;
    match scheme.to_ascii_lowercase().as_str() {
        "tel" | "callto" => {
            telephone_number(target).map(|number| (telephone_label(before, inside), number))
        }
        "fax" => telephone_number(target).map(|number| ("fax", number)),
        "sms" => telephone_number(target).map(|number| ("mobile", number)),
        "whatsapp" => telephone_number(target.split_once("phone=")?.1.split('&').next()?)
            .map(|number| ("whatsapp", number)),
        "mailto" => {
            let addresses = percent_decode(target.split('?').next()?);
            let first = addresses.split([',', ';']).next()?.trim();
            let is_address = first.len() <= 254 && first.contains('@') && !first.contains(' ');
            is_address.then(|| ("email", first.to_owned()))
        }
        _ => None,
    }
}

/// A number with its extension: 5 to 15 digits.
fn telephone_number(target: &str) -> Option<String> {
    let target = percent_decode(target);
    let mut parts = target.trim_start_matches('/').split([';', ',', '?']);
    let number = parts.next()?.trim();
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let is_number = (5..=15).contains(&digits) && !number.contains(char::is_alphabetic);
    let extension = parts.find_map(|part| part.strip_prefix("ext="));
    is_number.then(|| match extension {
        Some(extension) => format!("{number} ext. {extension}"),
        None => number.to_owned(),
    })
}

/// Finds numbers beside a word without a colon (`Tel. 01 55 …`, `555 0101 (fax)`), and beside an icon.
pub(super) fn find_numbers(body: &mut Body<'_>, body_end: usize) {
    let text = &body.rendered.text[..body_end];
    let mut at = 0;
    let mut labelled: Vec<(Span, Span)> = Vec::new();
    for line in text.split_inclusive('\n').take(MAX_LINES) {
        if line.len() <= MAX_LINE {
            labelled.extend(numbers_of_line(line, at));
        }
        at += line.len();
    }
    for (label, number) in labelled {
        let (start, end) = (number.start as usize, number.end as usize);
        let region = Region { start, end, first: 0, last: 0 };
        if label.end <= number.start {
            body.add(FactKind::Label, None, (label.start as usize, label.end as usize), &region);
        } else {
            let name = body.rendered.text[label.range()].to_owned();
            body.add_named(FactKind::Label, None, (name, None), &region, None);
        }
    }
    find_icons(body);
}

/// The label and the number of each number of a line that a known word names.
fn numbers_of_line(line: &str, at: usize) -> Vec<(Span, Span)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((start, end)) = next_number(line, from) {
        let before = line[from..start].trim_end_matches([' ', '.', '-', '–', '\u{a0}']);
        let word_start = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| c.is_alphabetic())
            .last()
            .map_or(before.len(), |(index, _)| index);
        let after = line[end..].trim_start_matches([' ', '(', '-', '–', '\u{a0}']);
        let after_start = line.len() - after.len();
        let after_end =
            after_start + after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let label = if label_of(&before[word_start..]).is_some() {
            Some((from + word_start, from + before.len()))
        } else if label_of(&line[after_start..after_end]).is_some()
            && next_number(line, after_end)
                .is_none_or(|(next, _)| line[after_end..next].contains([',', ';', '|', ')', '/']))
        {
            Some((after_start, after_end))
        } else {
            None
        };
        if let Some((label_start, label_end)) = label {
            found.push((
                Span::new(at + label_start, at + label_end),
                Span::new(at + start, at + end),
            ));
        }
        from = end;
    }
    found
}

/// The next run of a line that can be a telephone number: 7 to 15 digits with the usual separators.
fn next_number(line: &str, from: usize) -> Option<(usize, usize)> {
    let mut start = None;
    let mut last_digit = from;
    let mut digits = 0;
    for (index, c) in
        line[from..].char_indices().map(|(index, c)| (from + index, c)).chain([(line.len(), '\n')])
    {
        let continues = c.is_ascii_digit()
            || start.is_some() && matches!(c, ' ' | '-' | '.' | '/' | ')' | '(' | '\u{a0}' | '‑')
            || start.is_none() && matches!(c, '+' | '(');
        if continues {
            start = start.or(Some(index));
            if c.is_ascii_digit() {
                digits += 1;
                last_digit = index + 1;
            }
            continue;
        }
        if let Some(first) = start.take()
            && (7..=15).contains(&digits)
        {
            return Some((first, last_digit));
        }
        digits = 0;
    }
    None
}

/// Numbers and addresses after an icon that names them by its title, its label or its class.
fn find_icons(body: &mut Body<'_>) {
    let tree = body.tree;
    for id in 1..tree.len() {
        let tag = tree.tag(id);
        let is_icon = matches!(tag, Tag::I | Tag::Span | Tag::Abbr | Tag::Img | Tag::Svg | Tag::Em);
        if !is_icon || !body.is_blank(id) || body.is_full() {
            continue;
        }
        let named = [Attr::Title, Attr::AriaLabel].iter().find_map(|attr| tree.attr(id, *attr));
        let (name, kind) = match named {
            Some(name) => (name, FactKind::Label),
            None => (tree.attr(id, Attr::Class).unwrap_or(""), FactKind::Marked),
        };
        if name.len() > 80 {
            continue;
        }
        let mut words = name.split(|c: char| !c.is_alphabetic());
        let Some(label) = words.find_map(|word| {
            let is_mail = EMAIL.contains(&word.to_lowercase().as_str());
            label_of(word).or(is_mail.then_some("email"))
        }) else {
            continue;
        };
        let Some(next) = tree.following(id).take(4).find(|next| !body.is_blank(*next)) else {
            continue;
        };
        let shown = body.visible_text(next).lines().next().unwrap_or("");
        let holds = if label == "email" {
            shown.contains('@')
        } else {
            next_number(shown, 0).is_some_and(|(start, _)| start < 4)
        };
        if holds && shown.len() <= 80 {
            let (start, _) = body.span(next);
            let region = Region { start, end: start + shown.len(), first: 0, last: 0 };
            body.add_named(kind, None, (label.to_owned(), None), &region, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_decoded_and_named_by_what_is_beside_them() {
        for (href, before, inside, expected) in [
            ("tel:+49-30-555020", "", "Call us", Some(("telephone", "+49-30-555020"))),
            ("tel:+4930555021", "Fax: ", "", Some(("fax", "+4930555021"))),
            ("tel:+4930555021", "Fax: 1234567, Tel. ", "", Some(("telephone", "+4930555021"))),
            ("TEL:030%20555%20020;ext=12", "", "", Some(("telephone", "030 555 020 ext. 12"))),
            ("tel:+4930555021", "", "Send a fax", Some(("fax", "+4930555021"))),
            ("fax:+4930555021", "", "", Some(("fax", "+4930555021"))),
            ("sms:+4917055502?body=Hi", "", "", Some(("mobile", "+4917055502"))),
            ("https://wa.me/4917055502?text=Hi", "", "", Some(("whatsapp", "4917055502"))),
            ("mailto:desk%40a.example?subject=Hi", "", "", Some(("email", "desk@a.example"))),
            ("mailto:a@b.example,c@d.example", "", "", Some(("email", "a@b.example"))),
            ("mailto:?subject=Share", "", "", None),
            ("tel:123", "", "", None),
            ("https://a.example/tel:12345678", "", "", None),
            ("javascript:void(0)", "", "", None),
        ] {
            let found = link_value(href, before, inside);
            let found = found.as_ref().map(|(label, value)| (*label, value.as_str()));
            assert_eq!(found, expected, "{href}");
        }
    }

    #[test]
    fn numbers_are_named_by_the_word_beside_them() {
        for (line, expected) in [
            ("- Tel. 01 55 50 03 01", vec![("Tel", "01 55 50 03 01")]),
            ("Fax 01 55 50 03 02\n", vec![("Fax", "01 55 50 03 02")]),
            (
                "Phone (555) 010-0404, Fax (555) 010-0405",
                vec![("Phone", "(555) 010-0404"), ("Fax", "(555) 010-0405")],
            ),
            (
                "030 5550200 (Tel), 030 5550210 (Fax)",
                vec![("Tel", "030 5550200"), ("Fax", "030 5550210")],
            ),
            ("Call us on 555 010 0404", vec![]),
            ("Founded 1901, 12 rooms", vec![]),
        ] {
            let found: Vec<(&str, &str)> = numbers_of_line(line, 0)
                .iter()
                .map(|(label, number)| (&line[label.range()], &line[number.range()]))
                .collect();
            assert_eq!(found, expected, "{line}");
        }
    }
}
