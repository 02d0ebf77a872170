//! The context of a quote: the words around it, and the title of its page.

use ampledata_core::evidence::Evidence;

use super::{Jobs, ServiceError};

/// Maximum bytes of text on either side of a quote.
const AROUND: usize = 280;

/// The context of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteContext {
    /// The title of the page, if it has one.
    pub title: Option<String>,
    /// The text just before the quote.
    pub before: String,
    /// The text just after it.
    pub after: String,
}

impl Jobs {
    /// The words around the quote of this evidence in the stored text; none if the text is no longer stored.
    ///
    /// # Errors
    /// The store fails.
    pub async fn quote_context(
        &self,
        evidence: &Evidence,
    ) -> Result<Option<QuoteContext>, ServiceError> {
        if let Some(page) = self.store.page(&evidence.page).await? {
            return Ok(cut_context(&page.text, evidence, page.title));
        }
        let Some(serp) = self.store.serp(&evidence.page).await? else { return Ok(None) };
        let result = serp.results.iter().find(|result| result.url == evidence.url);
        let title = result.map(|result| result.title.clone());
        let (text, _) = serp.text();
        Ok(cut_context(&text, evidence, title))
    }
}

fn cut_context(text: &str, evidence: &Evidence, title: Option<String>) -> Option<QuoteContext> {
    let (start, end) = (evidence.span.start as usize, evidence.span.end as usize);
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let from = before.ceil_char_boundary(before.len().saturating_sub(AROUND));
    let to = after.floor_char_boundary(AROUND.min(after.len()));
    Some(QuoteContext { title, before: before[from..].to_owned(), after: after[..to].to_owned() })
}

#[cfg(test)]
mod tests {
    use ampledata_core::evidence::SourceKind;
    use ampledata_core::page::{ContentHash, Span};

    use super::*;

    fn evidence(start: usize, end: usize) -> Evidence {
        Evidence {
            quote: String::new(),
            url: String::new(),
            page: ContentHash(String::new()),
            span: Span::new(start, end),
            context: Vec::new(),
            kind: SourceKind::Sentence,
            dated: None,
            read_at: None,
        }
    }

    #[test]
    fn what_is_cut_off_is_bounded_and_whole_letters() {
        let text = format!("{}quote{}", "ä".repeat(500), "ö".repeat(500));
        let around = cut_context(&text, &evidence(1000, 1005), None).unwrap();
        assert_eq!((around.before.len(), around.after.len()), (AROUND, AROUND));
        let whole = cut_context("a quote b", &evidence(2, 7), None).unwrap();
        assert_eq!((&*whole.before, &*whole.after), ("a ", " b"));
        assert_eq!(cut_context("short", &evidence(2, 70), None), None);
    }
}
