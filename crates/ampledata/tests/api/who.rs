use reqwest::Method;

use crate::place::{Answer, Place};

const KEYS: (&str, &str) =
    ("API_KEYS", "ann:ann-0123456789abcdef0123,bob:bob-0123456789abcdef0123");

#[tokio::test]
async fn keys_open_what_belongs_to_their_owner() {
    let mut place = Place::with(&[("AUTH", "api-keys"), KEYS]);
    place.get("/me").await.fails(401, "unauthorized");
    assert_eq!(place.get("/me").await.header("www-authenticate"), "Bearer");
    place.acting("ann-0123456789abcdef0124").get("/me").await.fails(401, "unauthorized");
    let me = place.acting("ann-0123456789abcdef0123").get("/me").await.is(200);
    assert_eq!(me, serde_json::json!({ "owner": "ann", "auth": "api-key" }));
    let me = place.acting("bob-0123456789abcdef0123").get("/me").await.is(200);
    assert_eq!(me["owner"], "bob");
}

#[tokio::test]
async fn without_keys_a_page_of_another_site_is_refused() {
    let place = Place::new();
    assert_eq!(place.get("/me").await.is(200)["owner"], "local");
    for (name, value) in [("origin", "http://evil.example"), ("host", "evil.example:80")] {
        let asked = place.request(Method::GET, "/me").header(name, value);
        Answer::of(asked.send().await.unwrap()).await.fails(403, "foreign_origin");
    }
}
