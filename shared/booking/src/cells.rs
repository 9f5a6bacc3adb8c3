//! Cells: the five minutes by which time is claimed, one cell by one appointment of a host.

use jiff::{SignedDuration, Timestamp};

const CELL: i64 = 300;

/// The cells of an appointment and the buffer after it, by their first instants. Those of two appointments have
/// none in common exactly when the earlier one and its buffer end before the later begins.
pub(crate) fn cells(start: Timestamp, end: Timestamp, buffer_minutes: u16) -> Vec<Timestamp> {
    let end = end + SignedDuration::from_mins(buffer_minutes.into());
    let first = start.as_second().div_euclid(CELL);
    let after = end.as_second().div_euclid(CELL) + i64::from(end.as_second().rem_euclid(CELL) > 0);
    let instant = |cell: i64| Timestamp::from_second(cell * CELL).expect("between two instants");
    (first..after).map(instant).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meeting_has_the_cells_of_its_time_and_buffer() {
        let at = |text: &str| format!("2026-11-24T{text}:00Z").parse::<Timestamp>().unwrap();
        for (start, end, buffer, first, last, count) in [
            ("01:00", "01:30", 0, "01:00", "01:25", 6),
            ("01:00", "01:30", 15, "01:00", "01:40", 9),
            ("01:02", "01:08", 0, "01:00", "01:05", 2),
            ("01:00", "01:05", 0, "01:00", "01:00", 1),
        ] {
            let cells = cells(at(start), at(end), buffer);
            assert_eq!((cells[0], cells[cells.len() - 1], cells.len()), (at(first), at(last), count));
        }
        let longest = cells(at("01:00"), at("05:00"), 120);
        assert_eq!(longest.len(), 72, "with the appointment and its pointer they fit one transaction");
    }
}
