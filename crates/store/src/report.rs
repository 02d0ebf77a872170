//! What a job came to, counted over all its rows.

use ampledata_core::row::Cell;
use async_trait::async_trait;

use super::decode::Columns;
use super::{Error, JobId, Owner};

/// What a job came to. A cell counts as often as rows have it: those that share a result each count its
/// cells, as in [`Progress`](super::Progress).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The columns of the plan that have cells, by their place in it.
    pub columns: Vec<(usize, ColumnCounts)>,
    /// The sites of the pages that prove found cells, the most frequent first, at most as many as were
    /// asked for.
    pub sites: Vec<SiteCells>,
    /// How many sites there are in all.
    pub sites_in_all: u64,
}

/// The cells of a column by how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ColumnCounts {
    /// Found cells by their confidence: those from 0 to 0.1, from 0.1 to 0.2 and so on; 1 is in the last.
    pub found: [u64; 10],
    /// What could be read does not hold it.
    pub absent: u64,
    /// A page that may hold it could not be read.
    pub blocked: u64,
    /// Sources of equal standing contradict each other.
    pub conflict: u64,
    /// Something failed on the way.
    pub error: u64,
}

/// Found cells that a site proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteCells {
    /// The host of the pages without `www.`, in lower case; empty for pages of a folder; none where no
    /// page is named: the cell was set by a person, or taken over from the old service.
    pub site: Option<String>,
    /// How many.
    pub cells: u64,
}

/// Reports, by the owner of the job. Where the job is another's, it is as if there were none:
/// [`Error::NotFound`].
#[async_trait]
pub trait Reports {
    /// What the job came to so far, with at most so many sites. The database counts along indexes of the
    /// cells: about a second for a million of them, and no memory for any.
    async fn report(&self, owner: &Owner, job: &JobId, sites: u32) -> Result<Report, Error>;
}

/// Puts together what the statements of a store counted.
pub(super) fn assembled<C: Columns>(counts: &[C], sites: &[C]) -> Result<Report, Error> {
    let mut report = Report::default();
    for counted in counts {
        let place = counted.small("place")?;
        let cells = counted.count("cells")?;
        if report.columns.last().is_none_or(|(last, _)| *last != place) {
            report.columns.push((place, ColumnCounts::default()));
        }
        if let Some((_, column)) = report.columns.last_mut() {
            *slot(column, counted.str("outcome")?, counted.small("tenth")?)? += cells;
        }
    }
    for counted in sites {
        report.sites_in_all = counted.count("sites")?;
        let site = counted.text_if_any("site")?;
        report.sites.push(SiteCells { site, cells: counted.count("cells")? });
    }
    Ok(report)
}

fn slot<'a>(
    column: &'a mut ColumnCounts,
    outcome: &str,
    tenth: usize,
) -> Result<&'a mut u64, Error> {
    let slot = match outcome {
        "found" => column.found.get_mut(tenth),
        "absent" => Some(&mut column.absent),
        "blocked" => Some(&mut column.blocked),
        "conflict" => Some(&mut column.conflict),
        "error" => Some(&mut column.error),
        _ => None,
    };
    slot.ok_or_else(|| Error::Unreadable {
        what: "cell",
        reason: format!("{outcome} at {tenth} tenths is no outcome"),
    })
}

/// The site whose page proves a cell, as [`SiteCells::site`] has it.
pub(super) fn site_of(cell: &Cell) -> Option<String> {
    let url = &cell.evidence.as_ref()?.url;
    let Some((_, rest)) = url.split_once("://") else { return Some(String::new()) };
    // PostgreSQL takes no NUL; nothing of the kind is in the name of a host.
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.replace(char::is_control, "").to_lowercase();
    Some(host.strip_prefix("www.").map(str::to_owned).unwrap_or(host))
}
