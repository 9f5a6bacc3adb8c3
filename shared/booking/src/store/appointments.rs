//! Appointments: claimed by one transaction, read, listed, asked to end.

use aws::{AwsError, Condition, Holder, Key, Position, Query, Stored, Write};
use graph::calendar::EventId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use types::{AppointmentId, BookingPageId, OrganizationId, TenantId};

use super::{
    AT, BookingStore, appointment_key, appointments_of,
    due::{DUE_AT, DUE_SHARD, shard_of},
    host_partition, pointer_key, sortable,
};
use crate::{Appointment, AppointmentState, BookingError, EndedBy, cells::cells, state::Step};

/// An appointment as it lies in the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    pk: String,
    sk: String,
    #[serde(flatten)]
    pub(crate) appointment: Appointment,
    #[serde(flatten)]
    pub(crate) progress: Progress,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_shard: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
}

/// How far the work on an appointment has come. What is none is left out: conditions ask whether it is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Progress {
    /// The intent: since then there may be an event with the appointment's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) posted_at: Option<Timestamp>,
    /// In whose calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) calendar: Option<CalendarId>,
    /// The event, as soon as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event_id: Option<EventId>,
    /// Its id in every calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ical_uid: Option<String>,
    /// The address of the mailbox that the event stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) organizer: Option<String>,
    /// Attempts that failed in passing since the last step.
    pub(crate) failures: u32,
    /// Who is at work.
    #[serde(flatten)]
    pub(crate) holder: Holder,
}

/// Whose calendar an event was made in (feature E11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CalendarId {
    pub(crate) tenant_id: TenantId,
    pub(crate) object_id: String,
}

/// Where an appointment lies.
#[derive(Debug, Serialize, Deserialize)]
struct Pointer {
    start: Timestamp,
}

/// A claimed cell.
#[derive(Debug, Serialize, Deserialize)]
struct CellItem {
    appointment_id: AppointmentId,
    /// The table's time to live, in seconds since 1970.
    expires_at: i64,
}

/// What came of a claim.
#[derive(Debug)]
pub(crate) enum Claim {
    /// The time is this appointment's.
    Won,
    /// This very appointment was claimed before.
    Before(Box<Appointment>),
    /// Another has some of the time.
    Taken,
}

/// Which appointments to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<AppointmentState>,
    /// Only booked on this page.
    pub page: Option<BookingPageId>,
    /// Only those that begin then or later.
    pub from: Option<Timestamp>,
    /// Only those that begin before.
    pub until: Option<Timestamp>,
}

/// Until then nobody else looks at an appointment that is being booked: the desk checks the calendar.
const AT_THE_DESK: SignedDuration = SignedDuration::from_secs(30);

/// How long claimed cells stay after the appointment's end. Nothing in the past is claimed.
const CELLS_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// How many appointments a filtered list looks at for one page of answers.
const LOOKED_AT: u32 = 100;
const LOOKS: u32 = 10;

impl BookingStore {
    /// Claims the time of an appointment for it and writes it down, all or nothing.
    pub(crate) async fn claim(&self, appointment: &Appointment) -> Result<Claim, BookingError> {
        let Appointment { organization_id, id, start, .. } = appointment;
        let Key { pk, sk } = appointment_key(organization_id, *start, id);
        let item = Item {
            pk,
            sk,
            appointment: appointment.clone(),
            progress: Progress::default(),
            due_shard: Some(shard_of(id)),
            due_at: Some((self.now() + AT_THE_DESK).as_second()),
        };
        let pointer = Stored::at(pointer_key(organization_id, id), Pointer { start: *start });
        let mut writes = vec![self.table.put(&pointer)?.when(Condition::new_item())];
        writes.push(self.table.put(&item)?.when(Condition::new_item()));
        let expires_at = (appointment.end + CELLS_KEPT).as_second();
        for key in cell_keys(appointment) {
            let cell = CellItem { appointment_id: id.clone(), expires_at };
            writes.push(self.table.put(&Stored::at(key, cell))?.when(Condition::new_item()));
        }
        match self.aws.transact(writes).await {
            Err(error) if error.is_condition_failed() => {
                let before = self.item(organization_id, id).await?;
                Ok(before.map_or(Claim::Taken, |item| Claim::Before(Box::new(item.appointment))))
            }
            result => Ok(result.map(|()| Claim::Won)?),
        }
    }

    /// Takes a claim back as if it had never been, unless somebody is at work on it already. Says whether it did.
    pub(crate) async fn take_back(&self, appointment: &Appointment) -> Result<bool, BookingError> {
        let Appointment { organization_id, id, start, .. } = appointment;
        let untouched = Condition::All(vec![
            Condition::equals("state", AppointmentState::Pending),
            Holder::nobody(),
            Condition::Absent("posted_at"),
        ]);
        let mut writes = self.release(appointment);
        writes.push(self.table.delete(appointment_key(organization_id, *start, id)).when(untouched));
        writes.push(self.table.delete(pointer_key(organization_id, id)));
        Ok(self.aws.transact_if(writes).await?)
    }

    /// The writes that give an appointment's cells back.
    pub(crate) fn release(&self, appointment: &Appointment) -> Vec<Write> {
        let own = || {
            Condition::Any(vec![
                Condition::Absent("appointment_id"),
                Condition::equals("appointment_id", &appointment.id),
            ])
        };
        cell_keys(appointment).map(|key| self.table.delete(key).when(own())).collect()
    }

    /// The cells of a host that are claimed within `from..until`.
    pub(crate) async fn claimed(
        &self,
        page: &crate::BookingPage,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<std::collections::HashSet<Timestamp>, BookingError> {
        let partition = host_partition(&page.organization_id, &page.terms.host);
        let (low, high) = (format!("{CELL}{}", sortable(from)), format!("{CELL}{}", sortable(until)));
        let query = Query::partition(&partition).between("sk", low, high);
        let stored: Vec<SortKey> = self.table.query_all(query).await?;
        Ok(stored.iter().filter_map(|key| key.sk.strip_prefix(CELL)?.parse().ok()).collect())
    }

    /// Reads an appointment.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn appointment(
        &self,
        organization: &OrganizationId,
        id: &AppointmentId,
    ) -> Result<Appointment, BookingError> {
        let item = self.item(organization, id).await?;
        Ok(item.ok_or(BookingError::NotFound("appointment"))?.appointment)
    }

    /// One portion of the organization's appointments that pass the filter, by their beginning, and the cursor
    /// of the next. A portion may be short, even empty, before the last.
    ///
    /// # Errors
    /// The store failed.
    pub async fn appointments(
        &self,
        organization: &OrganizationId,
        filter: &Filter,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<Appointment>, Option<String>), BookingError> {
        let pk = appointments_of(organization);
        let mut after = cursor.map(|cursor| Position::at(&pk, &format!("{AT}{cursor}")));
        let low = filter.from.map_or(AT.to_owned(), |from| format!("{AT}{}", sortable_up(from)));
        let high = filter.until.map_or("AT$".to_owned(), |until| format!("{AT}{}", sortable_up(until)));
        let mut passed = Vec::new();
        if high < low {
            return Ok((passed, None));
        }
        for _ in 0..LOOKS {
            let query = Query::partition(&pk).between("sk", &low, &high).limit(LOOKED_AT).after(after);
            let page = self.table.query::<Item>(query).await?;
            after = page.next;
            for item in page.items {
                if passed.len() == limit as usize {
                    let last: Option<&Appointment> = passed.last();
                    let cursor = last.map(|last| format!("{}#{}", sortable(last.start), last.id));
                    return Ok((passed, cursor));
                }
                if filter.passes(&item.appointment) {
                    passed.push(item.appointment);
                }
            }
            if after.is_none() {
                break;
            }
        }
        let next = after.and_then(|position| position.sort_key().strip_prefix(AT).map(str::to_owned));
        Ok((passed, next))
    }

    /// Begins to end an appointment; one that is ending or over is answered as it stands. The worker takes the
    /// event out of the calendar; send it a job, or the tick will.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn cancel(
        &self,
        organization: &OrganizationId,
        id: &AppointmentId,
        by: EndedBy,
    ) -> Result<Appointment, BookingError> {
        loop {
            let mut appointment = self.appointment(organization, id).await?;
            let Some(next) = appointment.state.after(Step::Cancel) else { return Ok(appointment) };
            let now = self.now();
            let update = self
                .table
                .update(appointment_key(organization, appointment.start, id))
                .set("state", next)?
                .set("ended_by", Some(&by))?
                .set("updated_at", now)?
                .set("failures", 0)?
                .set(DUE_SHARD, shard_of(id))?
                .set(DUE_AT, now.as_second())?
                .when(Condition::equals("state", appointment.state));
            match self.aws.write(update).await {
                // It took another step meanwhile.
                Err(error) if error.is_condition_failed() => {}
                result => {
                    result?;
                    appointment.state = next;
                    appointment.ended_by = Some(by);
                    appointment.updated_at = now;
                    return Ok(appointment);
                }
            }
        }
    }

    pub(crate) async fn item(
        &self,
        organization: &OrganizationId,
        id: &AppointmentId,
    ) -> Result<Option<Item>, AwsError> {
        let pointer: Option<Stored<Pointer>> = self.table.get(pointer_key(organization, id)).await?;
        let Some(pointer) = pointer else { return Ok(None) };
        self.table.get(appointment_key(organization, pointer.record.start, id)).await
    }
}

impl Filter {
    fn passes(&self, appointment: &Appointment) -> bool {
        self.state.is_none_or(|state| state == appointment.state)
            && self.page.as_ref().is_none_or(|page| *page == appointment.page_id)
    }
}

/// Only the key of an item.
#[derive(Debug, Deserialize)]
struct SortKey {
    sk: String,
}

const CELL: &str = "CELL#";

fn cell_keys(appointment: &Appointment) -> impl Iterator<Item = Key> {
    let partition = host_partition(&appointment.organization_id, &appointment.host);
    let cells = cells(appointment.start, appointment.end, appointment.buffer_minutes);
    cells.into_iter().map(move |cell| Key::new(partition.as_str(), format!("{CELL}{}", sortable(cell))))
}

/// Keys hold whole seconds: what begins within a second begins before its end.
fn sortable_up(instant: Timestamp) -> String {
    let is_whole = instant.subsec_nanosecond() == 0;
    let up = if is_whole { SignedDuration::ZERO } else { SignedDuration::from_secs(1) };
    sortable(instant.saturating_add(up).expect("only spans can fail"))
}
