//! Rows in the order in which they are started.

use std::collections::VecDeque;

use crate::contract::Ranges;

/// Waiting rows as ranges, so that a million of them need little memory.
#[derive(Debug, Default)]
pub(super) struct Queue {
    ranges: VecDeque<[u64; 2]>,
}

impl Queue {
    pub(super) fn of(ranges: Ranges) -> Self {
        Self { ranges: ranges.into() }
    }

    pub(super) fn extend(&mut self, ranges: Ranges) {
        self.ranges.extend(ranges);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The next rows, up to a maximum.
    pub(super) fn take(&mut self, most: u64) -> Ranges {
        let (mut taken, mut room) = (Ranges::new(), most);
        while room > 0 {
            let Some([first, last]) = self.ranges.pop_front() else { break };
            let end = last.min(first.saturating_add(room - 1));
            room -= end - first + 1;
            taken.push([first, end]);
            if end < last {
                self.ranges.push_front([end + 1, last]);
            }
        }
        taken
    }

    /// The next row.
    pub(super) fn pop(&mut self) -> Option<u64> {
        self.take(1).first().map(|[row, _]| *row)
    }

    /// All remaining rows.
    pub(super) fn rest(&mut self) -> Ranges {
        std::mem::take(&mut self.ranges).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_handed_out_in_order_and_cut_where_they_do_not_fit() {
        let mut queue = Queue::of(vec![[0, 2], [5, 5], [7, 20]]);
        assert_eq!(queue.take(5), [[0, 2], [5, 5], [7, 7]]);
        assert_eq!(queue.pop(), Some(8));
        queue.extend(vec![[30, 30]]);
        assert_eq!(queue.rest(), [[9, 20], [30, 30]]);
        assert!(queue.is_empty());
        assert_eq!(queue.pop(), None);
    }
}
