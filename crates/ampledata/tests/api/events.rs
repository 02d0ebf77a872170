//! Jobs followed live through server-sent events.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use reqwest::Method;
use serde_json::Value;

use crate::place::{Place, ask_for_firms};

pub(crate) struct Event {
    pub(crate) name: String,
    id: Option<String>,
    pub(crate) data: Value,
}

/// All events until the stream ends.
pub(crate) async fn follow(place: &Place, job: &str, after: Option<&str>) -> Vec<Event> {
    let mut asked = place.request(Method::GET, &format!("/jobs/{job}/events"));
    if let Some(id) = after {
        asked = asked.header("last-event-id", id);
    }
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    answer.text().await.unwrap().split("\n\n").filter_map(event).collect()
}

fn event(text: &str) -> Option<Event> {
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.map(|line| line.trim().to_owned())
    };
    let data = serde_json::from_str(&field("data:")?).unwrap();
    Some(Event { name: field("event:")?, id: field("id:"), data })
}

/// All events, read by a client that disconnects after every few rows and resumes where it stopped.
async fn follow_in_pieces(place: &Place, job: &str, rows_a_piece: usize) -> Vec<Event> {
    let (mut seen, mut after): (Vec<Event>, Option<String>) = (Vec::new(), None);
    loop {
        let mut asked = place.request(Method::GET, &format!("/jobs/{job}/events"));
        if let Some(id) = &after {
            asked = asked.header("last-event-id", id);
        }
        let mut answer = asked.send().await.unwrap();
        let (mut text, mut rows) = (String::new(), 0);
        while rows < rows_a_piece {
            let Some(piece) = answer.chunk().await.unwrap() else { return seen };
            text.push_str(std::str::from_utf8(&piece).unwrap());
            while let Some((one, rest)) = text.split_once("\n\n") {
                let parsed = event(one);
                text = rest.to_owned();
                let Some(event) = parsed.filter(|_| rows < rows_a_piece) else { continue };
                rows += usize::from(event.id.is_some());
                after = event.id.clone().or(after);
                seen.push(event);
            }
        }
    }
}

/// Row events with their ids.
fn row_events(events: &[Event]) -> Vec<(&str, &Value)> {
    let rows = events.iter().filter(|event| event.name == "row");
    rows.map(|event| (event.id.as_deref().unwrap(), &event.data)).collect()
}

/// Commit and row of an id, by which ids are ordered.
fn order(id: &str) -> (u64, u64) {
    let (commit, row) = id.split_once('-').unwrap();
    (commit.parse().unwrap(), row.parse().unwrap())
}

fn last_stages(events: &[Event]) -> BTreeMap<u64, String> {
    let rows = events.iter().filter(|event| event.name == "row");
    rows.map(|event| {
        let stage = event.data["stage"].as_str().unwrap().to_owned();
        (event.data["index"].as_u64().unwrap(), stage)
    })
    .collect()
}

/// A client that polls late may miss intermediate stages, but all events come in order, once and under one
/// id, and the last event of each row is the same for every client: this.
fn agree<'a>(
    followers: impl Iterator<Item = &'a Vec<Event>>,
) -> BTreeMap<u64, (&'a str, &'a Value)> {
    let mut by_id = BTreeMap::new();
    let mut last_words: Option<BTreeMap<_, _>> = None;
    for events in followers {
        let rows = row_events(events);
        assert!(rows.is_sorted_by(|a, b| order(a.0) < order(b.0)), "{rows:?}");
        for (id, data) in &rows {
            assert_eq!(by_id.entry(*id).or_insert(*data), data, "{id}");
        }
        let last = rows.into_iter().map(|row| (row.1["index"].as_u64().unwrap(), row)).collect();
        assert_eq!(*last_words.get_or_insert_with(|| BTreeMap::clone(&last)), last);
        assert_eq!(events.last().unwrap().name, "end");
    }
    last_words.unwrap()
}

#[tokio::test]
async fn many_followers_miss_nothing_and_can_come_back() {
    let place = Place::with(&[("CONCURRENCY_ROW_ENRICHMENT_LIMIT", "2")]);
    let mut file = "name,city\n".to_owned();
    for number in 0..60 {
        writeln!(file, "Acme Widgets {number},Springfield").unwrap();
    }
    let (job, _) = place.upload("text/csv", &file).await;
    let followers = (0..200).map(|_| follow(&place, &job, None));
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
    agree(all.iter());
    // A client that reconnects after an event gets the later events, and only those.
    let replay = follow(&place, &job, None).await;
    let rows: Vec<_> = replay.iter().filter(|event| event.name == "row").collect();
    assert_eq!(rows.len(), 60);
    let rest = follow(&place, &job, rows[39].id.as_deref()).await;
    assert_eq!(rest.iter().filter(|event| event.name == "row").count(), 20);
    // A client that starts at the last event gets the job's status and no row.
    let last = place.get(&format!("/jobs/{job}")).await.is(200)["last_event"].clone();
    assert_eq!(last.as_str(), rows[59].id.as_deref());
    let now = format!("/jobs/{job}/events?after={}", last.as_str().unwrap());
    let answer = place.get(&now).await;
    let names: Vec<_> = answer.text.split("\n\n").filter_map(event).map(|one| one.name).collect();
    assert_eq!(names, ["progress", "end"]);
    // `Last-Event-ID` takes precedence over `after`.
    let came_back =
        place.request(Method::GET, &now).header("last-event-id", "0-0").send().await.unwrap();
    let events = came_back.text().await.unwrap();
    assert_eq!(events.matches("event: row").count(), 60);
    place.get(&format!("/jobs/{job}/events?after=x")).await.fails(400, "wrong_parameter");
    let wrong = place.request(Method::GET, &format!("/jobs/{job}/events"));
    let answer = wrong.header("last-event-id", "x").send().await.unwrap();
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn coming_back_again_and_again_shows_what_staying_shows() {
    let place = Place::with(&[("CONCURRENCY_ROW_ENRICHMENT_LIMIT", "2")]);
    let mut file = "name,city\n".to_owned();
    for number in 0..40 {
        writeln!(file, "Acme Widgets {number},Springfield").unwrap();
    }
    let (job, _) = place.upload("text/csv", &file).await;
    let start = async {
        place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    };
    let live = [follow(&place, &job, None), follow(&place, &job, None)];
    let (stayed, came_back, ()) =
        tokio::join!(futures::future::join_all(live), follow_in_pieces(&place, &job, 3), start);
    let last_words = agree(stayed.iter().chain([&came_back]));
    assert_eq!(last_words.len(), 40);
    // Once nothing changes, both see the same sequence, event by event.
    let whole = follow(&place, &job, None).await;
    for rows_a_piece in [1, 7, 40] {
        let pieces = follow_in_pieces(&place, &job, rows_a_piece).await;
        assert_eq!(row_events(&whole), row_events(&pieces));
        assert_eq!(pieces.last().unwrap().data, whole.last().unwrap().data);
    }
}
