//! The kind of a page's bytes: by content type, or else by extension, or else by their first bytes.

use super::Media;
use super::charset::utf16_without_bom;

/// Number of bytes at the start that are examined.
const SNIFFED: usize = 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Html,
    Markdown,
    Plain,
    Pdf,
    /// Not text; the name of what it is instead.
    Binary(String),
}

/// Determines the kind. Bytes that cannot be text are binary, whatever the content type or the extension.
pub(super) fn detect_kind(bytes: &[u8], media: &Media<'_>) -> Kind {
    if bytes[..bytes.len().min(SNIFFED)].windows(5).any(|window| window == b"%PDF-") {
        return Kind::Pdf;
    }
    if let Some(what) = signature(bytes) {
        return Kind::Binary(what.to_owned());
    }
    let stated = media
        .content_type
        .map(|stated| stated.split(';').next().unwrap_or("").trim().to_ascii_lowercase());
    let by_type = stated.as_deref().and_then(kind_of_content_type);
    match by_type {
        // Servers use plain text as the type of files that they do not know.
        Some(Kind::Plain) | None => {}
        Some(kind) => return kind,
    }
    if let Some(kind) = media.url.and_then(kind_of_extension) {
        return kind;
    }
    if looks_like_html(bytes) {
        return Kind::Html;
    }
    by_type.unwrap_or(Kind::Plain)
}

fn kind_of_content_type(stated: &str) -> Option<Kind> {
    Some(match stated {
        "text/html" | "application/xhtml+xml" | "application/xml" | "text/xml" => Kind::Html,
        "text/markdown" | "text/x-markdown" => Kind::Markdown,
        "text/plain" => Kind::Plain,
        // The bytes do not start like a PDF.
        "application/pdf" => Kind::Pdf,
        "" | "application/octet-stream" | "application/json" => return None,
        _ if stated.starts_with("text/") => Kind::Plain,
        _ if ["image/", "audio/", "video/", "font/"].iter().any(|p| stated.starts_with(p)) => {
            Kind::Binary(stated.to_owned())
        }
        _ => return None,
    })
}

fn kind_of_extension(url: &str) -> Option<Kind> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').next().unwrap_or(path);
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" | "xhtml" | "shtml" => Kind::Html,
        "md" | "markdown" => Kind::Markdown,
        "txt" => Kind::Plain,
        _ => return None,
    })
}

fn signature(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(SNIFFED)];
    let known: [(&[u8], &str); 9] = [
        (b"\x89PNG", "image/png"),
        (b"\xFF\xD8\xFF", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x1F\x8B", "application/gzip"),
        (b"RIFF", "audio or video"),
        (b"\x7FELF", "program"),
        (b"OggS", "audio or video"),
        (b"%!PS", "application/postscript"),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(what);
    }
    let is_utf16 = head.starts_with(b"\xFF\xFE")
        || head.starts_with(b"\xFE\xFF")
        || utf16_without_bom(head).is_some();
    let control = head.iter().filter(|b| **b < 0x09 || (0x0E..0x1B).contains(*b)).count();
    (!is_utf16 && control * 20 > head.len()).then_some("unknown bytes")
}

fn looks_like_html(bytes: &[u8]) -> bool {
    // Without the zero bytes of UTF-16, in which markup is ASCII as well.
    let bytes: Vec<u8> =
        bytes[..bytes.len().min(SNIFFED)].iter().copied().filter(|b| *b != 0).collect();
    let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{fffd}');
    let start = head.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    start.starts_with("<!doctype")
        || start.starts_with("<?xml")
        || [
            "<html", "<head", "<body", "<meta", "<title", "<table", "<div", "<script", "<!--",
            "<p>",
        ]
        .iter()
        .any(|tag| head.contains(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8], content_type: Option<&str>, url: Option<&str>) -> Kind {
        detect_kind(bytes, &Media { content_type, charset: None, url })
    }

    #[test]
    fn content_type_then_extension_then_bytes() {
        assert_eq!(kind(b"x", Some("text/html; charset=utf-8"), None), Kind::Html);
        assert_eq!(kind(b"# x", Some("text/plain"), Some("https://x.org/a.md?b")), Kind::Markdown);
        assert_eq!(kind(b"x", None, Some("file:a/b.txt")), Kind::Plain);
        assert_eq!(kind(b" <!DOCTYPE html><p>x", None, None), Kind::Html);
        assert_eq!(kind(b"just words", None, None), Kind::Plain);
        assert_eq!(kind(b"%PDF-1.7 ...", Some("text/html"), None), Kind::Pdf);
    }

    #[test]
    fn what_is_not_text_is_binary_whatever_it_is_called() {
        assert!(matches!(kind(b"\x89PNG\r\n", Some("text/html"), None), Kind::Binary(_)));
        assert!(matches!(kind(b"abc", Some("image/png"), None), Kind::Binary(_)));
        assert!(matches!(kind(&[0, 1, 2, 3, 0, 0], None, None), Kind::Binary(_)));
    }
}
