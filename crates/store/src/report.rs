//! The report of a job over all its rows.

use ampledata_core::row::Cell;
use async_trait::async_trait;

use super::decode::Columns;
use super::{Error, JobId, Owner};

/// The report of a job. Rows that share a result each count its cells, as in [`Progress`](super::Progress).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The columns of the plan that have cells, by index.
    pub columns: Vec<(usize, ColumnCounts)>,
    /// The sites of the pages that prove found cells, most frequent first, up to the requested number.
    pub sites: Vec<SiteCells>,
    /// The total number of sites.
    pub sites_in_all: u64,
}

/// The cells of a column by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ColumnCounts {
    /// Found cells by confidence: from 0 to 0.1, from 0.1 to 0.2 and so on; 1 is in the last.
    pub found: [u64; 10],
    /// No page that could be read has a value.
    pub absent: u64,
    /// A page that may have a value could not be read.
    pub blocked: u64,
    /// Sources of equal standing contradict each other.
    pub conflict: u64,
    /// Something failed.
    pub error: u64,
}

/// Found cells that are proven by a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteCells {
    /// The host of the pages without `www.`, in lower case; empty for pages of a folder; none if there is no
    /// page: the cell was set by a person, or imported from the old service.
    pub site: Option<String>,
    /// Number of cells.
    pub cells: u64,
}

/// Reports by the job's owner. Another owner's job is treated as missing: [`Error::NotFound`].
#[async_trait]
pub trait Reports {
    /// The report of the job so far, with at most this many sites. The database counts along indexes of the
    /// cells: about a second per million cells, without holding any in memory.
    async fn report(&self, owner: &Owner, job: &JobId, sites: u32) -> Result<Report, Error>;
}

/// Assembles a report from what the statements of a store counted.
pub(super) fn assemble<C: Columns>(counts: &[C], sites: &[C]) -> Result<Report, Error> {
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
        reason: format!("{outcome} at {tenth} tenths is not an outcome"),
    })
}

/// The site of the page that proves a cell, for [`SiteCells::site`].
pub(super) fn site_of(cell: &Cell) -> Option<String> {
    let url = &cell.evidence.as_ref()?.url;
    let Some((_, rest)) = url.split_once("://") else { return Some(String::new()) };
    // PostgreSQL does not accept NUL, which no host contains anyway.
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.replace(char::is_control, "").to_lowercase();
    Some(host.strip_prefix("www.").map(str::to_owned).unwrap_or(host))
}
