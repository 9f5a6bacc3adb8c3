//! Where events stand on a day: rows of a quarter of an hour, and lanes side by side where they overlap.

use std::fmt::Write as _;
use std::sync::LazyLock;

/// Rows of a day.
pub(super) const DAY: u16 = 24 * 4;
/// More lanes than these are drawn over each other.
const LANES: u16 = 4;
/// The least that an event takes, so that its subject can be read.
const SHORTEST: u16 = 2;

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The first row, counted from the top of what is shown, from 1.
    pub(super) row: u16,
    /// How many rows.
    pub(super) span: u16,
    /// Which of the lanes, from 1.
    pub(super) lane: u16,
    /// How many lanes there are at that time.
    pub(super) lanes: u16,
}

impl Place {
    /// The classes that put something there.
    pub(super) fn classes(&self) -> String {
        let Self { row, span, lane, lanes } = self;
        let narrow = if *lanes > 2 { " narrow" } else { "" };
        format!("r{row} s{span} l{lane}-{lanes}{narrow}")
    }
}

/// The places of events from so many minutes after midnight until so many; `first` is the row at the top.
/// The order of the events stays; it must be the one of their beginnings.
pub(super) fn places(times: &[(u16, u16)], first: u16) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    // Ends of the lanes of the events that overlap, one after the other, and where those events begin.
    let (mut ends, mut cluster): (Vec<u16>, usize) = (Vec::new(), 0);
    for (from, until) in times {
        let row = (from / 15).min(DAY - SHORTEST);
        let end = until.div_ceil(15).max(row + SHORTEST).min(DAY);
        if ends.iter().all(|taken| *taken <= row) {
            close(&mut places[cluster..], &ends);
            (ends, cluster) = (Vec::new(), places.len());
        }
        let free = ends.iter().position(|taken| *taken <= row);
        let lane = free.unwrap_or(ends.len());
        if free.is_none() {
            ends.push(end);
        }
        ends[lane] = end;
        let lane = u16::try_from(lane).unwrap_or(LANES).min(LANES - 1) + 1;
        places.push(Place { row: row.saturating_sub(first) + 1, span: end - row, lane, lanes: 1 });
    }
    close(&mut places[cluster..], &ends);
    places
}

fn close(cluster: &mut [Place], ends: &[u16]) {
    let lanes = u16::try_from(ends.len()).unwrap_or(LANES).clamp(1, LANES);
    cluster.iter_mut().for_each(|place| place.lanes = lanes);
}

/// The classes of the places: a page must not carry styles of its own.
pub(super) static STYLES: LazyLock<String> = LazyLock::new(|| {
    let mut css = String::new();
    // Writing to a text cannot fail.
    for row in 1..=DAY {
        let _ = writeln!(css, ".r{row}{{grid-row-start:{row}}}.s{row}{{grid-row-end:span {row}}}");
    }
    for lanes in 1..=LANES {
        let width = 12 / lanes;
        for lane in 1..=lanes {
            let start = (lane - 1) * width + 1;
            let _ = writeln!(css, ".l{lane}-{lanes}{{grid-column:{start}/span {width}}}");
        }
    }
    css
});

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(times: &[(u16, u16)]) -> Vec<(u16, u16)> {
        places(times, 0).iter().map(|place| (place.lane, place.lanes)).collect()
    }

    #[test]
    fn events_that_overlap_stand_side_by_side_and_others_take_the_whole_width() {
        let (ten, eleven, twelve) = (600, 660, 720);
        assert_eq!(lanes(&[(ten, eleven), (eleven, twelve)]), [(1, 1), (1, 1)]);
        assert_eq!(
            lanes(&[(ten, twelve), (ten, eleven), (eleven, twelve), (780, 840)]),
            [(1, 2), (2, 2), (2, 2), (1, 1)]
        );
        assert_eq!(lanes(&[(ten, twelve); 6])[5], (4, 4), "who is too many stands over the last one");
    }

    #[test]
    fn rows_are_quarters_and_no_event_is_too_low_to_be_read() {
        let place = |from, until| places(&[(from, until)], 32).remove(0);
        assert_eq!((place(600, 660).row, place(600, 660).span), (9, 4));
        assert_eq!(place(607, 608).span, 2);
        assert_eq!(place(1_439, 1_440).row + place(1_439, 1_440).span - 1, DAY - 32);
    }

    #[test]
    fn every_place_has_its_class() {
        for class in [".r1{", ".r96{", ".s96{", ".l1-1{", ".l4-4{"] {
            assert!(STYLES.contains(class), "{class}");
        }
    }
}
