//! What an event is called (feature E14).

use crate::Guest;

/// The meeting's title, else the guest's company and name: 「お客様の社名:氏名」.
pub(crate) fn title(meeting: Option<&str>, guest: &Guest) -> String {
    match meeting.map(str::trim).filter(|title| !title.is_empty()) {
        Some(title) => title.to_owned(),
        None => format!("{}:{}", guest.company, guest.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e14_an_untitled_meeting_is_called_by_company_and_name() {
        let guest = Guest {
            company: "株式会社テスト".to_owned(),
            name: "三田花子".to_owned(),
            email: "mita@test.example".to_owned(),
        };
        for (meeting, expected) in [
            (None, "株式会社テスト:三田花子"),
            (Some("  "), "株式会社テスト:三田花子"),
            (Some("製品のご説明"), "製品のご説明"),
        ] {
            assert_eq!(title(meeting, &guest), expected);
        }
    }
}
