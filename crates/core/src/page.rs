//! Pages: one stored text, and the structured facts found in it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::value::PartialDate;

/// SHA-256 in lower-case hex. A stored page is identified by the hash of its bytes, its charset, its base
/// address and the version of its reader together, so that the same id always names the same text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(pub String);

/// Byte offsets into a page's stored text: `start` inclusive, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to `end`.
    ///
    /// # Panics
    /// If the text is larger than 4 GiB, which the limits on pages rule out.
    pub fn new(start: usize, end: usize) -> Self {
        let offset = |at| u32::try_from(at).expect("stored texts are capped far below 4 GiB");
        Self { start: offset(start), end: offset(end) }
    }

    /// The same range, to index a string with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Refers to a stored page: what steps and outcomes carry instead of its text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PageRef {
    /// Where it was read, after redirects.
    pub url: String,
    /// Identifies the stored page.
    pub hash: ContentHash,
    /// SHA-256 of the page's bytes, if known: several addresses may serve the same bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentHash>,
    /// When its server was last asked for it, if known; this can be long ago if a stored page was reused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
}

impl PageRef {
    /// Whether both are the same page, or two addresses of the same bytes.
    pub fn is_same_content(&self, other: &Self) -> bool {
        self.hash == other.hash || (self.content.is_some() && self.content == other.content)
    }
}

/// The content read from one page: the same for every row and every run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Identifies the page: the bytes that it was read from, and how they were read.
    pub hash: ContentHash,
    /// The title, from `<title>`, else `og:title`, else the first heading.
    pub title: Option<String>,
    /// BCP 47 tag that the page states for itself.
    pub language: Option<String>,
    /// The canonical address that the page names for itself, if it is http or https.
    pub canonical: Option<String>,
    /// When it says it was published.
    pub published: Option<PartialDate>,
    /// When it says it was last changed.
    pub modified: Option<PartialDate>,
    /// Whether it shows its content, or something that stands in the way.
    pub access: Access,
    /// The whole page as Markdown, then its structured data, one property per line. Every quote is a part
    /// of this text.
    pub text: String,
    /// Where the Markdown ends and the lines of structured data begin.
    pub body_end: u32,
    /// The things that structured data, info boxes and the page itself describe.
    pub entities: Vec<Entity>,
    /// Statements about them: facts of the body in its order, then those of structured data.
    pub facts: Vec<Fact>,
    /// Whether a part of the page was left out because it exceeded a limit.
    #[serde(default)]
    pub is_cut: bool,
}

impl Page {
    /// The entities that only the data embedded for scripts describes, as indices into
    /// [`entities`](Self::entities).
    pub fn embedded_entities(&self) -> BTreeSet<usize> {
        let is_embedded = |fact: &&Fact| fact.kind == FactKind::Hydration;
        let entities = self.facts.iter().filter(is_embedded).filter_map(|fact| fact.entity);
        entities.map(|at| at as usize).collect()
    }
}

/// Whether a page can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Its content is there.
    Open,
    /// It asks to sign in and shows little else.
    LoginWall,
    /// It asks visitors to prove that they are human.
    Captcha,
    /// It asks for consent and shows little else.
    ConsentWall,
    /// It asks for payment and shows little else.
    Paywall,
    /// It says that access is denied.
    Denied,
    /// It says that there is no such page.
    Gone,
    /// It is a shell that scripts would fill.
    NeedsScripts,
    /// It holds no text.
    Empty,
}

/// A thing that a page describes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Schema.org (or other vocabulary's) types without their prefix, such as `Product`.
    pub types: Vec<String>,
    /// Its name, as the page gives it.
    pub name: Option<String>,
    /// The entity it is part of or belongs to, as an index into [`Page::entities`].
    pub parent: Option<u32>,
    /// The property of the parent that holds it, such as `offers`.
    pub role: Option<String>,
}

/// Where on a page a fact was found, the most formal first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// A property of a JSON-LD node.
    JsonLd,
    /// An `itemprop`.
    Microdata,
    /// An RDFa Lite `property`.
    Rdfa,
    /// A `<meta>`, OpenGraph included.
    Meta,
    /// A row of an info box.
    InfoBox,
    /// A term and its description in a `<dl>`.
    DefinitionList,
    /// A row of a two-column table, or a cell of a wider table under its header.
    Table,
    /// A `label: value` line, or a label and a value side by side.
    Label,
    /// An element whose class name, `rel` or kind of link names its text, such as `class="price"`. These
    /// words are the label; readers of the page do not see them.
    Marked,
    /// The target of a link that is a value itself: `tel:`, `mailto:`, `geo:`, a place on a map.
    Link,
    /// A property in the data that a page embeds for its scripts, such as `__NEXT_DATA__`.
    Hydration,
}

impl FactKind {
    /// Whether it is in the lines of structured data after the body, rather than in what readers see.
    pub fn is_structured(self) -> bool {
        matches!(
            self,
            Self::JsonLd | Self::Microdata | Self::Rdfa | Self::Meta | Self::Link | Self::Hydration
        )
    }
}

/// One statement of a page: a label and a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Where it was found.
    pub kind: FactKind,
    /// What it describes, as an index into [`Page::entities`]; `None`: the page as a whole.
    pub entity: Option<u32>,
    /// The label or the property's name, as written on the page.
    pub label: String,
    /// For a cell of a wider table: the first cell of its row, which names what the row is about.
    pub row: Option<String>,
    /// The nearest heading above it.
    pub section: Option<String>,
    /// The value's text.
    pub value: String,
    /// The address that the value links to, if it is a link.
    pub link: Option<String>,
    /// The quote in [`Page::text`]: label and value together if they are adjacent.
    pub span: Span,
    /// Places in [`Page::text`] outside the quote that state in which unit or scale the value counts, such
    /// as "in millions" in the caption of its table; the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<Span>,
    /// Whether the value is a number as programs write it, with a dot before its decimals, whatever the
    /// page's language.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_machine_number: bool,
}
