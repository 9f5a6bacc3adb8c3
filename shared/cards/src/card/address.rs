//! Addresses in parts.

use super::{Address, filled};
use crate::japanese_address::{self, Parts};
use crate::width::narrow_number;

impl Address {
    /// The address with its parts in their own fields as far as they can be told: a whole that stands in
    /// `text`, or in `street` alone, is taken apart when it is Japanese and sure. Postal codes become
    /// ASCII. Doing it again changes nothing.
    pub(crate) fn in_parts(&self) -> Self {
        let own = |field: &Option<String>| filled(field).map(str::to_owned);
        let given = Self {
            postal_code: filled(&self.postal_code).map(narrow_number),
            country: own(&self.country),
            region: own(&self.region),
            city: own(&self.city),
            street: own(&self.street),
            building: own(&self.building),
            text: None,
        };
        match (&given.region, &given.city, &given.street) {
            (None, None, None) => given.with_whole(filled(&self.text).unwrap_or_default()),
            (None, None, Some(street)) => given.with_whole(street),
            (Some(region), None, Some(street)) => {
                let (city, street) = japanese_address::split_city(region, street);
                Self { city: some(city), street: some(street), ..given }
            }
            _ => given,
        }
    }

    /// This address with `whole` split into region, city and street.
    fn with_whole(&self, whole: &str) -> Self {
        let Parts { postal_code, region, city, street } = japanese_address::split(whole);
        let found = some(postal_code).map(|code| narrow_number(&code));
        // Two postal codes that differ: the one in the line is kept where it stands.
        if found.is_some() && self.postal_code.is_some() && found != self.postal_code {
            return Self { street: some(whole), ..self.clone() };
        }
        Self {
            postal_code: self.postal_code.clone().or(found),
            region: some(region),
            city: some(city),
            street: some(street),
            ..self.clone()
        }
    }

    /// The address in one line, from the smallest common order of both worlds: as its parts are listed.
    pub(crate) fn in_one_line(&self) -> String {
        let parts =
            [&self.postal_code, &self.country, &self.region, &self.city, &self.street, &self.building];
        parts.into_iter().filter_map(filled).collect::<Vec<_>>().join(" ")
    }
}

fn some(text: &str) -> Option<String> {
    if text.is_empty() { None } else { Some(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(parts: &[(&str, &str)]) -> Address {
        let map: serde_json::Map<_, _> =
            parts.iter().map(|(name, part)| ((*name).into(), (*part).into())).collect();
        serde_json::from_value(map.into()).unwrap()
    }

    #[test]
    fn a_whole_is_taken_apart_and_parts_are_left_alone() {
        let split =
            [("postal_code", "141-0032"), ("region", "東京都"), ("city", "品川区"), ("street", "大崎1-99-3")];
        for given in [
            &[("text", "〒１４１－００３２ 東京都品川区大崎1-99-3")][..],
            &[("street", "東京都品川区大崎1-99-3"), ("postal_code", "141-0032")],
            &[("text", "141-0032 東京都品川区大崎1-99-3"), ("postal_code", "１４１－００３２")],
            &[("region", "東京都"), ("street", "品川区大崎1-99-3"), ("postal_code", "141-0032")],
            &split,
        ] {
            assert_eq!(address(given).in_parts(), address(&split), "{given:?}");
        }
    }

    #[test]
    fn what_is_not_sure_stays_whole() {
        for street in ["14 Quayside House, Bristol BS1 5TY", "Industriestraße 9"] {
            assert_eq!(address(&[("text", street)]).in_parts(), address(&[("street", street)]));
        }
        let two_codes = address(&[("postal_code", "100-0001"), ("text", "141-0032 東京都品川区大崎1")]);
        let kept = address(&[("postal_code", "100-0001"), ("street", "141-0032 東京都品川区大崎1")]);
        assert_eq!(two_codes.in_parts(), kept);
    }
}
