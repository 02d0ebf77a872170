//! What a new user has: two keys, and providers that answer as they do today. Each run ends with a finished
//! job or with one clear sentence.

use std::sync::atomic::Ordering;

use serde_json::Value as Json;

use crate::web::{FILLED, Scene};

/// One error, with its code and these words.
fn one_sentence(stderr: &str, code: &str, words: &[&str]) {
    assert_eq!(stderr.matches("error[").count(), 1, "{stderr}");
    assert!(stderr.contains(&format!("error[{code}]")), "{stderr}");
    for word in words {
        assert!(stderr.contains(word), "{word}: {stderr}");
    }
}

fn setting(stdout: &str, name: &str) -> String {
    let settings: Vec<Json> = serde_json::from_str(stdout).unwrap();
    let found = settings.iter().find(|setting| setting["name"] == name).unwrap();
    found["value"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_two_keys_alone_are_enough() {
    let scene = Scene::new().await;
    let ran = scene.run(&[]).await.exits(0);
    assert_eq!(scene.out(), FILLED, "{}", ran.stderr);
    let said = "models: patterns gemini:gemini-3.5-flash-lite, decisions groq:openai/gpt-oss-120b, \
                values gemini:gemini-3.5-flash-lite";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    // Each provider is asked once a day what it has, by whatever command.
    assert_eq!(scene.web.listings.load(Ordering::SeqCst), 2);
    scene.run(&["--fresh"]).await.exits(0);
    let config = scene.command(&["config", "--json"]).await.exits(0);
    assert_eq!(setting(&config.stdout, "EXTRACTION_MODEL"), "gemini:gemini-3.5-flash-lite");
    assert_eq!(setting(&config.stdout, "DECISION_MODEL"), "groq:openai/gpt-oss-120b");
    assert_eq!(scene.web.listings.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_default_that_is_gone_gives_way_to_the_next() {
    let scene = Scene::new().await;
    *scene.web.models.lock().unwrap() =
        [vec!["gemini-3.8-flash", "gemini-9-flash"], vec!["openai/gpt-oss-20b"]];
    let ran = scene.run(&[]).await.exits(0);
    assert_eq!(scene.out(), FILLED, "{}", ran.stderr);
    let asked = scene.web.asked.lock().unwrap().clone();
    assert!(
        asked.iter().all(|model| ["gemini-3.8-flash", "openai/gpt-oss-20b"].contains(&&**model))
    );
}

#[tokio::test]
async fn without_any_default_the_settings_to_change_are_named() {
    let scene = Scene::new().await;
    scene.web.models.lock().unwrap()[1] = vec!["a-model-of-2028", "whisper-large-v4"];
    let ran = scene.run(&[]).await.exits(2);
    let words =
        ["groq has none of the default models", "DECISION_MODEL=groq:NAME", "a-model-of-2028"];
    one_sentence(&ran.stderr, "provider_model_unknown", &words);
    assert_eq!(scene.web.paid(), 0);
    scene.place.write("ampledata.toml", "decision_model = \"groq:a-model-of-2028\"\n");
    scene.run(&[]).await.exits(0);
    assert_eq!(scene.out(), FILLED);
}

#[tokio::test]
async fn a_named_model_that_is_gone_is_not_swapped_but_said() {
    let scene = Scene::new().await;
    scene.place.write("ampledata.toml", "decision_model = \"groq:llama-3.3-70b-versatile\"\n");
    let ran = scene.run(&[]).await.exits(2);
    let words = ["llama-3.3-70b-versatile (retired on 2026-08-16)", "groq:openai/gpt-oss-120b"];
    one_sentence(&ran.stderr, "provider_model_unknown", &words);
    assert_eq!(scene.web.paid(), 0, "before the first search");
}

#[tokio::test]
async fn a_named_model_that_retires_soon_is_warned_of() {
    let scene = Scene::new().await;
    scene.place.write("ampledata.toml", "extraction_model = \"gemini:gemini-2.5-flash\"\n");
    let ran = scene.run(&[]).await.exits(0);
    assert_eq!(scene.out(), FILLED, "{}", ran.stderr);
    for words in
        ["gemini:gemini-2.5-flash", "2026-12-01", "EXTRACTION_MODEL=gemini:gemini-3.5-flash-lite"]
    {
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
    }
    let doctor = scene.command(&["doctor"]).await.exits(0);
    assert!(doctor.stdout.contains("2026-12-01"), "{}", doctor.stdout);
}

#[tokio::test]
async fn a_key_that_is_refused_is_said_before_anything_is_paid() {
    let scene = Scene::new().await;
    scene.refuse_keys(401);
    let ran = scene.run(&[]).await.exits(2);
    one_sentence(&ran.stderr, "provider_key_refused", &["gemini does not accept the key"]);
    assert_eq!(scene.web.paid(), 0);
}

#[tokio::test]
async fn a_model_without_schemas_gets_it_in_the_prompt() {
    let scene = Scene::new().await;
    scene.web.without_schema.store(true, Ordering::SeqCst);
    let ran = scene.run(&[]).await.exits(0);
    assert_eq!(scene.out(), FILLED, "{}", ran.stderr);
}

#[tokio::test]
async fn a_model_that_takes_other_levels_of_thinking_is_asked_all_the_same() {
    let scene = Scene::new().await;
    scene.place.write("ampledata.toml", "extraction_model = \"gemini:gemini-3.8-flash\"\n");
    let ran = scene.run(&[]).await.exits(0);
    assert_eq!(scene.out(), FILLED, "{}", ran.stderr);
}

#[tokio::test]
async fn reasoning_that_eats_the_bound_gets_room_and_is_in_the_ledger() {
    let scene = Scene::new().await;
    scene.web.thoughts.store(4_000, Ordering::SeqCst);
    let ran = scene.run(&["--json"]).await.exits(0);
    assert_eq!(scene.out(), FILLED, "{}", ran.stderr);
    // Three decisions with 4,020 tokens out at 0.60 USD per million cost 0.0072 USD, beside 0.0030 USD for
    // the searches; without the thoughts they would cost a hundredth of that.
    let said = ran.stderr.lines().find(|line| line.contains(" USD for ")).unwrap();
    let spent: f64 = said.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
    assert!(spent > 0.0102, "{said}");
}

#[tokio::test]
async fn a_model_that_vanishes_in_mid_run_pauses_the_job_until_another_is_named() {
    let scene = Scene::new().await;
    scene.web.drops_after.store(1, Ordering::SeqCst);
    let ran = scene.run(&[]).await.exits(1);
    let words =
        ["groq does not have the model openai/gpt-oss-120b", "--model groq:openai/gpt-oss-20b"];
    one_sentence(&ran.stderr, "job_paused", &words[..1]);
    assert!(ran.stderr.contains(words[1]), "{}", ran.stderr);
    // The same command says it before anything is paid, and does not swap the model by itself.
    let paid = scene.web.paid();
    let ran = scene.run(&[]).await.exits(2);
    one_sentence(&ran.stderr, "provider_model_unknown", &words[..1]);
    assert_eq!(scene.web.paid(), paid);
    let decided = scene.web.decisions.load(Ordering::SeqCst);
    scene.run(&["--model", "groq:openai/gpt-oss-20b"]).await.exits(0);
    assert_eq!(scene.out(), FILLED);
    assert!(scene.web.decisions.load(Ordering::SeqCst) <= decided + 3, "what was done is kept");
}

#[tokio::test]
async fn a_resumed_job_goes_on_with_its_models_though_the_defaults_have_changed() {
    let scene = Scene::new().await;
    let ran = scene.run(&["--max-cost", "0.004"]).await.exits(1);
    assert!(ran.stderr.contains("error[job_paused]"), "{}", ran.stderr);
    // A day later Gemini has another model of the list, and the first one still.
    scene.forget_lists();
    scene.web.asked.lock().unwrap().clear();
    scene.run(&["--max-cost", "1"]).await.exits(0);
    assert_eq!(scene.out(), FILLED);
    let asked = scene.web.asked.lock().unwrap().clone();
    let models = ["gemini-3.5-flash-lite", "openai/gpt-oss-120b"];
    assert!(asked.iter().all(|model| models.contains(&&**model)), "{asked:?}");
}

#[tokio::test]
async fn another_model_is_asked_only_where_it_is_said_for_what() {
    let scene = Scene::new().await;
    let ran = scene.run(&["--model", "groq:openai/gpt-oss-20b"]).await.exits(2);
    one_sentence(&ran.stderr, "model_role_needed", &["decisions="]);
    for wrong in ["decision=groq:x", "groq", "mistral:x", "values=groq:a b"] {
        let ran = scene.run(&["--model", wrong]).await.exits(2);
        assert!(ran.stderr.contains("--model"), "{}", ran.stderr);
    }
    scene.run(&["--model", "values=groq:openai/gpt-oss-20b", "--dry-run"]).await.exits(0);
    assert_eq!(scene.web.paid(), 0);
}

#[tokio::test]
async fn a_list_of_models_in_the_data_directory_is_not_trusted() {
    let scene = Scene::new().await;
    scene.run(&["--dry-run"]).await.exits(0);
    let path = scene.place.path(".ampledata").join("model-lists.json");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("secret"), "{text}");
    let asked = scene.web.listings.load(Ordering::SeqCst);
    // Not JSON; from the future; names that would break a terminal or an address.
    for bad in [
        "{".to_owned(),
        text.replace("\"asked_at\":\"20", "\"asked_at\":\"21"),
        text.replace("openai/gpt-oss-120b", "openai/gpt-oss-120b\\u001b[31m"),
    ] {
        std::fs::write(&path, bad).unwrap();
        let ran = scene.run(&["--dry-run"]).await.exits(0);
        assert!(!ran.stderr.contains("120b\u{1b}[31m"), "{:?}", ran.stderr);
    }
    assert!(scene.web.listings.load(Ordering::SeqCst) >= asked + 4);
}
