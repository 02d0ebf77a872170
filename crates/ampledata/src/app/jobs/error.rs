//! What stops a use case of the API.

use ampledata_backend::{store, table};
use serde_json::{Value, json};
use thiserror::Error;

use crate::app;
use crate::app::error::RequestError;

/// Whose fault it is, and what can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request is wrong, and stays wrong.
    Request,
    /// The request may not be made.
    Denied,
    /// There is no such thing, for this owner.
    Missing,
    /// The thing is not in a state for it.
    State,
    /// The thing was there once.
    Gone,
    /// Too large.
    Size,
    /// A file of another kind than was announced.
    Kind,
    /// This version cannot do it.
    Unbuilt,
    /// The store cannot be used at the moment.
    Busy,
    /// The program is at fault.
    Inside,
}

/// What stops a use case of the API. Each has a stable [`code`](Error::code).
#[derive(Debug, Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// What stops other use cases too.
    #[error(transparent)]
    App(#[from] app::Error),
}

impl Error {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::App(error) => error.code(),
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Store(error) => store_fault(error),
            Self::App(error) => app_fault(error),
        }
    }

    /// What the failure is about, where there is more to say.
    pub fn details(&self) -> Option<Value> {
        match self {
            Self::App(app::Error::Request(RequestError::NoSuchColumn {
                name, headers, ..
            })) => Some(json!({ "column": name, "columns": headers })),
            _ => None,
        }
    }
}

fn store_fault(error: &store::Error) -> Fault {
    use store::Error as E;
    match error {
        E::DiskFull { .. }
        | E::Locked { .. }
        | E::InUse { .. }
        | E::ReadOnly { .. }
        | E::Open { .. }
        | E::Closed => Fault::Busy,
        _ => Fault::Inside,
    }
}

fn app_fault(error: &app::Error) -> Fault {
    match error {
        app::Error::Spec(_)
        | app::Error::Columns { .. }
        | app::Error::Request(_)
        | app::Error::Table { source: table::Error::Empty, .. } => Fault::Request,
        app::Error::Table { source, .. } => match source {
            table::Error::Open { .. } | table::Error::Read(_) => Fault::Inside,
            table::Error::TooLarge { .. } | table::Error::UnpacksTooLarge { .. } => Fault::Size,
            _ => Fault::Request,
        },
        app::Error::Store(error) => store_fault(error),
        _ => Fault::Inside,
    }
}
