//! Whether the mailbox shows what it must.

use std::collections::BTreeSet;

use anyhow::{Result, bail, ensure};

use super::card::Card;
use super::expectation::differences;
use super::far_side::Contacts;

/// How many differences are told at most.
const MOST_TOLD: usize = 10;

/// Checks that there is exactly one contact for each card, and every field of it. Cards whose id the product
/// chose get to know it.
///
/// # Errors
/// With what was expected and what was found.
pub(super) fn all_shown(cards: &mut [Card], contacts: &Contacts, link: &str) -> Result<()> {
    ensure!(contacts.len() == cards.len(), "contacts: expected {}, found {}", cards.len(), contacts.len());
    find_ids(cards, contacts, link);
    let mut told = Vec::new();
    for card in cards.iter() {
        let at = format!("{} (line {})", card.called(), card.line);
        let contact = card.id.as_deref().and_then(|id| Some((id, contacts.get(id)?)));
        match contact {
            None => told.push(format!("{at}: expected a contact, found none")),
            Some((id, contact)) => {
                let found = differences(card, &format!("{link}{id}"), contact);
                told.extend(found.into_iter().map(|difference| format!("{at}: {difference}")));
            }
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    let more = told.len().saturating_sub(MOST_TOLD);
    told.truncate(MOST_TOLD);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    bail!("the contacts differ from their cards:\n  {}{more}", told.join("\n  "));
}

/// A card without an id of its own is known by everything that it says.
fn find_ids(cards: &mut [Card], contacts: &Contacts, link: &str) {
    let mut known: BTreeSet<String> = cards.iter().filter_map(|card| card.id.clone()).collect();
    for card in cards.iter_mut().filter(|card| card.id.is_none()) {
        let fits = |id: &&String| {
            !known.contains(*id) && differences(card, &format!("{link}{id}"), &contacts[*id]).is_empty()
        };
        let found = contacts.keys().find(fits).cloned();
        known.extend(found.clone());
        card.id = found;
    }
}

/// Checks that of all contacts exactly those of the `changed` cards changed in place, those of the `deleted`
/// ones are gone, and no other was touched: not even its date of change.
///
/// # Errors
/// With what was expected and what was found.
pub(super) fn only_changed(
    before: &Contacts,
    after: &Contacts,
    changed: &BTreeSet<String>,
    deleted: &BTreeSet<String>,
) -> Result<()> {
    let gone: BTreeSet<String> = before.keys().filter(|id| !after.contains_key(*id)).cloned().collect();
    ensure!(gone == *deleted, "contacts gone: expected {deleted:?}, found {gone:?}");
    let new: Vec<&String> = after.keys().filter(|id| !before.contains_key(*id)).collect();
    ensure!(new.is_empty(), "new contacts: expected none, found {new:?}");
    let touched: BTreeSet<String> = after
        .iter()
        .filter(|(id, contact)| before.get(*id) != Some(contact))
        .map(|(id, _)| id.clone())
        .collect();
    ensure!(touched == *changed, "contacts changed: expected {changed:?}, found {touched:?}");
    for id in changed {
        let [was, is] = [before, after].map(|contacts| &contacts[id]["immutableId"]);
        ensure!(was == is, "card {id}: expected its contact to stay the same, found another");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn contacts(of: &[(&str, &str, &str)]) -> Contacts {
        let contact = |name: &str, when: &str| -> Value {
            json!({"displayName": name, "surname": name, "immutableId": "i", "lastModifiedDateTime": when,
                "personalNotes": "x"})
        };
        of.iter().map(|(id, name, when)| ((*id).to_owned(), contact(name, when))).collect()
    }

    fn ids(of: &[&str]) -> BTreeSet<String> {
        of.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn what_was_touched_is_told_exactly() {
        let before = contacts(&[("a", "A", "1"), ("b", "B", "1"), ("c", "C", "1")]);
        let after = contacts(&[("a", "A2", "2"), ("b", "B", "1")]);
        let check = |after: &Contacts, changed: &[&str], deleted: &[&str]| {
            only_changed(&before, after, &ids(changed), &ids(deleted))
        };
        check(&after, &["a"], &["c"]).expect("as it should be");
        for (changed, deleted) in [(&["a"][..], &[][..]), (&[], &["c"]), (&["a", "b"], &["c"])] {
            check(&after, changed, deleted).expect_err("told");
        }
        let rewritten = contacts(&[("a", "A2", "2"), ("b", "B", "2")]);
        check(&rewritten, &["a"], &["c"]).expect_err("b was written without need");
        let made_anew = contacts(&[("a", "A2", "2"), ("b", "B", "1"), ("d", "D", "2")]);
        check(&made_anew, &["a"], &["c"]).expect_err("d is new");
        let mut other = after;
        other.get_mut("a").expect("a")["immutableId"] = json!("j");
        check(&other, &["a"], &["c"]).expect_err("a was deleted and made anew");
    }

    #[test]
    fn a_card_without_an_id_finds_its_contact() {
        const LINK: &str = "https://crm.example/";
        let card = |name: &str, id: Option<&str>| Card {
            family: name.into(),
            printed: name.into(),
            id: id.map(str::to_owned),
            ..Card::default()
        };
        let mut found = contacts(&[("a", "A", "1"), ("hash", "B", "1")]);
        let mut cards = [card("B", None), card("A", Some("a"))];
        for (id, contact) in &mut found {
            contact["personalNotes"] = json!(format!("{LINK}{id}"));
        }
        all_shown(&mut cards, &found, LINK).expect("both are shown");
        assert_eq!(cards[0].id.as_deref(), Some("hash"));
        cards[1].title = "課長".into();
        let error = all_shown(&mut cards, &found, LINK).expect_err("told").to_string();
        assert!(error.contains(r#"jobTitle: expected "課長", found """#), "{error}");
        let error = all_shown(&mut cards[..1], &found, LINK).expect_err("one too many").to_string();
        assert_eq!(error, "contacts: expected 1, found 2");
        cards[0] = card("C", None);
        cards[1].title.clear();
        let error = all_shown(&mut cards, &found, LINK).expect_err("nobody is called C").to_string();
        assert!(error.contains("C (line 0): expected a contact, found none"), "{error}");
    }
}
