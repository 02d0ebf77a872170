//! The model roles with a scripted model: repaired, stored, metered, never an empty success.

use std::sync::Arc;
use std::time::Duration;

use ampledata_core::column::{Column, ColumnType, CompiledColumn};
use ampledata_core::evidence::{SourceKind, Suggestion};
use ampledata_core::page::{FactKind, Page};
use ampledata_core::row::{FailureKind, Field, Input};
use ampledata_core::serp::{ResultKind, SearchResult, Serp};
use ampledata_core::value::PartialDate;
use ampledata_net::Error;
use ampledata_net::Retry;
use ampledata_page::{Media, read};
use ampledata_providers::models::{
    FinishReason, ModelDecider, ModelExtractor, ModelPatterns, OPTION_REFUSED,
};
use ampledata_providers::{
    DecideRequest, Decider as _, ExtractRequest, Extracted, Extractor, PatternMaker as _,
    PatternRequest, ResultPosition,
};
use ampledata_test_support::models::{
    CountingMeter, ScriptedModel, answer_ending, complete_answer, model_client,
};
use async_trait::async_trait;

const PATTERNS: &str = r#"{"patterns":["%entity height"]}"#;

async fn patterns(model: &Arc<ScriptedModel>, meter: &CountingMeter) -> Result<Vec<String>, Error> {
    let columns = [Column::new("height", ColumnType::Number)];
    let request = PatternRequest {
        columns: &columns,
        key_columns: &[],
        entity_type: Some("tower"),
        limit: 3,
        meter,
    };
    ModelPatterns::new(model_client(model.clone())).patterns(&request).await
}

#[tokio::test]
async fn an_unusable_answer_is_repaired_once() {
    for bad in ["I am sorry", r#"{"patterns":[]}"#, "", "{\"x\":1}"] {
        let (model, meter) =
            (ScriptedModel::from_texts(&[bad, PATTERNS]), CountingMeter::default());
        assert_eq!(patterns(&model, &meter).await.unwrap(), ["%entity height"], "{bad}");
        let asked = model.requests();
        assert_eq!((asked.len(), &asked[0].repair), (2, &None));
        assert!(asked[1].repair.is_some());
        assert_eq!(meter.spent.lock().unwrap().len(), 2, "the repair turn is paid for too");
        assert_eq!(meter.reserved.lock().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn each_problem_ends_under_its_name() {
    let long = "x".repeat(300_000);
    let cases = [
        (answer_ending("{", FinishReason::CutOff), "model_answer_cut_off", 2),
        (answer_ending("", FinishReason::Refused), "model_refused", 1),
        (answer_ending("{}", FinishReason::OffSchema), "model_answer_off_schema", 2),
        (complete_answer(""), "model_answer_empty", 2),
        (complete_answer("no"), "model_answer_not_json", 2),
        (complete_answer("{\"patterns\":[\"%ent"), "model_answer_cut_off", 2),
        (complete_answer("[]"), "model_answer_off_schema", 2),
        (complete_answer(&long), "model_answer_too_long", 1),
    ];
    for (answer, code, calls) in cases {
        let (model, meter) = (ScriptedModel::new(vec![Ok(answer)]), CountingMeter::default());
        let error = patterns(&model, &meter).await.unwrap_err();
        assert_eq!(
            (error.code, error.kind, error.retry),
            (code, FailureKind::BadAnswer, Retry::Never)
        );
        assert_eq!(model.requests().len(), calls, "{code}");
        assert_eq!(meter.spent.lock().unwrap().len(), calls, "{code}");
        assert!(meter.answers.lock().unwrap().is_empty(), "a bad answer is not kept");
    }
}

#[tokio::test]
async fn a_cut_off_answer_gets_twice_the_tokens_once() {
    let answers = vec![Ok(answer_ending("{", FinishReason::CutOff)), Ok(complete_answer(PATTERNS))];
    let (model, meter) = (ScriptedModel::new(answers), CountingMeter::default());
    assert!(patterns(&model, &meter).await.is_ok());
    let asked = model.requests();
    assert_eq!(asked[1].max_answer_tokens, asked[0].max_answer_tokens * 2);
    assert_eq!(asked[1].repair, None);
}

#[tokio::test]
async fn an_identical_request_costs_nothing() {
    let (model, meter) = (ScriptedModel::from_texts(&[PATTERNS]), CountingMeter::default());
    let first = patterns(&model, &meter).await.unwrap();
    assert_eq!(patterns(&model, &meter).await.unwrap(), first);
    assert_eq!(model.requests().len(), 1);
    let spent = meter.spent.lock().unwrap().clone();
    assert_eq!((spent[0].cached, spent[0].units_in, spent[0].cost_nano_usd), (false, 100, 80_000));
    assert_eq!((spent[1].cached, spent[1].units_in, spent[1].cost_nano_usd), (true, 0, 0));
}

#[tokio::test]
async fn a_refused_option_is_asked_again_and_counted() {
    let refused = Error {
        kind: FailureKind::Unavailable,
        code: OPTION_REFUSED,
        message: "no schemas".into(),
        retry: Retry::Backoff,
    };
    let answers = vec![Err(refused), Ok(complete_answer(PATTERNS))];
    let (model, meter) = (ScriptedModel::new(answers), CountingMeter::default());
    assert!(patterns(&model, &meter).await.is_ok());
    let spent = meter.spent.lock().unwrap().clone();
    assert_eq!(spent.iter().map(|one| one.failed).collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn without_budget_nothing_is_asked() {
    let model = ScriptedModel::from_texts(&[PATTERNS]);
    let error = Error {
        kind: FailureKind::Budget,
        code: "budget_spent",
        message: "no".into(),
        retry: Retry::Never,
    };
    let meter = CountingMeter { most: Some((10, error.clone())), ..CountingMeter::default() };
    assert_eq!(patterns(&model, &meter).await.unwrap_err(), error);
    assert!(model.requests().is_empty());
    let enough = meter.reserved.lock().unwrap()[0];
    assert!(enough > 80_000, "{enough} covers what such a call costs");
}

fn input() -> Input {
    let field = |name: &str, value: &str| Field { name: name.into(), value: value.into() };
    Input { key: vec![field("tower", "Fern Tower")], context: vec![], requested: vec![0, 1] }
}

fn columns() -> [Column; 2] {
    [Column::new("height", ColumnType::Number), Column::new("opened", ColumnType::Date)]
}

fn page(html: &str) -> Arc<Page> {
    let media = Media { content_type: Some("text/html"), ..Media::default() };
    Arc::new(read(html.as_bytes(), &media).unwrap())
}

/// Returns fixed suggestions.
struct Inner(Vec<Suggestion>);

#[async_trait]
impl Extractor for Inner {
    async fn extract(&self, _: &ExtractRequest<'_>) -> Result<Extracted, Error> {
        Ok(self.0.clone().into())
    }
}

fn proven(column: usize, label: f64, kind: SourceKind) -> Suggestion {
    Suggestion {
        column,
        page: 0,
        text: "120".into(),
        quote: "height: 120".into(),
        span: None,
        context: Vec::new(),
        is_machine_number: false,
        kind,
        label,
        entity: 0.9,
        unit: None,
        own_score: None,
        is_from_model: false,
    }
}

async fn extract(
    model: &Arc<ScriptedModel>,
    inner: Vec<Suggestion>,
    html: &str,
) -> Result<Vec<Suggestion>, Error> {
    extracted(model, inner, html).await.map(|found| found.suggestions)
}

async fn extracted(
    model: &Arc<ScriptedModel>,
    inner: Vec<Suggestion>,
    html: &str,
) -> Result<Extracted, Error> {
    let (columns, meter) = (columns(), CountingMeter::default());
    let pages = [("https://a.example/fern".to_owned(), page(html))];
    let request = ExtractRequest {
        input: &input(),
        plan: &CompiledColumn::compile_plan(&columns),
        columns: &[0, 1],
        entity_type: None,
        pages: &pages,
        today: PartialDate::full(2026, 3, 14).unwrap(),
        meter: &meter,
    };
    let inner: Arc<dyn Extractor> = Arc::new(Inner(inner));
    ModelExtractor::new(model_client(model.clone()), Some(inner)).extract(&request).await
}

const OPENED: &str = r#"{"cells":[
    {"column":"opened","outcome":"found","value":"1931","quote":"It opened in 1931.","passage":1,"score":0.9},
    {"column":"height","outcome":"found","value":"120","quote":"120 metres","passage":7,"score":0.9}]}"#;
const FERN: &str =
    "<title>Fern Tower</title><h1>Fern Tower</h1><p>It opened in 1931. It is 120 metres high.</p>";

#[tokio::test]
async fn what_facts_prove_is_not_asked() {
    let json_ld = SourceKind::Fact(FactKind::JsonLd);
    let label = SourceKind::Fact(FactKind::Label);
    let model = ScriptedModel::from_texts(&[OPENED]);
    let found = extract(&model, vec![proven(0, 0.95, json_ld)], FERN).await.unwrap();
    assert_eq!(found.iter().map(|one| one.column).collect::<Vec<_>>(), [0, 1]);
    assert_eq!((found[1].kind, found[1].span), (SourceKind::Sentence, None));
    assert_eq!(found[1].quote, "It opened in 1931.");
    assert!(found[1].entity > 0.8, "the page is about the row");
    let prompt = &model.requests()[0].prompt;
    assert!(prompt.contains("- opened (date)") && !prompt.contains("- height"), "{prompt}");
    let both = vec![proven(0, 0.95, json_ld), proven(1, 0.95, label)];
    let model = ScriptedModel::from_texts(&[OPENED]);
    assert_eq!(extract(&model, both.clone(), FERN).await.unwrap(), both);
    assert!(model.requests().is_empty());
}

#[tokio::test]
async fn weaker_suggestions_are_passed_on_and_asked_about() {
    let label = SourceKind::Fact(FactKind::Label);
    let json_ld = SourceKind::Fact(FactKind::JsonLd);
    for weak in
        [proven(0, 0.7, json_ld), proven(0, 0.8, label), proven(0, 1.0, SourceKind::Sentence)]
    {
        let model = ScriptedModel::from_texts(&[OPENED]);
        let found = extract(&model, vec![weak.clone()], FERN).await.unwrap();
        assert_eq!(found[0], weak);
        assert_eq!(found.len(), 2, "passage 7 was not shown");
        assert!(model.requests()[0].prompt.contains("- height (number)"));
    }
}

#[tokio::test]
async fn a_failed_model_is_no_empty_success() {
    let model = ScriptedModel::from_texts(&["no"]);
    let error = extract(&model, vec![], FERN).await.unwrap_err();
    assert_eq!(error.code, "model_answer_not_json");
}

#[tokio::test]
async fn a_failed_model_leaves_what_was_found_without_it() {
    let found = vec![proven(0, 0.95, SourceKind::Fact(FactKind::Label))];
    let kept = extracted(&ScriptedModel::from_texts(&["no"]), found.clone(), FERN).await.unwrap();
    assert_eq!(kept.suggestions, found);
    assert_eq!(kept.problem.unwrap().code, "model_answer_not_json");
    for retry in [Retry::Backoff, Retry::After(Duration::from_secs(3))] {
        let message = "busy".to_owned();
        let (kind, code) = (FailureKind::Unavailable, "provider_unavailable");
        let busy = Error { kind, code, message, retry };
        let model = ScriptedModel::new(vec![Err(busy.clone())]);
        assert_eq!(extracted(&model, found.clone(), FERN).await.unwrap_err(), busy);
    }
}

#[tokio::test]
async fn nothing_promising_is_no_question() {
    let model = ScriptedModel::from_texts(&[OPENED]);
    let html = "<title>Fern Tower</title><h1>Fern Tower</h1><p>Fern Tower is a fine place.</p>";
    assert_eq!(extracted(&model, vec![], html).await.unwrap(), Extracted::default());
    assert!(model.requests().is_empty());
}

#[tokio::test]
async fn a_prompt_keeps_to_its_budget() {
    let filler = "<p>Nothing of interest stands in this line of the page at all.</p>".repeat(3_000);
    let html = format!("{filler}{FERN}{filler}");
    let model = ScriptedModel::from_texts(&[OPENED]);
    extract(&model, vec![], &html).await.unwrap();
    let prompt = model.requests()[0].prompt.clone();
    assert!(prompt.len() <= 4 * 3_000, "{} bytes", prompt.len());
    assert!(prompt.contains("It opened in 1931."));
}

#[tokio::test]
async fn a_decision_knows_only_the_results_shown() {
    let result = |n: usize| SearchResult {
        url: format!("https://{n}.example/fern"),
        title: "Fern Tower".into(),
        snippet: format!("Fern Tower number {n} is 120 metres high"),
        date: None,
        kind: ResultKind::Organic,
    };
    let serps = [
        Serp { query: "a".into(), url: None, results: vec![result(0), result(1)] },
        Serp { query: "b".into(), url: None, results: vec![result(1), result(2)] },
    ];
    let answer = r#"{"read":[3,99,0,-1,1,3],"facts":[
        {"column":"height","value":"120","quote":"120 metres high","result":2,"score":1},
        {"column":"height","value":"120","quote":"120 metres high","result":44,"score":1}]}"#;
    let (model, meter, columns) =
        (ScriptedModel::from_texts(&[answer]), CountingMeter::default(), columns());
    let request = DecideRequest {
        input: &input(),
        plan: &CompiledColumn::compile_plan(&columns),
        columns: &[0],
        serps: &serps,
        tried: &[],
        limit: 4,
        today: PartialDate::full(2026, 3, 14).unwrap(),
        meter: &meter,
    };
    let choice =
        ModelDecider::new(model_client(model.clone()), None).decide(&request).await.unwrap();
    let url = |place: ResultPosition| serps[place.serp].results[place.result].url.as_str();
    let read: Vec<&str> = choice.read.iter().map(|(place, _)| url(*place)).collect();
    assert_eq!(read, ["https://2.example/fern", "https://1.example/fern"]);
    assert!(choice.read.iter().all(|(_, entity)| *entity > 0.5));
    assert_eq!(choice.suggestions.len(), 1);
    assert_eq!(url(choice.suggestions[0].0), "https://0.example/fern");
    let prompt = &model.requests()[0].prompt;
    assert_eq!(prompt.matches("https://1.example/fern").count(), 1, "each address once");
}
