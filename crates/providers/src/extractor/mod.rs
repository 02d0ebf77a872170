//! The pattern maker, decider and extractor that need no model: rules that can be explained.

use async_trait::async_trait;

use super::{
    DecideRequest, Decider, ExtractRequest, Extracted, Extractor, PageChoice, PatternMaker,
    PatternRequest,
};
use ampledata_net::Error;

mod choose;
mod chrome;
mod clean;
mod contacts;
mod extract;
mod from_facts;
mod from_lists;
mod from_statements;
mod from_title;
mod offers;
mod patterns;
mod periods;
mod prose;
mod shape;
mod subject;

pub(crate) use choose::is_own_site;

/// Does the work of the model roles by fixed rules, with the same result every time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Builtin;

#[async_trait]
impl PatternMaker for Builtin {
    async fn patterns(&self, request: &PatternRequest<'_>) -> Result<Vec<String>, Error> {
        Ok(patterns::write_patterns(request))
    }
}

#[async_trait]
impl Decider for Builtin {
    async fn decide(&self, request: &DecideRequest<'_>) -> Result<PageChoice, Error> {
        Ok(choose::choose_pages(request))
    }
}

#[async_trait]
impl Extractor for Builtin {
    async fn extract(&self, request: &ExtractRequest<'_>) -> Result<Extracted, Error> {
        Ok(extract::extract_suggestions(request).into())
    }
}
