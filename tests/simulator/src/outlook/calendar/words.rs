//! The words of the calendar pages.

use crate::model::mailbox::{Answer, AttendeeKind};

/// Everything that only the calendar pages say.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) previous: &'static str,
    pub(super) next: &'static str,
    pub(super) this_week: &'static str,
    pub(super) empty: &'static str,
    pub(super) nearest: &'static str,
    pub(super) pick: &'static str,
    pub(super) no_subject: &'static str,
    pub(super) all_day: &'static str,
    pub(super) cancelled: &'static str,
    pub(super) series: &'static str,
    pub(super) private: &'static str,
    pub(super) location: &'static str,
    pub(super) join: &'static str,
    pub(super) teams: &'static str,
    pub(super) teams_pending: &'static str,
    pub(super) organizer: &'static str,
    pub(super) attendees: &'static str,
    pub(super) own_answer: &'static str,
    pub(super) written_in: &'static str,
    tentative: &'static str,
    free: &'static str,
    away: &'static str,
    elsewhere: &'static str,
    answers: [&'static str; 5],
    optional: &'static str,
    resource: &'static str,
    japanese: bool,
}

impl Words {
    /// The words of a language.
    pub(super) fn of(japanese: bool) -> &'static Self {
        if japanese { &JAPANESE } else { &ENGLISH }
    }

    /// How the time counts, where that is not simply busy.
    pub(super) fn shown_as(&self, show_as: &str) -> Option<&'static str> {
        match show_as {
            "tentative" => Some(self.tentative),
            "free" => Some(self.free),
            "oof" => Some(self.away),
            "workingElsewhere" => Some(self.elsewhere),
            _ => None,
        }
    }

    /// What somebody answered.
    pub(super) fn answer(&self, answer: Answer) -> &'static str {
        let [none, accepted, tentative, declined, organizer] = self.answers;
        match answer {
            Answer::None | Answer::NotResponded => none,
            Answer::Accepted => accepted,
            Answer::TentativelyAccepted => tentative,
            Answer::Declined => declined,
            Answer::Organizer => organizer,
        }
    }

    /// As what somebody is invited, where that is not required.
    pub(super) fn kind(&self, kind: AttendeeKind) -> Option<&'static str> {
        match kind {
            AttendeeKind::Required => None,
            AttendeeKind::Optional => Some(self.optional),
            AttendeeKind::Resource => Some(self.resource),
        }
    }

    /// "3 events".
    pub(super) fn count(&self, events: &usize) -> String {
        match (self.japanese, events) {
            (true, events) => format!("{events} 件の予定"),
            (false, 1) => "1 event".to_owned(),
            (false, events) => format!("{events} events"),
        }
    }
}

static ENGLISH: Words = Words {
    title: "Calendar",
    previous: "Previous week",
    next: "Next week",
    this_week: "This week",
    empty: "Nothing in this week.",
    nearest: "Go to the next event:",
    pick: "Pick an event to see everything about it.",
    no_subject: "(no subject)",
    all_day: "All day",
    cancelled: "Cancelled",
    series: "Series",
    private: "Private",
    location: "Location",
    join: "Join the meeting",
    teams: "Teams",
    teams_pending: "The link of the meeting is not there yet.",
    organizer: "Organizer",
    attendees: "Attendees",
    own_answer: "Own answer",
    written_in: "Written in",
    tentative: "Tentative",
    free: "Free",
    away: "Away",
    elsewhere: "Working elsewhere",
    answers: ["No answer", "Accepted", "Tentative", "Declined", "Organizer"],
    optional: "optional",
    resource: "room",
    japanese: false,
};

static JAPANESE: Words = Words {
    title: "予定表",
    previous: "前の週",
    next: "次の週",
    this_week: "今週",
    empty: "この週に予定はありません。",
    nearest: "次の予定へ:",
    pick: "予定を選ぶと、詳細が表示されます。",
    no_subject: "(件名なし)",
    all_day: "終日",
    cancelled: "キャンセル済み",
    series: "定期的な予定",
    private: "非公開",
    location: "場所",
    join: "会議に参加する",
    teams: "Teams",
    teams_pending: "会議のリンクはまだ発行されていません。",
    organizer: "開催者",
    attendees: "出席者",
    own_answer: "本人の返信",
    written_in: "作成時のタイム ゾーン",
    tentative: "仮の予定",
    free: "空き時間",
    away: "外出中",
    elsewhere: "他の場所で作業中",
    answers: ["未回答", "承諾", "仮承諾", "辞退", "開催者"],
    optional: "任意",
    resource: "会議室",
    japanese: true,
};
