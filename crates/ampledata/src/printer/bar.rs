//! The progress of a run: a bar on a terminal, otherwise a line from time to time.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Printer;

/// How often a run without a terminal prints its progress.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows the progress of a run. Dropping it removes the bar.
#[derive(Debug)]
pub struct Bar<'a> {
    printer: &'a Printer,
    display: Display,
    begun: Instant,
    total: u64,
    /// Rows that were finished before this run; they do not count for its speed.
    before: u64,
}

#[derive(Debug)]
enum Display {
    Nothing,
    Bar(ProgressBar),
    Lines { last: Instant },
}

impl Printer {
    /// Starts showing the progress of a run of so many rows, `done` of which are finished already.
    pub fn bar(&self, total: u64, done: u64) -> Bar<'_> {
        let now = Instant::now();
        let display = if self.quiet {
            Display::Nothing
        } else if io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            bar.set_style(style());
            bar.set_position(done);
            bar.reset_eta();
            bar.enable_steady_tick(Duration::from_millis(250));
            *self.current() = Some(bar.clone());
            Display::Bar(bar)
        } else {
            Display::Lines { last: now }
        };
        Bar { printer: self, display, begun: now, total, before: done }
    }
}

fn style() -> ProgressStyle {
    let template = "{bar:30.green} {pos}/{len} rows · {msg} · {elapsed} elapsed, {eta} left";
    let style = ProgressStyle::with_template(template);
    style.expect("the template is a constant, and right").progress_chars("━╸─")
}

impl Bar<'_> {
    /// Shows that so many rows are finished and so many cells found, for so many billionths of a US dollar.
    pub fn update(&mut self, done: u64, cells: u64, cost_nano_usd: u64) {
        let rate = self.rows_per_second(done);
        let cost = if cost_nano_usd > 0 {
            format!(" · {:.4} USD", cost_nano_usd as f64 / 1e9)
        } else {
            String::new()
        };
        match &mut self.display {
            Display::Nothing => {}
            Display::Bar(bar) => {
                bar.set_position(done);
                bar.set_message(format!("{cells} cells found · {rate:.1} rows/s{cost}"));
            }
            Display::Lines { last } => {
                if last.elapsed() >= LINE_EVERY {
                    *last = Instant::now();
                    let total = self.total;
                    let left = remaining(total.saturating_sub(done), rate);
                    self.printer.note(&format!(
                        "{done}/{total} rows · {cells} cells found · {rate:.1} rows/s{cost}{left}"
                    ));
                }
            }
        }
    }

    fn rows_per_second(&self, done: u64) -> f64 {
        let seconds = self.begun.elapsed().as_secs_f64();
        if seconds > 0.0 { done.saturating_sub(self.before) as f64 / seconds } else { 0.0 }
    }
}

fn remaining(rows: u64, rate: f64) -> String {
    if rate > 0.0 { format!(" · about {:.0} s left", rows as f64 / rate) } else { String::new() }
}

impl Drop for Bar<'_> {
    fn drop(&mut self) {
        if let Display::Bar(bar) = &self.display {
            bar.finish_and_clear();
            *self.printer.current() = None;
        }
    }
}
