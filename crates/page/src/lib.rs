//! Reads pages: turns bytes into one stored text, with the entities and facts found in it.
//!
//! Pages are hostile input. Every stage is linear in the page's size and has limits: on bytes and nesting
//! before parsing, on nodes while parsing, on text and facts after it. Nothing recurses.
//!
//! bytes → [`charset`] → [`limits`] → [`tree`] with [`style`] → [`render`] (body) → structured data lines
//! ([`graph`]: JSON-LD, microdata, RDFa; [`meta`]) and facts of the body ([`cells`], [`labels`])

#[cfg(feature = "pdf")]
use std::any::Any;

use ampledata_core::page::{Access, ContentHash, Fact, FactKind, Page};
use sha2::{Digest, Sha256};
use thiserror::Error;

mod access;
mod body;
mod cells;
mod charset;
mod contacts;
mod graph;
mod grid;
mod hidden;
mod hydration;
mod json;
mod jsonld;
mod kind;
mod labels;
mod layout;
mod limits;
mod lines;
mod maps;
mod marked;
mod meta;
mod microdata;
mod packed;
mod plain;
mod raised;
mod render;
mod scales;
mod state;
mod style;
mod table_rows;
mod tables;
mod tag;
mod tree;

use kind::Kind;

/// The version of the reader: raised with every change of the text, facts or access that it reads from the
/// same bytes. Pages that another version read are read again from their bytes.
pub const READER_VERSION: u32 = 2;

/// A page with less visible text than this, in bytes, may be a shell that scripts fill.
const SHELL: usize = 200;

/// The transport's information about a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Media<'a> {
    /// The `Content-Type` header, with its parameters.
    pub content_type: Option<&'a str>,
    /// A charset known from elsewhere; the one of `content_type` takes precedence.
    pub charset: Option<&'a str>,
    /// The page's address: the base of relative links; its extension helps to determine the page's kind.
    pub url: Option<&'a str>,
}

/// Limits on how much of a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest size of a page in bytes; a larger one is refused.
    pub page_bytes: usize,
    /// Largest size of a PDF in bytes, since reading one takes many times its size; a larger one is
    /// refused.
    pub pdf_bytes: usize,
    /// Maximum number of elements and texts of the tree; the rest is not read.
    pub nodes: usize,
    /// Maximum size of the body's text in bytes; the rest is cut.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page_bytes: 10_000_000,
            pdf_bytes: 10_000_000,
            nodes: 400_000,
            text_bytes: 2_000_000,
        }
    }
}

/// Why a page cannot be read. Each has a stable [`code`](Error::code).
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// The page is larger than the limit.
    #[error("the page has {bytes} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The file is a picture, an archive or a program, not text.
    #[error("the page is not text ({what})")]
    Binary {
        /// Its content type, or what its first bytes show.
        what: String,
    },
    /// The PDF reader failed.
    #[error("the PDF cannot be read: {reason}")]
    Pdf {
        /// The reader's message.
        reason: String,
    },
    /// The build leaves out what reads PDFs.
    #[error("PDFs are not part of this version: build with the feature `pdf`")]
    WithoutPdf,
}

impl Error {
    /// A stable name for the reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "page_too_large",
            Self::Binary { .. } => "page_binary",
            Self::Pdf { .. } => "page_pdf_unreadable",
            Self::WithoutPdf => "not_in_this_version",
        }
    }
}

/// Reads a page with the default [`Limits`].
///
/// # Errors
/// See [`enum@Error`]. A page that only shows a notice (a login wall, a captcha) is not an error: see
/// [`Page::access`].
pub fn read(bytes: &[u8], media: &Media<'_>) -> Result<Page, Error> {
    read_within(bytes, media, &Limits::default())
}

/// Reads a page with the given limits.
///
/// # Errors
/// As [`read`].
pub fn read_within(bytes: &[u8], media: &Media<'_>, limits: &Limits) -> Result<Page, Error> {
    let mut page = parse(bytes, media, limits)?;
    page.hash = page_id(&content_hash(bytes), media, READER_VERSION);
    Ok(page)
}

/// Reads a page whose id the caller knows (see [`page_id`]), with the default [`Limits`].
///
/// # Errors
/// As [`read`].
pub fn read_identified(bytes: &[u8], media: &Media<'_>, id: ContentHash) -> Result<Page, Error> {
    let page = parse(bytes, media, &Limits::default())?;
    Ok(Page { hash: id, ..page })
}

/// The page's content, without an id.
fn parse(bytes: &[u8], media: &Media<'_>, limits: &Limits) -> Result<Page, Error> {
    if bytes.len() > limits.page_bytes {
        return Err(Error::TooLarge { bytes: bytes.len(), limit: limits.page_bytes });
    }
    let kind = kind::detect_kind(bytes, media);
    Ok(match kind {
        Kind::Binary(what) => return Err(Error::Binary { what }),
        Kind::Pdf => lines::read_text(&pdf_text(bytes, limits)?, false, limits),
        Kind::Html => {
            let text = charset::decode(bytes, media, true);
            read_html(&text, media.url, limits)
        }
        Kind::Markdown | Kind::Plain => {
            let text = charset::decode(bytes, media, false);
            lines::read_text(&text, kind == Kind::Markdown, limits)
        }
    })
}

/// SHA-256 of a page's bytes, in lower-case hex.
pub fn content_hash(bytes: &[u8]) -> ContentHash {
    to_hex(&Sha256::digest(bytes))
}

/// Identifies a page as read: by the hash of its bytes, and by everything else that its text and facts
/// depend on. The same bytes with another charset, another base address of relative links, or read by
/// another version of the reader, are another page.
pub fn page_id(content: &ContentHash, media: &Media<'_>, reader_version: u32) -> ContentHash {
    let mut digest = Sha256::new();
    let texts = [Some(content.0.as_str()), media.content_type, media.charset, media.url];
    for text in texts {
        digest.update([u8::from(text.is_some())]);
        let text = text.unwrap_or_default();
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    }
    digest.update(reader_version.to_le_bytes());
    to_hex(&digest.finalize())
}

fn to_hex(digest: &[u8]) -> ContentHash {
    use std::fmt::Write as _;
    let mut hex = String::with_capacity(64);
    for byte in digest {
        // Writing to a String cannot fail.
        write!(hex, "{byte:02x}").unwrap_or_default();
    }
    ContentHash(hex)
}

/// An empty page.
fn empty_page() -> Page {
    Page {
        hash: ContentHash(String::new()),
        title: None,
        language: None,
        canonical: None,
        published: None,
        modified: None,
        access: Access::Empty,
        text: String::new(),
        body_end: 0,
        entities: Vec::new(),
        facts: Vec::new(),
        is_cut: false,
    }
}

/// HTML with its text, and the scripts that were left out of it.
struct Parsed<'a> {
    tree: tree::Tree,
    tables: Vec<tables::Table>,
    rendered: render::Rendered,
    scripts: Vec<&'a str>,
}

/// Parses and renders HTML.
fn parse_and_render<'a>(html: &'a str, without_scripts: bool, limits: &Limits) -> Parsed<'a> {
    let limited = limits::limit_html(html, without_scripts);
    let read = |sheet: &style::Sheet| {
        let tree = tree::Tree::parse(&limited.html, sheet, limits.nodes);
        let tables = tables::find_tables(&tree);
        let rendered = render::render(&tree, &tables, limits.text_bytes);
        (tree, tables, rendered)
    };
    let mut parsed = read(&style::Sheet::parse(&limited.styles));
    if parsed.2.text.len() < SHELL && !limited.styles.is_empty() {
        // Styles that hide the whole page hold until a script has run.
        let plain = read(&style::Sheet::default());
        if plain.2.text.len() >= SHELL {
            parsed = plain;
        }
    }
    let (tree, tables, rendered) = parsed;
    Parsed { tree, tables, rendered, scripts: limited.scripts }
}

fn read_html(html: &str, url: Option<&str>, limits: &Limits) -> Page {
    let mut parsed = parse_and_render(html, false, limits);
    if parsed.rendered.text.len() < SHELL && html.contains("<noscript") {
        // For a shell that scripts would fill, the page is its content for readers without scripts.
        parsed = parse_and_render(html, true, limits);
    }
    let Parsed { tree, tables, mut rendered, scripts } = parsed;
    let mut store = graph::Store::new(std::mem::take(&mut rendered.text));
    let body_end = store.text.len();
    if body_end > 0 {
        store.text.push_str("\n\n");
    }
    contacts::write_links(&tree, &rendered.spans, &mut store);
    let head = write_structured_data(&tree, url, &mut store);
    let about = head.title.iter().chain(rendered.headings.first().map(|(_, heading)| heading));
    let about = about.cloned().collect::<Vec<_>>().join(" ");
    let (hydration, is_embedded) = hydration::read_hydration(&tree, &about);
    store.add(&hydration);
    let described = is_embedded
        || store.entities.iter().any(|entity| entity.name.is_some())
            && store.facts.iter().filter(|fact| access::describes(fact.kind)).count() >= 4;

    let graph::Store { text, mut entities, facts, .. } = store;
    rendered.text = text;
    let mut body = body::Body::new(&tree, &rendered);
    cells::find_cells(&mut body, &tables, head.language.as_deref(), &mut entities);
    labels::find_labels(&mut body, head.language.as_deref());
    marked::find_marked(&mut body);
    contacts::find_numbers(&mut body, body_end);
    let facts_cut = body.is_full();
    let mut found = body.facts;
    found.sort_by_key(|fact| fact.span.start);
    let first_heading = rendered.headings.first().map(|(_, heading)| heading.clone());
    let text = std::mem::take(&mut rendered.text);
    let facts: Vec<Fact> = found.into_iter().chain(facts).collect();
    let evidence = access::Evidence {
        title: head.title.as_deref(),
        url,
        tree: Some(&tree),
        scripts: &scripts,
        facts: &facts,
        described,
    };
    let access = access::classify_access(&text, body_end, &evidence);
    Page {
        title: head.title.or(first_heading),
        language: head.language,
        canonical: head.canonical,
        published: head.published,
        modified: head.modified,
        access,
        body_end: tree::to_offset(body_end),
        entities,
        facts,
        is_cut: tree.is_cut || rendered.is_cut || facts_cut,
        text,
        ..empty_page()
    }
}

/// Writes the lines of structured data, the most formal first.
fn write_structured_data(
    tree: &tree::Tree,
    url: Option<&str>,
    store: &mut graph::Store,
) -> meta::Head {
    let mut json_ld = graph::Graph::new(FactKind::JsonLd);
    for id in 1..tree.len() {
        if tree.tag(id) != tag::Tag::Script {
            continue;
        }
        if tree.attr(id, tag::Attr::Type).is_some_and(jsonld::is_json_ld) {
            let script: String = tree.children(id).map(|child| tree.text(child)).collect();
            for document in json::parse_script(&script) {
                jsonld::add_document(&mut json_ld, &document);
            }
        }
    }
    store.add(&json_ld);
    store.add(&microdata::read_microdata(tree));
    store.add(&microdata::read_rdfa(tree));
    let mut head = meta::read_head(tree, url, store);
    meta::fill_dates_from_facts(&mut head, store);
    head
}

/// A PDF's text. The PDF reader is not written for hostile files, so a panic in it becomes an error here.
fn pdf_text(bytes: &[u8], limits: &Limits) -> Result<String, Error> {
    if bytes.len() > limits.pdf_bytes {
        return Err(Error::TooLarge { bytes: bytes.len(), limit: limits.pdf_bytes });
    }
    extract_pdf(bytes)
}

#[cfg(not(feature = "pdf"))]
fn extract_pdf(_: &[u8]) -> Result<String, Error> {
    Err(Error::WithoutPdf)
}

#[cfg(feature = "pdf")]
fn extract_pdf(bytes: &[u8]) -> Result<String, Error> {
    let read = std::panic::catch_unwind(|| pdf_extract::extract_text_from_mem(bytes));
    match read {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(error)) => Err(Error::Pdf { reason: error.to_string() }),
        Err(panic) => Err(Error::Pdf { reason: panic_reason(panic.as_ref()) }),
    }
}

#[cfg(feature = "pdf")]
fn panic_reason(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "the reader failed".to_owned())
}
