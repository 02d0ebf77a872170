//! Whether a page shows its content, judged by evidence: what its lines say, what guards and shells are
//! built of, its title and address, and whether it states any facts beside them.
//!
//! A wall may be longer than an article, and a page with little content may be open. So what counts is how
//! much of a page is neither a notice nor the name of the page: a wall has nearly nothing else.

use ampledata_core::page::{Access, Fact, FactKind};

use super::tag::{Attr, Tag};
use super::tree::Tree;

#[rustfmt::skip]
mod phrases;
#[cfg(test)]
mod tests;

use phrases::{
    CHALLENGES, CONSENT_WORDS, LOGIN_PATHS, PARKING, PHRASES, TECHNICAL_LABELS, TESTS, TITLES,
};

/// A page with less text than this, in bytes, is empty.
const NOTHING: usize = 30;
/// The bytes of a page's text that are examined; a page with this much other text is open.
const EXAMINED: usize = 60_000;
/// A page with this much text besides notices, in bytes, shows its content, whatever else is on it.
const CONTENT: usize = 3000;
/// The largest amount of other text, in bytes, on a page with a notice: a name, a menu, a footer.
const BESIDE_A_NOTICE: usize = 250;
/// The largest amount of other text, in bytes, on a page with a form or a message of the server.
const BESIDE_A_FORM: usize = 700;
/// The largest amount of text of an article of which only the beginning is shown, in bytes.
const TEASER: usize = 2500;
/// A line longer than this, in bytes, is not searched for signs.
const MAX_NOTICE: usize = 4000;
/// A line with fewer words than this is an entry of a menu or a button.
const WORDS_OF_CONTENT: usize = 4;

/// What a phrase is a sign of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Challenge,
    Gone,
    Parked,
    Denied,
    Paywall,
    Login,
    Consent,
    Scripts,
}

const SIGNS: usize = Sign::Scripts as usize + 1;

/// What is known of a page besides its text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence<'a> {
    pub(super) title: Option<&'a str>,
    pub(super) url: Option<&'a str>,
    /// The tree of an HTML page.
    pub(super) tree: Option<&'a Tree>,
    /// Its scripts, with their tags.
    pub(super) scripts: &'a [&'a str],
    /// All facts of the page.
    pub(super) facts: &'a [Fact],
    /// Whether structured data describes the page's subject.
    pub(super) described: bool,
}

/// The lines of a page, by what they are.
#[derive(Debug, Default)]
struct Lines {
    /// Bytes of the lines with each sign.
    signs: [usize; SIGNS],
    /// Bytes of lines about consent, cookies and advertising.
    consent: usize,
    /// Bytes of the other lines that are longer than an entry of a menu.
    content: usize,
    /// Bytes of all other lines.
    menu: usize,
    /// Bytes of the lines with any sign.
    notice: usize,
    /// The signs that a main heading has.
    headings: Vec<Sign>,
    /// Whether a heading is about consent, and whether one is the page's name.
    consent_heading: bool,
    name_heading: bool,
    /// The places of lines with a sign.
    notices: Vec<(usize, usize)>,
}

/// Judges a page by its visible text, which is the start of `stored`, and by other evidence.
pub(super) fn classify_access(stored: &str, body_end: usize, evidence: &Evidence<'_>) -> Access {
    let text = &stored[..body_end];
    let title = normalize(evidence.title.unwrap_or(""));
    let lines = read_lines(text, &title);
    if lines.content > CONTENT {
        return Access::Open;
    }
    let facts = count_facts(stored, body_end, &lines, evidence);
    let judge = Judge { title, lines, facts, evidence, body: text.trim().len() };
    judge.obstacle().unwrap_or(Access::Open)
}

struct Judge<'a> {
    title: String,
    lines: Lines,
    /// Facts of the body besides notices, and those of structured data.
    facts: usize,
    evidence: &'a Evidence<'a>,
    body: usize,
}

impl Judge<'_> {
    fn obstacle(&self) -> Option<Access> {
        let shows_facts = self.evidence.described || self.facts >= 3;
        if !shows_facts && let Some(access) = self.by_guard() {
            return Some(access);
        }
        if !shows_facts && let Some(access) = self.by_address_or_title() {
            return Some(access);
        }
        if self.evidence.described || self.facts > 0 {
            return None;
        }
        self.by_lines().or_else(|| self.by_shape())
    }

    fn sign(&self, sign: Sign) -> usize {
        self.lines.signs[sign as usize]
    }

    /// The text besides notices, in bytes.
    fn beside(&self) -> usize {
        self.lines.content + self.lines.menu
    }

    /// Challenges of the known guards: by their scripts and frames, and by their titles.
    fn by_guard(&self) -> Option<Access> {
        let titled = self.has_title(Sign::Challenge);
        let says_so = self.sign(Sign::Challenge) > 0;
        let sparse = self.lines.content <= BESIDE_A_FORM;
        let challenges = sparse && self.mentions(&CHALLENGES);
        let tests = || self.mentions(&TESTS);
        let nothing_else = self.lines.content <= BESIDE_A_NOTICE / 2;
        let is_challenge = challenges
            || titled && (says_so || nothing_else || sparse && tests())
            || says_so && sparse && self.facts == 0 && tests()
            || nothing_else && self.beside() <= BESIDE_A_NOTICE / 2 && tests() && self.facts == 0;
        if is_challenge {
            return Some(Access::Captcha);
        }
        (self.beside() <= BESIDE_A_FORM && self.mentions(&PARKING)).then_some(Access::Gone)
    }

    fn by_address_or_title(&self) -> Option<Access> {
        if self.has_title(Sign::Gone) && (self.sign(Sign::Gone) > 0 || self.facts == 0) {
            return Some(Access::Gone);
        }
        let says_denied = self.sign(Sign::Denied) > 0 || self.lines.content <= BESIDE_A_NOTICE;
        if self.has_title(Sign::Denied) && says_denied && self.facts == 0 {
            return Some(Access::Denied);
        }
        let asks =
            self.asks_password() || self.sign(Sign::Login) > 0 || self.has_title(Sign::Login);
        let is_form = self.facts == 0 && self.lines.content <= BESIDE_A_FORM && asks;
        let by_address = self.evidence.url.is_some_and(is_login_address);
        let by_title = self.has_title(Sign::Login) && self.has_text_field();
        (is_form && (by_address || by_title)).then_some(Access::LoginWall)
    }

    /// Walls of which the lines of the page say so, if they say little else.
    fn by_lines(&self) -> Option<Access> {
        let content = self.lines.content;
        let limits = [
            (Sign::Challenge, Access::Captcha, BESIDE_A_NOTICE),
            (Sign::Gone, Access::Gone, BESIDE_A_FORM),
            (Sign::Parked, Access::Gone, BESIDE_A_FORM),
            (Sign::Denied, Access::Denied, BESIDE_A_FORM),
            (Sign::Paywall, Access::Paywall, BESIDE_A_FORM),
            (
                Sign::Login,
                Access::LoginWall,
                if self.asks_password() { BESIDE_A_FORM } else { BESIDE_A_NOTICE },
            ),
        ];
        let is_wall = |sign: Sign, limit: usize| {
            if self.lines.headings.contains(&sign) {
                return content <= BESIDE_A_FORM;
            }
            // Of a challenge and a login, the notice must be a good part of what the page says.
            let dominates = match sign {
                Sign::Challenge | Sign::Login | Sign::Denied | Sign::Parked => {
                    content <= self.lines.notice.saturating_mul(2)
                }
                _ => true,
            };
            self.sign(sign) > 0 && content <= limit && dominates
        };
        let found = limits.into_iter().find(|(sign, _, limit)| is_wall(*sign, *limit));
        if let Some((_, access, _)) = found {
            return Some(access);
        }
        if self.asks_password() && content <= BESIDE_A_FORM {
            return Some(Access::LoginWall);
        }
        let notice = self.sign(Sign::Consent) + self.lines.consent;
        let is_headed = self.lines.consent_heading && !self.lines.name_heading;
        let share = if is_headed { 1 } else { 4 };
        if self.sign(Sign::Consent) > 0 && content * share <= notice {
            return Some(Access::ConsentWall);
        }
        (self.sign(Sign::Scripts) > 0 && content <= NOTHING * 2).then_some(Access::NeedsScripts)
    }

    /// Pages that show nothing, and articles of which they show the beginning.
    fn by_shape(&self) -> Option<Access> {
        if self.is_teaser() {
            return Some(Access::Paywall);
        }
        let has_shell = self.has_empty_root();
        if self.lines.content < NOTHING && (has_shell || self.beside() < NOTHING) {
            let fills = !self.evidence.scripts.is_empty();
            if let Some(access) = self.by_redirect() {
                return Some(access);
            }
            if fills && (has_shell || self.body < NOTHING * 2) {
                return Some(Access::NeedsScripts);
            }
            return (self.body < NOTHING).then_some(Access::Empty);
        }
        None
    }

    /// An article whose publisher says that it is not for free, of which only little is shown.
    fn is_teaser(&self) -> bool {
        self.body <= TEASER
            && self.evidence.facts.iter().any(|fact| {
                fact.label.ends_with("isAccessibleForFree")
                    && ["false", "0", "no", "http://schema.org/False", "https://schema.org/False"]
                        .iter()
                        .any(|no| fact.value.eq_ignore_ascii_case(no))
            })
    }

    /// The wall to which a page without content sends its visitors on.
    fn by_redirect(&self) -> Option<Access> {
        let tree = self.evidence.tree?;
        let target = (1..tree.len()).find_map(|id| {
            let is_refresh = tree.tag(id) == Tag::Meta
                && tree.attr(id, Attr::HttpEquiv)?.eq_ignore_ascii_case("refresh");
            is_refresh.then(|| tree.attr(id, Attr::Content).unwrap_or("").to_lowercase())
        })?;
        let has_word = |wanted: &[&str]| {
            let mut words = target.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            words.any(|word| wanted.contains(&word))
        };
        if has_word(&["captcha", "recaptcha", "hcaptcha", "challenge", "verify", "__cf_chl_tk"])
            || target.contains("cf_chl")
        {
            Some(Access::Captcha)
        } else if LOGIN_PATHS.iter().any(|path| target.contains(path)) {
            Some(Access::LoginWall)
        } else if target.contains("consent") {
            Some(Access::ConsentWall)
        } else {
            None
        }
    }

    /// Whether the title, or a part of it between separators, is one of the titles with a sign.
    fn has_title(&self, sign: Sign) -> bool {
        let titles = TITLES.iter().filter(|(of, _)| *of == sign).flat_map(|(_, titles)| *titles);
        let title = self.title.replace(" - ", "|").replace(": ", "|");
        let parts: Vec<&str> = title.split(['|', '–', '—', '·']).map(str::trim).collect();
        let mut titles = titles.filter(|title| {
            let bare = title.trim_end_matches(['.', '!', '?']);
            parts.iter().any(|part| part.trim_end_matches(['.', '!', '?']) == bare)
        });
        titles.next().is_some()
    }

    /// Whether a script, a frame, a form or an element of the page has one of these in it.
    fn mentions(&self, words: &[&str]) -> bool {
        let has = |text: &str| {
            let text = &text[..text.floor_char_boundary(text.len().min(20_000))];
            let lower = text.to_ascii_lowercase();
            words.iter().any(|word| lower.contains(word))
        };
        if self.evidence.scripts.iter().take(60).any(|script| has(script)) {
            return true;
        }
        let Some(tree) = self.evidence.tree else { return false };
        (1..tree.len().min(3000)).any(|id| {
            [Attr::Id, Attr::Class, Attr::Src, Attr::Href, Attr::Action, Attr::Name]
                .iter()
                .any(|attr| tree.attr(id, *attr).is_some_and(has))
        })
    }

    /// Whether a visible form asks for a password.
    fn asks_password(&self) -> bool {
        self.has_field(|kind| kind.eq_ignore_ascii_case("password"))
    }

    fn has_text_field(&self) -> bool {
        self.has_field(|kind| {
            ["", "text", "email", "tel", "password"].iter().any(|k| kind.eq_ignore_ascii_case(k))
        })
    }

    fn has_field(&self, is_kind: impl Fn(&str) -> bool) -> bool {
        self.evidence.tree.is_some_and(|tree| {
            (1..tree.len()).any(|id| {
                tree.tag(id) == Tag::Input
                    && !tree.node(id).unseen
                    && is_kind(tree.attr(id, Attr::Type).unwrap_or(""))
            })
        })
    }

    /// Whether the page has the empty element into which frameworks write all of it.
    fn has_empty_root(&self) -> bool {
        self.evidence.tree.is_some_and(|tree| {
            (1..tree.len()).any(|id| {
                let name = tree.attr(id, Attr::Id).unwrap_or("");
                let is_root = matches!(
                    name,
                    "root"
                        | "app"
                        | "__next"
                        | "__nuxt"
                        | "___gatsby"
                        | "app-root"
                        | "react-root"
                        | "reactroot"
                        | "main-app"
                        | "svelte"
                        | "q-app"
                        | "ember-app"
                        | "mount"
                        | "vue-app"
                        | "react-app"
                        | "application"
                );
                is_root && tree.flat_text(id, 200).is_some_and(|text| text.len() < NOTHING * 3)
            })
        })
    }
}

fn is_login_address(url: &str) -> bool {
    let Ok(url) = url::Url::parse(url) else { return false };
    let path = url.path().to_ascii_lowercase();
    let host = url.host_str().unwrap_or("").to_ascii_lowercase();
    LOGIN_PATHS.iter().any(|part| path.contains(part) || path == part.trim_end_matches('/'))
        || ["login.", "accounts.", "sso.", "auth.", "signin.", "id."]
            .iter()
            .any(|start| host.starts_with(start))
}

/// Lower case, with plain apostrophes, spaces and points.
fn normalize(text: &str) -> String {
    text.to_lowercase()
        .replace(['’', 'ʼ', '`'], "'")
        .replace('…', "...")
        .replace("are a human", "are human")
}

fn read_lines(text: &str, title: &str) -> Lines {
    let mut lines = Lines::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let is_heading = line.starts_with('#');
        let is_main = line.starts_with("# ");
        if start > EXAMINED || lines.content > CONTENT {
            break;
        }
        // A longer line is no notice but a text of its own.
        if line.len() > MAX_NOTICE {
            lines.content += line.len();
            continue;
        }
        let line = normalize(line);
        let line = line.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, '#' | '-' | '|' | '*' | '~' | '•' | '·')
        });
        if is_main {
            lines.headings.extend(signs_of_heading(line));
        }
        let has_title_sign = is_main && signs_of_heading(line).next().is_some();
        if line.is_empty() || !has_title_sign && is_name(line, title) || is_chrome(line) {
            lines.name_heading |= is_heading && is_name(line, title);
            continue;
        }
        let mut has_sign = has_title_sign;
        let mut says_consent = false;
        for (sign, phrases) in PHRASES {
            if phrases.iter().any(|phrase| line.contains(phrase)) {
                lines.signs[*sign as usize] += line.len();
                has_sign = true;
                says_consent |= *sign == Sign::Consent;
                if is_main && matches!(sign, Sign::Challenge | Sign::Denied | Sign::Gone) {
                    lines.headings.push(*sign);
                }
            }
        }
        let words = count_words(line);
        lines.consent_heading |= is_heading && (says_consent || is_about_consent(line, words));
        if has_sign {
            lines.notice += line.len();
            lines.notices.push((start, at));
        } else if is_about_consent(line, words) {
            lines.consent += line.len();
        } else if words >= WORDS_OF_CONTENT {
            lines.content += line.len();
        } else {
            lines.menu += line.len();
        }
    }
    lines
}

/// The signs of a heading that is a title of a page without content.
fn signs_of_heading(line: &str) -> impl Iterator<Item = Sign> + '_ {
    let bare = line.trim_end_matches(['.', '!', '?']);
    TITLES
        .iter()
        .filter(|(sign, _)| *sign != Sign::Login)
        .filter(move |(_, titles)| {
            titles.iter().any(|t| t.trim_end_matches(['.', '!', '?']) == bare)
        })
        .map(|(sign, _)| *sign)
}

/// The number of words; in scripts without spaces, two or three characters count as one.
fn count_words(line: &str) -> usize {
    let wide = line.chars().filter(|c| matches!(c, '\u{3040}'..='\u{9fff}')).count();
    line.split_whitespace().count().max(wide / 3)
}

/// Whether a line is the page's name: a part of its title.
fn is_name(line: &str, title: &str) -> bool {
    line.len() >= 3 && title.contains(line)
}

/// Whether a line stands on every page of a site, or identifies a request.
fn is_chrome(line: &str) -> bool {
    line.starts_with('©')
        || [
            "copyright",
            "all rights reserved",
            "ray id",
            "incident id",
            "reference #",
            "your ip",
            "reference id",
            "request id",
            "powered by",
            "alle rechte vorbehalten",
            "tous droits réservés",
            "todos los derechos reservados",
            "tutti i diritti riservati",
            "todos os direitos reservados",
            "performance & security by",
        ]
        .iter()
        .any(|part| line.contains(part))
            && line.len() < 200
}

/// Whether a line is about consent: a short one with one of its words, or a text with several.
fn is_about_consent(line: &str, words: usize) -> bool {
    let found = CONSENT_WORDS.iter().filter(|word| line.contains(**word)).count();
    found >= 2 || found == 1 && words <= 8
}

/// Facts that a reader finds on the page: labelled values in its body outside notices and forms, and
/// properties in its structured data.
fn count_facts(stored: &str, body_end: usize, lines: &Lines, evidence: &Evidence<'_>) -> usize {
    evidence
        .facts
        .iter()
        .filter(|fact| {
            let start = fact.span.start as usize;
            if start >= body_end {
                return describes(fact.kind)
                    && !fact.label.ends_with("isAccessibleForFree")
                    && describes_a_thing(fact);
            }
            let quote = stored.get(fact.span.range()).unwrap_or("");
            let is_labelled = match fact.kind {
                FactKind::Marked => false,
                kind if !describes(kind) => false,
                FactKind::Label => quote.contains([':', '：']),
                _ => true,
            };
            let label = normalize(&fact.label);
            let in_notice = lines.notices.iter().any(|(from, to)| (*from..*to).contains(&start));
            is_labelled
                && !in_notice
                && !TECHNICAL_LABELS.contains(&label.as_str())
                && !is_about_consent(&normalize(quote), count_words(quote))
        })
        .count()
}

/// Whether facts of a kind describe the page's thing: tags, links to contacts and the data of a site's own
/// program stand on walls, too.
pub(super) fn describes(kind: FactKind) -> bool {
    !matches!(kind, FactKind::Meta | FactKind::Link | FactKind::Hydration)
}

/// Whether a property of structured data says something about a thing of its own: not only a name, an
/// address or a picture, as sites state of themselves.
fn describes_a_thing(fact: &Fact) -> bool {
    let name = fact.label.rsplit(['.', ':']).next().unwrap_or("");
    !matches!(
        name,
        "name"
            | "url"
            | "logo"
            | "image"
            | "sameAs"
            | "@id"
            | "target"
            | "query-input"
            | "headline"
            | "publisher"
            | "inLanguage"
            | "isPartOf"
            | "potentialAction"
            | "description"
            | "title"
            | "position"
            | "item"
            | "author"
            | "datePublished"
            | "dateModified"
            | "cssSelector"
            | "hasPart"
            | "mainEntityOfPage"
            | "thumbnailUrl"
            | "urlTemplate"
            | "width"
            | "height"
    )
}
