//! What the styles of a page say about how its text is shown: hidden, off the screen, struck out, raised.
//!
//! Only inline styles and the page's own `<style>` blocks are known, and of these only rules whose
//! selectors are names of classes, ids and elements, alone or within one another. Rules inside `@media`
//! and its like do not count, nor do those with pseudo-classes.

use std::collections::BTreeMap;

use cssparser::{ParseError, Parser, Token};

/// Maximum number of selectors of one page; the rest are ignored.
const MAX_SELECTORS: usize = 5000;
/// Maximum number of comparisons of elements with selectors of one page; then no more rules apply.
const MAX_WORK: usize = 4_000_000;
/// Maximum number of parts of one selector.
const MAX_PARTS: usize = 5;
/// Maximum number of ancestors that are compared with one part of a selector.
const MAX_ANCESTORS: usize = 40;
/// An element placed further outside than this, in pixels, is off the screen.
const FAR: f32 = -500.0;
/// The height of a line of text, in pixels, as browsers set it.
const EM: f32 = 16.0;

/// How an element is shown, as far as its own styles say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the marks are independent of each other")]
pub(super) struct Look {
    /// It is not on the screen, with everything in it.
    pub(super) hidden: bool,
    pub(super) struck: bool,
    pub(super) raised: bool,
    pub(super) lowered: bool,
    /// It is smaller than the text around it.
    pub(super) small: bool,
    /// Its own text cannot be seen, while elements in it may show theirs.
    pub(super) invisible: bool,
    /// Its text is smaller than a pixel, while elements in it may set another size.
    pub(super) sizeless: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    Display,
    Visibility,
    Decoration,
    Align,
    Size,
    Position,
    Left,
    Right,
    Top,
    Bottom,
    Indent,
    Clip,
    Width,
    Height,
    Overflow,
    Opacity,
}

const PROPERTIES: usize = Property::Opacity as usize + 1;

/// The meaning of a declared value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Plain,
    /// `none`, `hidden`, `line-through`, zero, off the screen, out of the flow.
    Marked,
    /// Raised, or smaller than the text around.
    Raised,
    Lowered,
}

/// The declarations that hold for an element, each with its weight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared([Option<(u32, Meaning)>; PROPERTIES]);

impl Default for Declared {
    fn default() -> Self {
        Self([None; PROPERTIES])
    }
}

impl Declared {
    /// Adds the declarations of an inline style.
    pub(super) fn add_inline(&mut self, css: &str) {
        for (property, meaning, important) in declarations(&without_comments(css)) {
            self.add(property, meaning, weight(important, u32::from(u16::MAX), 0));
        }
    }

    fn add(&mut self, property: Property, meaning: Meaning, weight: u32) {
        let slot = &mut self.0[property as usize];
        if slot.is_none_or(|(known, _)| known <= weight) {
            *slot = Some((weight, meaning));
        }
    }

    fn meaning(&self, property: Property) -> Option<Meaning> {
        self.0[property as usize].map(|(_, meaning)| meaning)
    }

    fn is(&self, property: Property) -> bool {
        self.meaning(property) == Some(Meaning::Marked)
    }

    /// How the element is shown; `inherited` is how its parent is.
    pub(super) fn look(&self, inherited: Look) -> Look {
        use Property::{
            Align, Bottom, Clip, Decoration, Display, Height, Indent, Left, Opacity, Overflow,
            Position, Right, Size, Top, Visibility, Width,
        };
        let away = self.is(Position)
            && [Left, Right, Top, Bottom, Opacity].into_iter().any(|property| self.is(property));
        let cut = self.is(Overflow) && (self.is(Height) || self.is(Width));
        Look {
            hidden: self.is(Display) || away || self.is(Indent) || self.is(Clip) || cut,
            struck: self.is(Decoration),
            raised: self.meaning(Align) == Some(Meaning::Raised),
            lowered: self.meaning(Align) == Some(Meaning::Lowered),
            small: self.meaning(Size) == Some(Meaning::Raised),
            invisible: self
                .meaning(Visibility)
                .map_or(inherited.invisible, |_| self.is(Visibility)),
            sizeless: self.meaning(Size).map_or(inherited.sizeless, |_| self.is(Size)),
        }
    }
}

fn weight(important: bool, specificity: u32, order: u32) -> u32 {
    u32::from(important) << 31 | specificity.min(0x3FFF) << 16 | order.min(0xFFFF)
}

/// One part of a selector: the names that an element must have.
#[derive(Debug, Default)]
struct Compound {
    element: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
}

#[derive(Debug)]
struct Rule {
    /// The element itself comes last.
    parts: Vec<Compound>,
    declarations: Vec<(Property, Meaning, u32)>,
}

/// The rules of a page's `<style>` blocks.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: Vec<Rule>,
    /// The rules by a class, id or element that their last part names.
    by_name: BTreeMap<String, Vec<usize>>,
    work: std::cell::Cell<usize>,
}

/// The names of an element.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Names<'a> {
    pub(super) element: &'a str,
    pub(super) id: &'a str,
    pub(super) class: &'a str,
}

impl Sheet {
    /// Reads the text of `<style>` blocks.
    pub(super) fn parse(css: &str) -> Self {
        let mut sheet = Self::default();
        let css = without_comments(css);
        let mut parser = Parser::new(&css);
        let mut start = parser.position();
        let mut is_at_rule = false;
        let mut order = 0;
        loop {
            let before = parser.position();
            match parser.next() {
                Err(_) => return sheet,
                Ok(Token::AtKeyword(_)) => is_at_rule = true,
                Ok(Token::Semicolon) if is_at_rule => {
                    is_at_rule = false;
                    start = parser.position();
                }
                Ok(Token::CurlyBracketBlock) => {
                    let prelude = parser.slice(start..before).to_owned();
                    let body = parser.parse_nested_block(|block| {
                        let start = block.position();
                        while block.next().is_ok() {}
                        Ok::<_, ParseError<()>>(block.slice_from(start).to_owned())
                    });
                    if !is_at_rule && let Ok(body) = body {
                        order += 1;
                        sheet.add(&prelude, &body, order);
                    }
                    is_at_rule = false;
                    start = parser.position();
                }
                Ok(_) => {}
            }
        }
    }

    fn add(&mut self, selectors: &str, body: &str, order: u32) {
        let declared: Vec<(Property, Meaning, bool)> = declarations(body).collect();
        if declared.is_empty() || selectors.len() > 4000 {
            return;
        }
        for selector in selectors.split(',') {
            if self.rules.len() >= MAX_SELECTORS {
                return;
            }
            let Some(parts) = parse_selector(selector) else { continue };
            let Some(last) = parts.last() else { continue };
            let Some(name) = key_of(last) else { continue };
            let specificity = parts.iter().map(specificity).sum();
            let declarations = declared
                .iter()
                .map(|(property, meaning, important)| {
                    (*property, *meaning, weight(*important, specificity, order))
                })
                .collect();
            self.by_name.entry(name).or_default().push(self.rules.len());
            self.rules.push(Rule { parts, declarations });
        }
    }

    /// Adds the declarations of the rules that hold for an element. `names` are those of the element and
    /// of its ancestors, the nearest first.
    pub(super) fn apply<'a>(
        &self,
        declared: &mut Declared,
        names: &(impl Iterator<Item = Names<'a>> + Clone),
    ) {
        let Some(own) = names.clone().next() else { return };
        if self.rules.is_empty() || self.work.get() > MAX_WORK {
            return;
        }
        let classes = own.class.split_whitespace().map(|class| format!(".{class}"));
        let keys = classes.chain([format!("#{}", own.id), own.element.to_owned()]);
        for key in keys {
            for rule in self.by_name.get(&key).into_iter().flatten() {
                let rule = &self.rules[*rule];
                if self.matches(rule, names.clone()) {
                    for (property, meaning, weight) in &rule.declarations {
                        declared.add(*property, *meaning, *weight);
                    }
                }
            }
        }
    }

    /// Counts a comparison with the names of an element; a long list of classes counts for more.
    fn pay_for(&self, names: Names<'_>) {
        self.work.set(self.work.get() + 1 + names.class.len() / 64);
    }

    fn matches<'a>(&self, rule: &Rule, mut names: impl Iterator<Item = Names<'a>>) -> bool {
        let mut parts = rule.parts.iter().rev();
        let (Some(last), Some(own)) = (parts.next(), names.next()) else { return false };
        self.pay_for(own);
        if self.work.get() > MAX_WORK || !last.matches(own) {
            return false;
        }
        let mut ancestors = names.take(MAX_ANCESTORS);
        parts.all(|part| {
            ancestors.any(|names| {
                self.pay_for(names);
                self.work.get() <= MAX_WORK && part.matches(names)
            })
        })
    }
}

impl Compound {
    /// Compares at most eight classes with those of an element.
    fn matches(&self, names: Names<'_>) -> bool {
        self.element.as_ref().is_none_or(|element| element == names.element)
            && self.id.as_ref().is_none_or(|id| id == names.id)
            && self
                .classes
                .iter()
                .all(|class| names.class.split_whitespace().any(|name| name == class))
    }
}

/// Styles without comments, which may stand anywhere in selectors and values.
fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        out.push(' ');
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

fn key_of(part: &Compound) -> Option<String> {
    if let Some(id) = &part.id {
        return Some(format!("#{id}"));
    }
    if let Some(class) = part.classes.first() {
        return Some(format!(".{class}"));
    }
    part.element.clone()
}

fn specificity(part: &Compound) -> u32 {
    let ids = u32::from(part.id.is_some());
    let classes = u32::try_from(part.classes.len()).unwrap_or(15).min(15);
    ids << 8 | classes << 4 | u32::from(part.element.is_some())
}

/// The parts of a selector of names; `None` if it has anything else.
fn parse_selector(selector: &str) -> Option<Vec<Compound>> {
    let spaced = selector.replace('>', " ");
    let parts: Option<Vec<Compound>> = spaced.split_whitespace().map(parse_compound).collect();
    parts.filter(|parts| (1..=MAX_PARTS).contains(&parts.len()))
}

fn parse_compound(text: &str) -> Option<Compound> {
    const MAX_CLASSES: usize = 8;
    let mut compound = Compound::default();
    let mut rest = text.strip_prefix('*').unwrap_or(text);
    while !rest.is_empty() {
        let kind = rest.chars().next()?;
        let name = rest.trim_start_matches(['.', '#']);
        let end = name
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
            .unwrap_or(name.len());
        if end == 0 || rest.len() - name.len() > 1 {
            return None;
        }
        let found = name[..end].to_owned();
        match kind {
            '.' => compound.classes.push(found),
            '#' => compound.id = Some(found),
            _ if rest.len() == text.len() => compound.element = Some(found.to_ascii_lowercase()),
            _ => return None,
        }
        rest = &name[end..];
    }
    (compound.classes.len() <= MAX_CLASSES).then_some(compound)
}

/// The declarations that matter, with whether they are important; those of nested rules, which come last, are
/// about other elements.
fn declarations(css: &str) -> impl Iterator<Item = (Property, Meaning, bool)> + '_ {
    let own = css.split('{').next().unwrap_or(css);
    own.split(';').filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let name = name.trim();
        let value = value.trim().to_ascii_lowercase();
        let important = value.ends_with("important") && value.contains('!');
        let value = if important { value.split('!').next().unwrap_or("").trim() } else { &value };
        let (property, meaning) = read_declaration(&name.to_ascii_lowercase(), value)?;
        Some((property, meaning, important))
    })
}

fn read_declaration(name: &str, value: &str) -> Option<(Property, Meaning)> {
    let marked = |is: bool| if is { Meaning::Marked } else { Meaning::Plain };
    let far = |value: &str| marked(length(value).is_some_and(|length| length <= FAR));
    let tiny = |value: &str| marked(length(value).is_some_and(|length| length.abs() <= 1.0));
    Some(match name {
        "display" => (Property::Display, marked(value == "none")),
        "visibility" => (Property::Visibility, marked(matches!(value, "hidden" | "collapse"))),
        "text-decoration" | "text-decoration-line" => {
            (Property::Decoration, marked(value.split_whitespace().any(|v| v == "line-through")))
        }
        "vertical-align" => (
            Property::Align,
            match value {
                "super" | "text-top" => Meaning::Raised,
                "sub" => Meaning::Lowered,
                _ => Meaning::Plain,
            },
        ),
        "font-size" => (Property::Size, size(value)),
        "position" => (Property::Position, marked(matches!(value, "absolute" | "fixed"))),
        "left" => (Property::Left, far(value)),
        "right" => (Property::Right, far(value)),
        "top" => (Property::Top, far(value)),
        "bottom" => (Property::Bottom, far(value)),
        "text-indent" => (Property::Indent, far(value)),
        "clip" => (Property::Clip, marked(is_empty_clip(value))),
        "clip-path" => {
            let is_empty = ["inset(50%", "inset(100%", "circle(0", "polygon(0 0, 0 0, 0 0, 0 0"];
            (Property::Clip, marked(is_empty.iter().any(|shape| value.starts_with(shape))))
        }
        "content-visibility" => (Property::Clip, marked(value == "hidden")),
        "width" | "max-width" => (Property::Width, tiny(value)),
        "height" | "max-height" => (Property::Height, tiny(value)),
        "overflow" | "overflow-x" | "overflow-y" => {
            (Property::Overflow, marked(value.contains("hidden") || value.contains("clip")))
        }
        "opacity" => (Property::Opacity, marked(value.parse::<f32>().is_ok_and(|v| v <= 0.01))),
        _ => return None,
    })
}

fn size(value: &str) -> Meaning {
    if length(value).is_some_and(|length| length < 1.0) {
        return Meaning::Marked;
    }
    let relative = value
        .strip_suffix('%')
        .and_then(|share| share.trim().parse::<f32>().ok())
        .map(|share| share / 100.0)
        .or_else(|| value.strip_suffix("em").and_then(|size| size.trim().parse::<f32>().ok()));
    let is_small = matches!(value, "smaller" | "small" | "x-small" | "xx-small")
        || relative.is_some_and(|relative| relative < 0.95)
        || length(value).is_some_and(|length| length <= 11.0);
    if is_small { Meaning::Raised } else { Meaning::Plain }
}

/// A rectangle with no area or hardly any: `rect(0 0 0 0)`, `rect(1px, 1px, 1px, 1px)`.
fn is_empty_clip(value: &str) -> bool {
    let Some(sides) = value.strip_prefix("rect(").and_then(|sides| sides.strip_suffix(')')) else {
        return false;
    };
    let sides: Vec<Option<f32>> =
        sides.split([',', ' ']).filter(|side| !side.is_empty()).map(length).collect();
    sides.len() == 4 && sides.iter().all(|side| side.is_some_and(|side| side.abs() <= 1.0))
}

/// A length in pixels; a share of the screen counts as that of one a thousand pixels wide.
fn length(value: &str) -> Option<f32> {
    let end = value
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.')))
        .unwrap_or(value.len());
    let number: f32 = value[..end].parse().ok()?;
    let factor = match &value[end..] {
        "px" | "pt" => 1.0,
        "em" | "rem" | "ch" | "ex" => EM,
        "%" | "vw" | "vh" => 10.0,
        "" if number == 0.0 || number <= FAR => 1.0,
        _ => return None,
    };
    Some(number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inline(css: &str) -> Look {
        let mut declared = Declared::default();
        declared.add_inline(css);
        declared.look(Look::default())
    }

    #[test]
    fn inline_styles_hide_in_many_ways() {
        for css in [
            "display:none",
            "color: red; DISPLAY : None !important",
            "position:absolute;left:-9999px",
            "position: fixed; top: -100em",
            "position:absolute;left:-100vw",
            "text-indent:-9999px",
            "clip: rect(0 0 0 0); position:absolute",
            "position:absolute;clip:rect(1px, 1px, 1px, 1px)",
            "clip-path: inset(50%)",
            "height:0;overflow:hidden",
            "width:1px;height:1px;overflow:hidden",
            "position:absolute;left:-9999px;right:auto",
            "/* away */display:none",
            "position:absolute;opacity:0",
        ] {
            assert!(inline(css).hidden, "{css}");
        }
        for css in [
            "",
            "display:block",
            "display:none;display:block",
            "left:-9999px",
            "position:absolute;left:-10px",
            "text-indent:-1em",
            "opacity:0",
            "height:0",
            "overflow:hidden",
            "content:'display:none'",
        ] {
            assert!(!inline(css).hidden, "{css}");
        }
        assert!(inline("visibility:hidden").invisible && inline("font-size:0").sizeless);
        assert!(inline("text-decoration: line-through red").struck);
        assert!(inline("text-decoration-line:line-through").struck);
        assert!(!inline("text-decoration:none").struck);
        assert!(inline("vertical-align:super").raised && inline("vertical-align:sub").lowered);
        assert!(inline("font-size:60%").small && inline("font-size: .7em").small);
        assert!(!inline("font-size:120%").small && !inline("font-size:16px").small);
    }

    #[test]
    fn rules_apply_by_names_and_weight() {
        let sheet = Sheet::parse(
            "/* .kept{display:none} */ @import 'x.css'; @media print { .paper { display: none } }
             .old, s.was { text-decoration: line-through; color: #999 }
             .box .veiled { display: none } .box .veiled.open { display: block }
             #gone{visibility:hidden} .menu:hover .veiled { display: none }
             .late{display:none} .late{display:inline} .forced{display:none!important}
             #shown.forced{display:block} .a > .b { text-indent: -999em }
             .x{content:'}'} .end{display:none}
             .card{color:red; .tip{color:blue; display:none;} @media print{display:none;}}",
        );
        let look = |path: &[(&str, &str, &str)]| {
            let names = path.iter().map(|(element, id, class)| Names { element, id, class });
            let mut declared = Declared::default();
            sheet.apply(&mut declared, &names);
            declared.look(Look::default())
        };
        assert!(look(&[("span", "", "price old")]).struck);
        assert!(look(&[("s", "", "was")]).struck && !look(&[("b", "", "was")]).struck);
        assert!(look(&[("p", "", "veiled"), ("div", "", ""), ("div", "", "box")]).hidden);
        assert!(!look(&[("p", "", "veiled"), ("div", "", "")]).hidden);
        assert!(!look(&[("p", "", "veiled open"), ("div", "", "box")]).hidden);
        assert!(look(&[("p", "gone", "")]).invisible);
        assert!(!look(&[("p", "", "late")]).hidden && !look(&[("p", "", "paper")]).hidden);
        assert!(
            look(&[("p", "shown", "forced")]).hidden
                && look(&[("p", "", "b"), ("p", "", "a")]).hidden
        );
        assert!(!look(&[("p", "", "kept")]).hidden && look(&[("p", "", "end")]).hidden);
        assert!(!look(&[("p", "", "card")]).hidden);
    }
}
