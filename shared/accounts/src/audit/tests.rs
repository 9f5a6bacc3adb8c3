use jiff::SignedDuration;

use super::*;
use crate::stage::Stage;

async fn found(stage: &Stage, filter: &AuditFilter, limit: usize) -> Vec<(Timestamp, String)> {
    let (mut lines, mut cursor) = (Vec::new(), None);
    loop {
        let page = stage.accounts.find_in_audit(&stage.organization, filter, limit, cursor.as_deref()).await;
        let (entries, next) = page.expect("read");
        assert!(entries.len() <= limit);
        lines.extend(entries.into_iter().map(|entry| (entry.at, entry.field("event").expect("a name"))));
        match next {
            Some(next) => cursor = Some(next),
            None => return lines,
        }
    }
}

#[tokio::test]
async fn lines_are_found_by_user_by_event_and_by_time() {
    let stage = Stage::new().await;
    let begin = stage.accounts.now() + SignedDuration::from_mins(1);
    let users: [UserId; 2] = ["sato", "suzuki"].map(|id| id.parse().expect("an id"));
    for minute in 1..=6 {
        stage.clock.advance(SignedDuration::from_mins(1));
        let user_id = users[minute % 2].clone();
        let event = match minute {
            1..=4 => Event::UserUnlinked { user_id, feature: Feature::Contacts },
            _ => Event::UserRemoved { user_id },
        };
        stage.accounts.record(&stage.organization, &event).await.expect("logged");
    }
    let minute = |number: i64| begin + SignedDuration::from_mins(number - 1);
    let all = AuditFilter { since: Some(begin), ..AuditFilter::default() };
    let (unlinked, removed) = ("user_unlinked".to_owned(), "user_removed".to_owned());
    for (filter, expected) in [
        (
            AuditFilter { user: Some(users[0].clone()), ..all.clone() },
            &[(6, &removed), (4, &unlinked), (2, &unlinked)][..],
        ),
        (AuditFilter { event: Some(removed.clone()), ..all.clone() }, &[(6, &removed), (5, &removed)]),
        (AuditFilter { until: Some(minute(3)), ..all.clone() }, &[(2, &unlinked), (1, &unlinked)]),
        (
            AuditFilter { since: Some(minute(3)), until: Some(minute(5)), ..all.clone() },
            &[(4, &unlinked), (3, &unlinked)],
        ),
        (AuditFilter { event: Some("nothing".to_owned()), ..all.clone() }, &[]),
    ] {
        let expected: Vec<_> =
            expected.iter().map(|(number, name)| (minute(*number), (*name).clone())).collect();
        for limit in [1, 2, 100] {
            assert_eq!(found(&stage, &filter, limit).await, expected, "{filter:?} {limit}");
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_time_does_no_harm() {
    let stage = Stage::new().await;
    let now = stage.accounts.now();
    let hour = SignedDuration::from_hours(1);
    let around = AuditFilter { since: Some(now - hour), until: Some(now + hour), ..AuditFilter::default() };
    for (cursor, any) in [("0", false), ("~~", true), ("zz", true)] {
        let (lines, _) =
            stage.accounts.find_in_audit(&stage.organization, &around, 10, Some(cursor)).await.expect(cursor);
        assert_eq!(!lines.is_empty(), any, "{cursor}");
    }
}
