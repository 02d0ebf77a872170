use std::process::Stdio;

use reqwest::Method;

use crate::place::{Answer, Place, corpus, program};

#[tokio::test]
async fn a_server_says_how_it_is_and_what_it_counts() {
    let place = Place::new();
    assert_eq!(place.get("//healthz").await.is(200)["status"], "ok");
    let ready = place.get("//readyz").await.is(200);
    assert_eq!(ready["checks"]["database"], "ok");
    let metrics = place.get("//metrics").await;
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    let counted = r#"ampledata_http_requests_total{method="GET",route="/readyz",status="200"} 1"#;
    assert!(metrics.text.contains(counted), "{}", metrics.text);
}

#[tokio::test]
async fn every_answer_has_an_id_and_security_headers() {
    let place = Place::new();
    let asked = place.request(Method::GET, "/nothing").header("x-request-id", "mine-1");
    let answer = Answer::of(asked.send().await.unwrap()).await;
    answer.fails(404, "no_such_route");
    assert_eq!(answer.header("x-request-id"), "mine-1");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("access-control-allow-origin").is_empty());
    let asked = place.request(Method::GET, "//healthz").header("x-request-id", "not mine\t");
    let answer = Answer::of(asked.send().await.unwrap()).await;
    assert_eq!(answer.header("x-request-id").len(), 36, "{answer:?}");
}

#[tokio::test]
async fn a_wrong_method_is_answered_with_the_right_ones() {
    let place = Place::new();
    let answer = Answer::of(place.request(Method::DELETE, "/me").send().await.unwrap()).await;
    answer.fails(405, "no_such_method");
    assert!(answer.header("allow").contains("GET"), "{answer:?}");
}

#[tokio::test]
async fn web_sites_may_call_only_where_they_are_named() {
    let place = Place::with(&[("CORS_ORIGINS", "https://app.example")]);
    for (origin, allowed) in [("https://app.example", true), ("https://evil.example", false)] {
        let asked = place
            .request(Method::OPTIONS, "/me")
            .header("origin", origin)
            .header("access-control-request-method", "GET");
        let answer = Answer::of(asked.send().await.unwrap()).await;
        assert_eq!(answer.header("access-control-allow-origin") == origin, allowed, "{answer:?}");
    }
}

#[tokio::test]
async fn whoever_asks_too_often_waits() {
    let place = Place::with(&[("RATE_LIMIT_PER_MINUTE", "2")]);
    place.get("/me").await.is(200);
    place.get("/me").await.is(200);
    let answer = place.get("/me").await;
    answer.fails(429, "rate_limited");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    place.get("//healthz").await.is(200);
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let place = Place::new();
    let mut asked = place.request(Method::GET, "/me");
    for number in 0..100 {
        asked = asked.header(format!("x-{number}"), "1");
    }
    assert_eq!(asked.send().await.unwrap().status(), 431);
}

#[test]
fn a_server_stops_in_good_order() {
    let (_, said) = Place::new().stop();
    assert!(said.contains("stopping"), "{said}");
}

#[test]
fn without_authentication_only_loopback_is_served() {
    let folder = corpus();
    let run = |settings: &[(&str, &str)], address: &str| {
        let mut command = program(&folder, settings, &["--addr", address]);
        let output = command.stdout(Stdio::null()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for address in ["0.0.0.0:0", "[::]:0"] {
        let (exit, said) = run(&[], address);
        assert!(exit == 2 && said.contains("error[auth_needed]"), "{said}");
    }
    let (exit, said) = run(&[("AUTH", "jwt")], "127.0.0.1:0");
    assert!(exit == 2 && said.contains("JWT_JWKS_URL is not set"), "{said}");
}

#[tokio::test]
async fn metrics_count_rows_and_calls() {
    let place = Place::new();
    let job = place.started().await;
    place.until(&job, "COMPLETED").await;
    let metrics = place.get("//metrics").await.text;
    for line in [
        "ampledata_rows{stage=\"COMPLETED\"} ",
        "ampledata_cells_found ",
        "ampledata_cells_total{outcome=\"found\"} 4",
        "ampledata_cells_total{outcome=\"absent\"} ",
        "ampledata_provider_calls{kind=\"search\",provider=\"corpus\",model=\"\",result=\"answered\"} ",
        "ampledata_provider_units{kind=\"crawl\",provider=\"corpus\",model=\"\",direction=\"out\"} ",
        "ampledata_cost_usd{kind=\"search\",provider=\"corpus\",model=\"\"} 0",
    ] {
        let counted =
            metrics.lines().any(|of| of.starts_with(line) && !of.ends_with("COMPLETED\"} 0"));
        assert!(counted, "{line} in {metrics}");
    }
}
