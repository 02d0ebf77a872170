//! TEMPORARY: until builtin lands.
use ampledata_backend::providers::*;
use ampledata_core::evidence::{SourceKind, Suggestion};
use ampledata_core::value::fold;
use async_trait::async_trait;

pub(crate) struct StandIn;

#[async_trait]
impl PatternMaker for StandIn {
    async fn patterns(&self, _: &PatternRequest<'_>) -> Result<Vec<String>, Error> {
        Ok(vec!["%entity".into()])
    }
}

#[async_trait]
impl Decider for StandIn {
    async fn decide(&self, request: &DecideRequest<'_>) -> Result<Choice, Error> {
        let mut read = Vec::new();
        for (serp, page) in request.serps.iter().enumerate() {
            for (result, hit) in page.results.iter().enumerate() {
                if !request.tried.contains(&hit.url) && read.len() < request.limit {
                    read.push((Place { serp, result }, 0.8));
                }
            }
        }
        Ok(Choice { suggestions: Vec::new(), read })
    }
}

#[async_trait]
impl Extractor for StandIn {
    async fn extract(&self, request: &ExtractRequest<'_>) -> Result<Vec<Suggestion>, Error> {
        let mut all = Vec::new();
        for (at, (_, page)) in request.pages.iter().enumerate() {
            for fact in &page.facts {
                for column in request.columns {
                    if fold(&fact.label) == fold(&request.plan[*column].name) {
                        all.push(Suggestion {
                            column: *column,
                            page: at,
                            text: fact.value.clone(),
                            quote: page.text[fact.span.range()].to_owned(),
                            span: Some(fact.span),
                            kind: SourceKind::Fact(fact.kind),
                            label: 1.0,
                            entity: 1.0,
                            unit: None,
                            own_score: None,
                        });
                    }
                }
            }
        }
        Ok(all)
    }
}
