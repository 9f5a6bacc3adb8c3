//! The first page of the console.

use askama::Template;
use types::Feature;

use super::{
    Attention, FeatureCard, FeatureState, Measure, Overview, Status, Viewer,
    chart::Chart,
    frame::{Frame, number, when},
    parts::{For, NoticeView, ProblemView, StatusView, feature_name},
};
use crate::{
    address,
    branding::Branding,
    date::When,
    text::{Texts, plain},
};

#[derive(Template)]
#[template(path = "console_overview.html")]
pub(super) struct OverviewView {
    frame: Frame,
    notice: Option<NoticeView>,
    attention: Vec<AttentionView>,
    cards: Vec<CardView>,
}

/// Something to look at, and where.
struct AttentionView {
    /// `bad` or `wait`, in classes.
    grade: &'static str,
    text: String,
    /// What else is to be known of it, in lines.
    more: Vec<String>,
    action: String,
    address: String,
}

struct CardView {
    name: String,
    purpose: String,
    status: StatusView,
    is_off: bool,
    linked: String,
    users: String,
    statuses: Vec<StandingView>,
    numbers: Vec<(String, String)>,
    last_success: Option<When>,
    chart: Option<Chart>,
    /// The list of this feature's users.
    address: String,
}

/// How many links stand so, and the list of their users.
struct StandingView {
    status: StatusView,
    count: String,
    address: String,
}

impl OverviewView {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: &Viewer, overview: &Overview) -> Self {
        let attention = overview.attention.iter();
        let attention = attention.map(|found| AttentionView::of(&texts, viewer, found)).collect();
        let cards = overview.features.iter().map(|card| CardView::of(&texts, viewer, card)).collect();
        let notice = NoticeView::of(&texts, overview.notice.as_ref());
        let title = texts.get("nav-overview");
        Self { frame: Frame::new(texts, product, Some(viewer), title, &[]), notice, attention, cards }
    }
}

fn users(feature: Feature, status: &str) -> String {
    format!("/console/users{}", address::query(&[("feature", feature.as_str()), ("status", status)]))
}

impl AttentionView {
    fn of(texts: &Texts, viewer: &Viewer, found: &Attention) -> Self {
        let settings = || "/console/microsoft365".to_owned();
        let named = |feature: Feature| ("feature", feature_name(texts, feature));
        let mut more = Vec::new();
        let (key, grade, values, address) = match found {
            Attention::NoTenant => ("no-tenant", "wait", vec![], settings()),
            Attention::NotGranted(feature) => ("not-granted", "wait", vec![named(*feature)], settings()),
            Attention::Outage { tenant_id, outage } => {
                let problem = ProblemView::of(texts, &outage.problem, For::Admin);
                let since = When::of(texts, outage.since, &viewer.zone).text;
                let who = [("who", problem.who), ("since", since)];
                more = vec![problem.why, texts.get_with("attention-outage-who", &who)];
                let mut values = vec![("tenant", plain(tenant_id)), ("title", problem.title)];
                values.extend(outage.feature.map(named));
                let key = if outage.feature.is_some() { "outage-feature" } else { "outage" };
                (key, "bad", values, settings())
            }
            Attention::GrantLost { feature, tenant_id } => {
                ("grant-lost", "bad", vec![named(*feature), ("tenant", plain(tenant_id))], settings())
            }
            Attention::Links { feature, status, count } => {
                let values = vec![
                    named(*feature),
                    ("count", number(*count)),
                    ("status", StatusView::of(texts, *status).word),
                ];
                ("links", "bad", values, users(*feature, status.as_str()))
            }
            Attention::RefusedCards { count } => {
                let address = users(Feature::Contacts, "");
                ("refused", "wait", vec![("count", number(*count))], address.replace("&status=", ""))
            }
        };
        Self {
            grade,
            text: texts.get_with(&format!("attention-{key}.text"), &values),
            action: texts.get(&format!("attention-{key}.action")),
            more,
            address,
        }
    }
}

impl CardView {
    fn of(texts: &Texts, viewer: &Viewer, card: &FeatureCard) -> Self {
        // The shapes of links that stand alike.
        let (shape, word) = match card.state {
            FeatureState::Off => ("not-linked", "feature-state-off"),
            FeatureState::Ready => ("ready", "feature-state-ready"),
            FeatureState::On => ("linked", "feature-state-on"),
            FeatureState::Troubled => ("authentication-failed", "feature-state-troubled"),
        };
        let measure = |(measure, count): &(Measure, u64)| {
            (texts.get(&format!("measure-{}", measure_name(*measure))), number(*count))
        };
        let standing = |(status, count): &(Status, u32)| StandingView {
            status: StatusView::of(texts, *status),
            count: number(*count),
            address: users(card.feature, status.as_str()),
        };
        Self {
            statuses: card.statuses.iter().map(standing).collect(),
            name: feature_name(texts, card.feature),
            purpose: texts.get(&format!("feature-{}.purpose", card.feature.as_str())),
            status: StatusView::named(texts, shape, word),
            is_off: card.state == FeatureState::Off,
            linked: number(card.linked),
            users: number(card.users),
            numbers: card.numbers.iter().map(measure).collect(),
            last_success: when(texts, viewer, card.last_success_at),
            chart: Chart::of(texts, &card.days),
            address: users(card.feature, "").replace("&status=", ""),
        }
    }
}

fn measure_name(measure: Measure) -> &'static str {
    match measure {
        Measure::CardsCreated => "cards-created",
        Measure::CardsUpdated => "cards-updated",
        Measure::CardsDeleted => "cards-deleted",
        Measure::CardsRefused => "cards-refused",
        Measure::ContactPoints => "contact-points",
        Measure::Appointments => "appointments",
    }
}
