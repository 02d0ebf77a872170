//! Jobs followed live.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use reqwest::Method;
use serde_json::Value;

use crate::place::{Place, ask_for_firms};

struct Event {
    name: String,
    id: Option<String>,
    data: Value,
}

/// All events until the stream ends.
async fn follow(place: &Place, job: &str, after: Option<&str>) -> Vec<Event> {
    let mut asked = place.request(Method::GET, &format!("/jobs/{job}/events"));
    if let Some(id) = after {
        asked = asked.header("last-event-id", id);
    }
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let text = answer.text().await.unwrap();
    let events = text.split("\n\n").filter_map(|event| {
        let field = |name: &str| {
            let line = event.lines().find_map(|line| line.strip_prefix(name));
            line.map(|line| line.trim().to_owned())
        };
        let data = serde_json::from_str(&field("data:")?).unwrap();
        Some(Event { name: field("event:")?, id: field("id:"), data })
    });
    events.collect()
}

fn last_stages(events: &[Event]) -> BTreeMap<u64, String> {
    let rows = events.iter().filter(|event| event.name == "row");
    rows.map(|event| {
        let stage = event.data["stage"].as_str().unwrap().to_owned();
        (event.data["index"].as_u64().unwrap(), stage)
    })
    .collect()
}

#[tokio::test]
async fn many_followers_miss_nothing_and_can_come_back() {
    let place = Place::with(&[("CONCURRENCY_ROW_ENRICHMENT_LIMIT", "2")]);
    let mut file = "name,city\n".to_owned();
    for number in 0..60 {
        writeln!(file, "Acme Widgets {number},Springfield").unwrap();
    }
    let (job, _) = place.upload("text/csv", &file).await;
    let followers = (0..20).map(|_| follow(&place, &job, None));
    let start = async {
        place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    };
    let (all, ()) = tokio::join!(futures::future::join_all(followers), start);
    for events in &all {
        let stages = last_stages(events);
        assert_eq!(stages.len(), 60);
        assert!(stages.values().all(|stage| stage == "COMPLETED"), "{stages:?}");
        let end = events.last().unwrap();
        assert_eq!((end.name.as_str(), &end.data["status"]), ("end", &"COMPLETED".into()));
        assert_eq!(end.data["total_rows"], 60);
    }
    // Whoever comes back after an event gets what came after it, and only that.
    let replay = follow(&place, &job, None).await;
    let rows: Vec<_> = replay.iter().filter(|event| event.name == "row").collect();
    assert_eq!(rows.len(), 60);
    let rest = follow(&place, &job, rows[39].id.as_deref()).await;
    assert_eq!(rest.iter().filter(|event| event.name == "row").count(), 20);
    let wrong = place.request(Method::GET, &format!("/jobs/{job}/events"));
    let answer = wrong.header("last-event-id", "x").send().await.unwrap();
    assert_eq!(answer.status(), 400);
}
