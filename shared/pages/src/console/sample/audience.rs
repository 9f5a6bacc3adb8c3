//! Groups that switch features on.

use types::Feature;

use super::at;
use crate::{
    Failure,
    console::{
        Audience, AudienceFault, AudienceForm, ChosenGroup, GroupHeadcount, GroupState, Notice, Page, Problem,
    },
};

const GROUP: &str = "6e0c7a1e-4b7d-4c5e-9f10-2a6f0c1d3b55";

pub(super) fn pages() -> [(&'static str, Page); 5] {
    [
        ("console-audience", current().into()),
        ("console-audience-new", fresh().into()),
        ("console-audience-stopped", stopped().into()),
        ("console-audience-refused", refused().into()),
        ("console-audience-faulty", faulty().into()),
    ]
}

/// A group that was read.
fn current() -> Audience {
    Audience {
        tenant_id: "72f988bf-86f1-41af-91ab-2d7cd011db47".to_owned(),
        feature: Feature::Mail,
        chosen: Some(ChosenGroup {
            group_id: GROUP.to_owned(),
            state: GroupState::Current,
            read_at: Some(at("2026-11-22T02:10:00Z")),
            headcount: Some(GroupHeadcount { members: 12, users: 10, excluded: 1, unknown: 2 }),
        }),
        form: AudienceForm { group_id: GROUP.to_owned(), excluded: "u-17".to_owned(), fault: None },
        notice: Some(Notice::AudienceSaved),
    }
}

/// Before the first group.
fn fresh() -> Audience {
    let form = AudienceForm::default();
    Audience {
        feature: Feature::Contacts,
        chosen: None,
        form,
        notice: Some(Notice::AudienceRemoved),
        ..current()
    }
}

/// A group that is gone.
fn stopped() -> Audience {
    let state = GroupState::Stopped(problem(Failure::GroupNotFound, "group_not_found"));
    let chosen = current().chosen.map(|chosen| ChosenGroup { state, ..chosen });
    Audience { chosen, notice: None, ..current() }
}

/// Without the permission to read groups.
fn refused() -> Audience {
    let fault = AudienceFault::Refused(problem(Failure::GroupsNotPermitted, "groups_not_permitted"));
    Audience { form: AudienceForm { fault: Some(fault), ..current().form }, notice: None, ..fresh() }
}

/// Somebody is excluded who is no user.
fn faulty() -> Audience {
    let fault = AudienceFault::NoSuchUser("nobody@contoso.example".to_owned());
    let waiting = current().chosen.map(|chosen| ChosenGroup {
        state: GroupState::Waiting,
        read_at: None,
        headcount: None,
        ..chosen
    });
    Audience {
        chosen: waiting,
        form: AudienceForm { fault: Some(fault), ..current().form },
        notice: None,
        ..current()
    }
}

fn problem(failure: Failure, code: &str) -> Problem {
    Problem { failure, code: Some(code.to_owned()) }
}
