//! Subjects of mails (features E18, E19). The example of E18 keeps the brackets around the company's name, that
//! of E19 has none.

use types::Language;

use crate::{
    Appointment,
    letters::{Letter, Reader},
};

/// The subject of a mail.
pub(crate) fn subject(letter: Letter, reader: Reader, appointment: &Appointment) -> String {
    let organization = &appointment.organization_name;
    let (company, name) = (&appointment.guest.company, &appointment.guest.name);
    match (reader, reader.language(appointment), letter) {
        (Reader::Guest, Language::Ja, Letter::Confirmed) => {
            format!("[{organization}]アポイントメントの日程が確定しました")
        }
        (Reader::Guest, Language::Ja, Letter::Cancelled) => {
            format!("[{organization}]アポイントメントがキャンセルされました")
        }
        (Reader::Guest, Language::Ja, Letter::Failed) => {
            format!("[{organization}]アポイントメントの日程を確定できませんでした")
        }
        (Reader::Guest, Language::En, Letter::Confirmed) => {
            format!("[{organization}] Your appointment is confirmed")
        }
        (Reader::Guest, Language::En, Letter::Cancelled) => {
            format!("[{organization}] Your appointment is cancelled")
        }
        (Reader::Guest, Language::En, Letter::Failed) => {
            format!("[{organization}] Your appointment could not be confirmed")
        }
        (Reader::Host, Language::Ja, Letter::Confirmed) => format!("{company}:{name}様"),
        (Reader::Host, Language::Ja, Letter::Cancelled) => format!("キャンセル {company}:{name}様"),
        (Reader::Host, Language::Ja, Letter::Failed) => format!("予約不成立 {company}:{name}様"),
        (Reader::Host, Language::En, Letter::Confirmed) => format!("{company}: {name}"),
        (Reader::Host, Language::En, Letter::Cancelled) => format!("Cancelled: {company}: {name}"),
        (Reader::Host, Language::En, Letter::Failed) => format!("Not booked: {company}: {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::appointment;

    #[test]
    fn e18_e19_subjects_are_those_of_the_examples() {
        let mut appointment = appointment();
        appointment.organization_name = "株式会社サンプル".to_owned();
        let subject = |reader| subject(Letter::Confirmed, reader, &appointment);
        assert_eq!(subject(Reader::Guest), "[株式会社サンプル]アポイントメントの日程が確定しました");
        assert_eq!(subject(Reader::Host), "株式会社テスト:三田花子様");
    }

    #[test]
    fn every_subject_tells_itself_from_the_others() {
        for language in Language::ALL {
            let mut appointment = appointment();
            (appointment.language, appointment.host_language) = (language, language);
            let mut subjects: Vec<String> = [Reader::Guest, Reader::Host]
                .into_iter()
                .flat_map(|reader| {
                    let letters = [Letter::Confirmed, Letter::Cancelled, Letter::Failed];
                    letters.map(|letter| subject(letter, reader, &appointment))
                })
                .collect();
            subjects.sort();
            subjects.dedup();
            assert_eq!(subjects.len(), 6);
        }
    }
}
