//! Request options in which models differ: how much to think, a temperature, a schema, the name of the
//! token limit. They start from the catalog's facts about the model; an option that the server refuses is
//! dropped, and stays dropped for that model.

use std::sync::{Mutex, PoisonError};

use ampledata_core::model::ModelName;
use serde_json::Value as Json;

use super::catalog::{Catalog, ModelFacts, SchemaSupport, ThinkingParameter};

/// Number of tokens for thoughts in addition to the answer, if the model was asked to think little.
const ROOM_LOW: u32 = 1_024;
/// The same, if nothing limits the model's thoughts.
const ROOM_UNLIMITED: u32 = 4_096;
/// The same, after thoughts used up the limit of an answer.
const ROOM_MAX: u32 = 16_384;

/// How much a request asks a model to think.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Thinking {
    /// Not specified.
    Unset,
    /// Gemini's `thinkingBudget` of 0: not at all.
    Off,
    /// Gemini's `thinkingLevel`.
    Level(String),
    /// `reasoning_effort`.
    Effort(String),
}

/// The field for the token limit of an answer in the OpenAI protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenLimitField {
    /// `max_completion_tokens`.
    Completion,
    /// `max_tokens`, which older servers know.
    Tokens,
    /// Both: servers that know one of them ignore the other.
    Both,
}

/// The options of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequestOptions {
    pub(super) thinking: Thinking,
    pub(super) sampling: bool,
    pub(super) schema: SchemaSupport,
    pub(super) token_limit_field: TokenLimitField,
    /// Number of tokens for thoughts in addition to the answer.
    pub(super) thinking_room: u32,
    max_output: Option<u32>,
}

/// An option that a server can refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RefusedOption {
    Thinking,
    Sampling,
    Schema,
    TokenLimit,
}

impl RequestOptions {
    fn for_model(model: &ModelName, bound: TokenLimitField) -> Self {
        let facts = Catalog::bundled().facts(model);
        let level = |facts: &ModelFacts| facts.levels.first().cloned();
        let thinking = facts.map_or(Thinking::Unset, |facts| match facts.thinking {
            ThinkingParameter::None => Thinking::Unset,
            ThinkingParameter::Budget => Thinking::Off,
            ThinkingParameter::Level => level(facts).map_or(Thinking::Unset, Thinking::Level),
            ThinkingParameter::Effort => level(facts).map_or(Thinking::Unset, Thinking::Effort),
        });
        let room = match &thinking {
            Thinking::Off | Thinking::Unset => 0,
            Thinking::Level(level) | Thinking::Effort(level) if level == "none" => 0,
            Thinking::Level(_) | Thinking::Effort(_) => ROOM_LOW,
        };
        Self {
            thinking,
            sampling: facts.is_none_or(|facts| facts.sampling),
            schema: facts.map(|facts| facts.schema).unwrap_or_default(),
            token_limit_field: bound,
            thinking_room: room,
            max_output: facts.and_then(|facts| facts.max_output),
        }
    }

    /// Maximum number of tokens of an answer, including thoughts.
    pub(super) fn answer_limit(&self, max_answer_tokens: u32, room: u32) -> u32 {
        let most = max_answer_tokens.saturating_add(room);
        self.max_output.map_or(most, |limit| most.min(limit.max(1)))
    }

    /// The option of a request that the server refuses.
    fn refused_option(&self, complaint: &OptionComplaint) -> Option<RefusedOption> {
        let has = |option: &RefusedOption| match option {
            RefusedOption::Thinking => self.thinking != Thinking::Unset,
            RefusedOption::Sampling => self.sampling,
            RefusedOption::Schema => self.schema != SchemaSupport::Prompt,
            // "max_tokens is too large" is about the number, not about the field.
            RefusedOption::TokenLimit => complaint.is_about_an_unknown_field(),
        };
        let options = [
            (RefusedOption::Thinking, &["think", "reasoning", "budget 0"][..]),
            (RefusedOption::Sampling, &["temperature", "top_p", "topp"][..]),
            (RefusedOption::TokenLimit, &["max_completion_tokens", "max_tokens"][..]),
            (
                RefusedOption::Schema,
                &["schema", "response_format", "response format", "json_object", "grammar", "mime"]
                    [..],
            ),
        ];
        let first =
            |words: &[&str], text: &str| words.iter().filter_map(|word| text.find(word)).min();
        // Gemini may name nothing: then the option that the newest models are least likely to support is
        // dropped first.
        if complaint.names_nothing() {
            return [RefusedOption::Thinking, RefusedOption::Sampling, RefusedOption::Schema]
                .into_iter()
                .find(has);
        }
        // The field that the server names decides, or else the first one that its message mentions.
        [&complaint.field, &complaint.message].into_iter().find_map(|text| {
            let found = options.iter().filter(|(option, _)| has(option));
            let found = found.filter_map(|(option, words)| Some((first(words, text)?, *option)));
            found.min_by_key(|(at, _)| *at).map(|(_, option)| option)
        })
    }

    fn without_option(mut self, refused: RefusedOption, complaint: &OptionComplaint) -> Self {
        match refused {
            RefusedOption::Thinking => {
                let requested = match &self.thinking {
                    Thinking::Level(level) | Thinking::Effort(level) => level.as_str(),
                    Thinking::Off | Thinking::Unset => "",
                };
                let next = complaint.lowest_supported(requested);
                self.thinking = match (self.thinking, next) {
                    (Thinking::Level(_), Some(level)) => Thinking::Level(level.to_owned()),
                    (Thinking::Effort(_), Some(effort)) => Thinking::Effort(effort.to_owned()),
                    _ => Thinking::Unset,
                };
                let room = if self.thinking == Thinking::Unset { ROOM_UNLIMITED } else { ROOM_LOW };
                self.thinking_room = self.thinking_room.max(room);
            }
            RefusedOption::Sampling => self.sampling = false,
            RefusedOption::Schema => {
                self.schema = match self.schema {
                    SchemaSupport::Strict if complaint.message.contains("strict") => {
                        SchemaSupport::BestEffort
                    }
                    SchemaSupport::Strict | SchemaSupport::BestEffort => SchemaSupport::Json,
                    SchemaSupport::Json | SchemaSupport::Prompt => SchemaSupport::Prompt,
                };
            }
            RefusedOption::TokenLimit => {
                let completion = complaint.text().find("max_completion_tokens");
                let tokens = complaint.text().find("max_tokens");
                let refuses_completion = match (completion, tokens) {
                    (Some(completion), Some(tokens)) => completion < tokens,
                    (completion, _) => completion.is_some(),
                };
                self.token_limit_field = if refuses_completion {
                    TokenLimitField::Tokens
                } else {
                    TokenLimitField::Completion
                };
            }
        }
        self
    }
}

/// A server's complaint about a request.
#[derive(Debug, Default)]
pub(super) struct OptionComplaint {
    /// The field that it names, in lower case; empty if it names none.
    field: String,
    /// Its message in lower case.
    message: String,
}

impl OptionComplaint {
    /// Parses `error` of an answer: `param` of the OpenAI protocol, `fieldViolations` of Gemini's, and
    /// the message.
    pub(super) fn parse(error: &Json, message: &str) -> Self {
        let violations = error.get("details").and_then(Json::as_array).into_iter().flatten();
        let violations = violations
            .filter_map(|detail| detail.get("fieldViolations")?.as_array()?.first()?.get("field"));
        let field = violations.into_iter().next().or_else(|| error.get("param"));
        Self {
            field: field.and_then(Json::as_str).unwrap_or_default().to_lowercase(),
            message: message.to_lowercase(),
        }
    }

    fn text(&self) -> &str {
        if self.field.is_empty() { &self.message } else { &self.field }
    }

    fn names_nothing(&self) -> bool {
        self.field.is_empty() && self.message.contains("request contains an invalid argument")
    }

    /// The lowest level or effort that the server reports as supported; `low` if it only reports that it
    /// does not support the requested one, which was lower. `None` if it does not support the option at
    /// all.
    fn lowest_supported(&self, requested: &str) -> Option<&'static str> {
        const LEVELS: [&str; 6] = ["none", "minimal", "default", "low", "medium", "high"];
        let lists = ["supported values are", "must be one of", "allowed values"];
        let listed = lists.iter().find_map(|words| self.message.split_once(words));
        let listed = listed.map_or("", |(_, listed)| listed);
        let words = listed.split(|c: char| !c.is_ascii_alphabetic());
        let offered = LEVELS.iter().find(|level| words.clone().any(|word| word == **level));
        let too_little =
            matches!(requested, "none" | "minimal") && self.message.contains(requested);
        offered.copied().or_else(|| too_little.then_some("low")).filter(|level| *level != requested)
    }

    fn is_about_an_unknown_field(&self) -> bool {
        let words =
            ["unsupported", "not supported", "unknown", "unrecognized", "extra", "unexpected"];
        words.iter().any(|word| self.message.contains(word))
    }
}

/// The options that a model supports, as far as they are known.
#[derive(Debug)]
pub(super) struct NegotiatedOptions(Mutex<RequestOptions>);

impl NegotiatedOptions {
    /// The options from the catalog's facts about the model.
    pub(super) fn for_model(model: &ModelName, bound: TokenLimitField) -> Self {
        Self(Mutex::new(RequestOptions::for_model(model, bound)))
    }

    pub(super) fn current(&self) -> RequestOptions {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Drops the option of a request that its server complains about. Returns whether the same request is
    /// worth sending again, also if another call has dropped the option in the meantime.
    pub(super) fn drop_refused(&self, sent: &RequestOptions, complaint: &OptionComplaint) -> bool {
        let Some(refused) = sent.refused_option(complaint) else { return false };
        let dropped = sent.clone().without_option(refused, complaint);
        if dropped == *sent {
            return false;
        }
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match refused {
            RefusedOption::Thinking if current.thinking == sent.thinking => {
                current.thinking = dropped.thinking;
                current.thinking_room = current.thinking_room.max(dropped.thinking_room);
            }
            RefusedOption::Sampling => current.sampling = false,
            RefusedOption::Schema if current.schema == sent.schema => {
                current.schema = dropped.schema;
            }
            RefusedOption::TokenLimit if current.token_limit_field == sent.token_limit_field => {
                current.token_limit_field = dropped.token_limit_field;
            }
            _ => {}
        }
        true
    }

    /// Gives thoughts more room after they used up a limit. Returns whether there is more now than that
    /// request had.
    pub(super) fn raise_thinking_room(&self, had: u32) -> bool {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if current.thinking_room <= had {
            current.thinking_room = had.saturating_mul(4).clamp(ROOM_UNLIMITED, ROOM_MAX);
        }
        current.thinking_room > had
    }
}

#[cfg(test)]
mod tests {
    use ampledata_core::model::ModelProvider;
    use serde_json::json;

    use super::*;

    fn negotiated(provider: ModelProvider, name: &str) -> NegotiatedOptions {
        NegotiatedOptions::for_model(&ModelName::new(provider, name), TokenLimitField::Completion)
    }

    fn complaint(message: &str) -> OptionComplaint {
        OptionComplaint::parse(&Json::Null, message)
    }

    #[test]
    fn the_field_that_is_named_decides_over_the_message() {
        let options = negotiated(ModelProvider::OpenAi, "some-model");
        let sent = options.current();
        let error = json!({"param": "temperature"});
        let said = "Unsupported value: with response_format only the default is supported.";
        assert!(options.drop_refused(&sent, &OptionComplaint::parse(&error, said)));
        let now = options.current();
        assert_eq!((now.sampling, now.schema), (false, SchemaSupport::Strict));
    }

    #[test]
    fn two_calls_that_are_refused_at_once_drop_one_option() {
        let options = negotiated(ModelProvider::Gemini, "gemini-3.5-flash-lite");
        let sent = options.current();
        assert_eq!(sent.thinking, Thinking::Level("minimal".into()));
        let said = complaint("Thinking level MINIMAL is not supported for this model.");
        assert!(options.drop_refused(&sent, &said) && options.drop_refused(&sent, &said));
        assert_eq!(options.current().thinking, Thinking::Level("low".into()));
        let sent = options.current();
        assert!(options.drop_refused(&sent, &said));
        assert_eq!(options.current().thinking, Thinking::Unset);
        assert_eq!(
            options.current().thinking_room,
            ROOM_UNLIMITED,
            "what nothing bounds gets more room"
        );
        assert!(!options.drop_refused(&options.current(), &said), "there is nothing left to drop");
    }

    #[test]
    fn the_least_effort_that_a_server_offers_is_taken() {
        let cases = [
            ("`reasoning_effort` must be one of `low`, `medium`, or `high`", Some("low")),
            ("`reasoning_effort` must be one of `none` or `default`", Some("none")),
            ("`reasoning_effort` is not supported with this model", None),
            (
                "Unsupported value: 'reasoning_effort' does not support 'minimal' with this model. \
                 Supported values are: 'none', 'low', 'medium', 'high', 'xhigh'.",
                Some("none"),
            ),
            ("think value \"minimal\" is not supported for this model, reasoning", Some("low")),
        ];
        for (said, expected) in cases {
            let options = negotiated(ModelProvider::OpenAi, "gpt-5-mini");
            assert!(options.drop_refused(&options.current(), &complaint(said)), "{said}");
            let expected = expected.map_or(Thinking::Unset, |level| Thinking::Effort(level.into()));
            assert_eq!(options.current().thinking, expected, "{said}");
        }
    }

    #[test]
    fn a_refusal_that_names_nothing_drops_one_option_after_the_other() {
        let options = negotiated(ModelProvider::Gemini, "gemini-2.5-flash");
        let said = complaint("Request contains an invalid argument.");
        let mut steps = Vec::new();
        while options.drop_refused(&options.current(), &said) {
            let now = options.current();
            steps.push((now.thinking == Thinking::Unset, now.sampling, now.schema));
        }
        let schema = |schema| (true, false, schema);
        let first = (true, true, SchemaSupport::Strict);
        let last = [SchemaSupport::Strict, SchemaSupport::Json, SchemaSupport::Prompt].map(schema);
        assert_eq!(steps, [&[first][..], &last].concat());
    }

    #[test]
    fn a_bound_changes_its_name_and_never_goes() {
        let options = NegotiatedOptions::for_model(
            &ModelName::new(ModelProvider::OpenAi, "o4-mini"),
            TokenLimitField::Both,
        );
        let too_large = complaint("max_tokens is too large: 20000. At most 16384 are allowed.");
        assert!(!options.drop_refused(&options.current(), &too_large));
        let said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
                    'max_completion_tokens' instead.";
        assert!(options.drop_refused(&options.current(), &complaint(said)));
        assert_eq!(options.current().token_limit_field, TokenLimitField::Completion);
        let said = "Unrecognized request argument supplied: max_completion_tokens";
        assert!(options.drop_refused(&options.current(), &complaint(said)));
        assert_eq!(options.current().token_limit_field, TokenLimitField::Tokens);
    }

    #[test]
    fn a_schema_is_given_up_step_by_step() {
        let options = negotiated(ModelProvider::Groq, "a-model-of-next-year");
        let steps = [
            ("`strict` is not supported for this schema", SchemaSupport::BestEffort),
            ("This model does not support response format `json_schema`.", SchemaSupport::Json),
            ("response_format json_object is unsupported", SchemaSupport::Prompt),
        ];
        for (said, left) in steps {
            assert!(options.drop_refused(&options.current(), &complaint(said)), "{said}");
            assert_eq!(options.current().schema, left, "{said}");
        }
    }

    #[test]
    fn thoughts_that_fill_the_bound_get_more_room_up_to_an_end() {
        let options = negotiated(ModelProvider::Groq, "openai/gpt-oss-120b");
        let first = options.current().thinking_room;
        assert!(first > 0 && options.raise_thinking_room(first));
        let second = options.current().thinking_room;
        assert!(second > first);
        assert!(options.raise_thinking_room(first), "another call has made the room already");
        assert_eq!(options.current().thinking_room, second);
        assert!(options.raise_thinking_room(second) && !options.raise_thinking_room(ROOM_MAX));
    }
}
