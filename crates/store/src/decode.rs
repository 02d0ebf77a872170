//! Decodes database rows into the types of this program. Names and encodings are the same in every database;
//! only the statements differ.

use std::sync::Arc;

use ampledata_core::page::ContentHash;
use ampledata_core::row::Stage;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::encoding::{unjson, unsigned};
use super::{
    ApiKey, Call, Caps, ChangeCursor, Correction, Delivery, DeliveryState, Entry, Error, Fetch,
    Job, JobId, ListedJob, MonthUsage, NewUpload, OpenRow, Owner, Paid, RowChange, RowCursor,
    RowId, Source, SourceId, SourceRow, Template, Upload, UploadState, Usage, UsageHistory,
    Webhook, text_enums,
};

/// Reads the columns of one row by name.
pub(super) trait Columns {
    fn integer_if_any(&self, name: &str) -> Result<Option<i64>, Error>;
    fn real(&self, name: &str) -> Result<f64, Error>;
    fn boolean(&self, name: &str) -> Result<bool, Error>;
    fn str_if_any(&self, name: &str) -> Result<Option<&str>, Error>;

    fn integer(&self, name: &str) -> Result<i64, Error> {
        self.integer_if_any(name)?.ok_or_else(|| missing(name))
    }

    fn str(&self, name: &str) -> Result<&str, Error> {
        self.str_if_any(name)?.ok_or_else(|| missing(name))
    }

    fn count(&self, name: &'static str) -> Result<u64, Error> {
        unsigned(name, self.integer(name)?)
    }

    fn count_if_any(&self, name: &'static str) -> Result<Option<u64>, Error> {
        self.integer_if_any(name)?.map(|number| unsigned(name, number)).transpose()
    }

    fn text(&self, name: &str) -> Result<String, Error> {
        self.str(name).map(str::to_owned)
    }

    fn text_if_any(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.str_if_any(name)?.map(str::to_owned))
    }

    fn time(&self, name: &str) -> Result<Timestamp, Error> {
        instant(self.integer(name)?)
    }

    fn time_if_any(&self, name: &str) -> Result<Option<Timestamp>, Error> {
        self.integer_if_any(name)?.map(instant).transpose()
    }

    fn stage(&self, name: &str) -> Result<Stage, Error> {
        text_enums::parse_stage(self.str(name)?)
    }

    /// A number out of range was not written by this program.
    fn small<T: TryFrom<i64>>(&self, name: &'static str) -> Result<T, Error> {
        small(name, self.integer(name)?)
    }

    fn small_if_any<T: TryFrom<i64>>(&self, name: &'static str) -> Result<Option<T>, Error> {
        self.integer_if_any(name)?.map(|number| small(name, number)).transpose()
    }

    fn json<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, Error> {
        unjson(name, self.str(name)?)
    }

    fn json_if_any<T: DeserializeOwned>(&self, name: &'static str) -> Result<Option<T>, Error> {
        self.str_if_any(name)?.map(|text| unjson(name, text)).transpose()
    }
}

fn missing(name: &str) -> Error {
    Error::Unreadable { what: "row of the database", reason: format!("there is no column {name}") }
}

fn small<T: TryFrom<i64>>(what: &'static str, number: i64) -> Result<T, Error> {
    T::try_from(number)
        .map_err(|_| Error::Unreadable { what, reason: format!("{number} is out of range") })
}

fn unknown(what: &'static str, name: &str) -> Error {
    Error::Unreadable { what, reason: format!("unknown: {name}") }
}

fn instant(milliseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_millisecond(milliseconds)
        .map_err(|error| Error::Unreadable { what: "time", reason: error.to_string() })
}

/// The database has an empty text for a call without a model, because models are part of keys.
fn model(read: &impl Columns) -> Result<Option<String>, Error> {
    Ok(read.text_if_any("model")?.filter(|model| !model.is_empty()))
}

pub(super) fn source(read: &impl Columns) -> Result<Source, Error> {
    Ok(Source {
        id: SourceId(read.text("id")?),
        owner: Owner(read.text("owner")?),
        name: read.text("name")?,
        content_hash: read.text("content_hash")?,
        columns: read.json("columns")?,
        ready: read.str("state")? == "ready",
        rows: read.count("rows")?,
        created_at: read.time("created_at")?,
    })
}

pub(super) fn fetch(read: &impl Columns) -> Result<Fetch, Error> {
    Ok(Fetch {
        crawler: read.text("crawler")?,
        url: read.text("url")?,
        final_url: read.text("final_url")?,
        hash: ContentHash(read.text("hash")?),
        content: read.text_if_any("content")?.map(ContentHash),
        reader_version: read.small("reader")?,
        content_type: read.text_if_any("content_type")?,
        at: read.time("fetched_at")?,
        fresh_until: read.time_if_any("fresh_until")?,
        etag: read.text_if_any("etag")?,
        last_modified: read.text_if_any("last_modified")?,
    })
}

pub(super) fn source_row(read: &impl Columns) -> Result<SourceRow, Error> {
    Ok(SourceRow {
        index: read.count("row_index")?,
        line: read.count("line")?,
        cells: read.json("cells")?,
        problem: read.text_if_any("problem")?,
    })
}

pub(super) fn job(read: &impl Columns) -> Result<Job, Error> {
    Ok(Job {
        id: JobId(read.text("id")?),
        owner: Owner(read.text("owner")?),
        source: SourceId(read.text("source")?),
        fingerprint: read.text("fingerprint")?,
        plan: Arc::new(read.json("plan")?),
        key: read.json("key_columns")?,
        context: read.json("context_columns")?,
        row_limit: read.count_if_any("row_limit")?,
        caps: Caps {
            job: read.count_if_any("max_cost_nano_usd")?,
            row: read.count_if_any("max_row_cost_nano_usd")?,
        },
        models: read.json_if_any("models")?.map(Arc::new),
        loaded: read.boolean("loaded")?,
        rows: read.count("rows")?,
        status: text_enums::parse_status(read.str("status")?)?,
        reason: read.text_if_any("reason")?,
        created_at: read.time("created_at")?,
        started_at: read.time_if_any("started_at")?,
        finished_at: read.time_if_any("finished_at")?,
    })
}

pub(super) fn listed_job(read: &impl Columns) -> Result<ListedJob, Error> {
    Ok(ListedJob {
        id: JobId(read.text("id")?),
        source: SourceId(read.text("source")?),
        source_name: read.text("source_name")?,
        status: text_enums::parse_status(read.str("status")?)?,
        reason: read.text_if_any("reason")?,
        rows: read.count("rows")?,
        created_at: read.time("created_at")?,
        started_at: read.time_if_any("started_at")?,
        finished_at: read.time_if_any("finished_at")?,
    })
}

/// A row without its journal. `places` are the columns that are retried.
pub(super) fn open_row(read: &impl Columns) -> Result<OpenRow, Error> {
    Ok(OpenRow {
        index: read.count("row_index")?,
        stage: read.stage("stage")?,
        cells: read.json("cells")?,
        only: read.json_if_any("places")?,
        journal: Vec::new(),
    })
}

pub(super) fn entry(read: &impl Columns) -> Result<Entry, Error> {
    Ok(Entry {
        turn: read.small("turn")?,
        step: read.small("step")?,
        step_mark: read.text("step_mark")?,
        outcome: read.json("outcome")?,
    })
}

pub(super) fn row_cursor(read: &impl Columns) -> Result<RowCursor, Error> {
    Ok(RowCursor { index: read.count("row_index")?, confidence: read.real("confidence")? })
}

pub(super) fn row_change(read: &impl Columns) -> Result<RowChange, Error> {
    Ok(RowChange {
        at: ChangeCursor { seq: read.count("seq")?, index: read.count("row_index")? },
        stage: read.stage("stage")?,
        found: read.count("found")?,
    })
}

pub(super) fn correction(read: &impl Columns) -> Result<Correction, Error> {
    Ok(Correction {
        row: read.count("row_index")?,
        column: read.small("place")?,
        by: read.text("by")?,
        at: read.time("at")?,
        old: read.json_if_any("old")?,
        new: read.json_if_any("new")?,
    })
}

fn call_kind(read: &impl Columns) -> Result<super::CallKind, Error> {
    let name = read.str("kind")?;
    let known = super::CallKind::ALL.into_iter().find(|kind| kind.name() == name);
    known.ok_or_else(|| unknown("kind of a call", name))
}

pub(super) fn usage(read: &impl Columns) -> Result<Usage, Error> {
    Ok(Usage {
        kind: call_kind(read)?,
        provider: read.text("provider")?,
        model: model(read)?,
        calls: read.count("calls")?,
        failed: read.count("failed")?,
        cached: read.count("cached")?,
        units_in: read.count("units_in")?,
        units_out: read.count("units_out")?,
        cost_nano_usd: read.count("cost_nano_usd")?,
    })
}

pub(super) fn month_usage(read: &impl Columns) -> Result<MonthUsage, Error> {
    Ok(MonthUsage {
        month: read.text("month")?,
        kind: call_kind(read)?,
        provider: read.text("provider")?,
        model: model(read)?,
        calls: read.count("calls")?,
        cached: read.count("cached")?,
        units_in: read.count("units_in")?,
        units_out: read.count("units_out")?,
        cost_nano_usd: read.count("cost_nano_usd")?,
    })
}

pub(super) fn paid(job: &JobId, read: &impl Columns) -> Result<Paid, Error> {
    Ok(Paid {
        call: Call {
            row: RowId { job: job.clone(), index: read.count("row_index")? },
            kind: call_kind(read)?,
            provider: read.text("provider")?,
            model: read.text_if_any("model")?,
            units_in: read.count("units_in")?,
            units_out: read.count("units_out")?,
            cost_nano_usd: read.count("cost_nano_usd")?,
            cached: read.boolean("cached")?,
            failed: read.boolean("failed")?,
            metered: true,
            reservation: None,
        },
        at: read.time("at")?,
    })
}

pub(super) fn usage_history(read: &impl Columns) -> Result<UsageHistory, Error> {
    let (calls, rows) = (read.count("calls")?, read.count("rows")?);
    Ok(UsageHistory {
        kind: call_kind(read)?,
        provider: read.text("provider")?,
        model: model(read)?,
        calls_per_row: calls as f64 / rows as f64,
        units_in: read.count("units_in")? as f64 / calls as f64,
        units_out: read.count("units_out")? as f64 / calls as f64,
        rows,
    })
}

pub(super) fn upload(read: &impl Columns) -> Result<Upload, Error> {
    let state = read.str("state")?;
    let known = UploadState::ALL.into_iter().find(|known| known.name() == state);
    Ok(Upload {
        promised: NewUpload {
            source: SourceId(read.text("source")?),
            job: JobId(read.text("job")?),
            owner: Owner(read.text("owner")?),
            name: read.text("name")?,
            content_type: read.text("content_type")?,
            length: read.count("length")?,
            expires_at: read.time("expires_at")?,
        },
        state: known.ok_or_else(|| unknown("state of an upload", state))?,
        problem: read.text_if_any("problem")?,
        created_at: read.time("created_at")?,
    })
}

pub(super) fn api_key(read: &impl Columns) -> Result<ApiKey, Error> {
    Ok(ApiKey {
        id: read.text("id")?,
        owner: Owner(read.text("owner")?),
        name: read.text("name")?,
        prefix: read.text("prefix")?,
        created_at: read.time("created_at")?,
        used_at: read.time_if_any("used_at")?,
        revoked_at: read.time_if_any("revoked_at")?,
    })
}

pub(super) fn template(read: &impl Columns) -> Result<Template, Error> {
    Ok(Template {
        id: read.text("id")?,
        owner: Owner(read.text("owner")?),
        name: read.text("name")?,
        columns: read.json("columns")?,
    })
}

pub(super) fn webhook(read: &impl Columns) -> Result<Webhook, Error> {
    Ok(Webhook {
        id: read.text("id")?,
        owner: Owner(read.text("owner")?),
        url: read.text("url")?,
        secret: read.text("secret")?,
        events: read.json("events")?,
        active: read.boolean("active")?,
        created_at: read.time("created_at")?,
    })
}

pub(super) fn delivery(read: &impl Columns) -> Result<Delivery, Error> {
    let state = read.str("state")?;
    let known = DeliveryState::ALL.into_iter().find(|known| known.name() == state);
    Ok(Delivery {
        id: read.count("id")?,
        webhook: read.text("webhook")?,
        event: read.text("event")?,
        payload: read.text("payload")?,
        attempts: read.small("attempts")?,
        state: known.ok_or_else(|| unknown("state of a delivery", state))?,
        next_at: read.time("next_at")?,
        status_code: read.small_if_any("status_code")?,
        problem: read.text_if_any("problem")?,
        created_at: read.time("created_at")?,
    })
}
