//! The three kinds of credentials, and that nothing is kept or lost by mistake.

use clap::Parser;
use jiff::civil::date;

use super::*;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    arguments: Arguments,
}

/// A folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = crate::project::target().join("tmp").join(format!("secret-{name}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn made(arguments: &[&str]) -> Result<Made> {
    let all = std::iter::once("secret").chain(arguments.iter().copied());
    make(&Cli::try_parse_from(all)?.arguments, date(2026, 1, 31))
}

#[test]
fn r08_without_a_credential_it_says_which_there_are() {
    let message = made(&[]).err().expect("refused").to_string();
    for flag in ["--generate", "--certificate", "--federated", "--client-secret"] {
        assert!(message.contains(flag), "{message}");
    }
}

#[test]
fn r08_a_new_secret_goes_before_the_present_one_and_the_keys_stay() {
    let folder = folder("rotation");
    let path = |name: &str| folder.join(name).display().to_string();
    for (name, value) in [("old", "first\n"), ("new", "second\n"), ("newer", "third")] {
        std::fs::write(path(name), value).expect("written");
    }
    let first = made(&["--client-secret", &path("old"), "--expires-at", "2026-02-28"]).expect("made").secret;
    std::fs::write(path("secret.json"), serde_json::to_vec(&first).expect("JSON")).expect("written");
    let keep = path("secret.json");
    let second = made(&["--client-secret", &path("new"), "--keep", &keep]).expect("made");
    assert!(second.notes.iter().any(|note| note.contains("--expires-at")), "nobody is warned");
    let second = second.secret;
    let values: Vec<_> =
        second.credentials.client_secrets.iter().map(|secret| secret.value.as_str()).collect();
    assert_eq!(values, ["second", "first"]);
    assert_eq!(
        second.credentials.client_secrets[1].expires_at,
        Some("2026-02-28T00:00:00Z".parse().expect("a time"))
    );
    assert_eq!(
        (&second.sealing_key, &second.state_key, &second.operator_key),
        (&first.sealing_key, &first.state_key, &first.operator_key)
    );
    // The oldest goes: Entra has two at most while one replaces the other.
    std::fs::write(&keep, serde_json::to_vec(&second).expect("JSON")).expect("written");
    let third = made(&["--client-secret", &path("newer"), "--keep", &keep]).expect("made").secret;
    let values: Vec<_> =
        third.credentials.client_secrets.iter().map(|secret| secret.value.as_str()).collect();
    assert_eq!(values, ["third", "second"]);
}

#[test]
fn r08_days_and_secrets_must_be_pairs() {
    let folder = folder("pairs");
    let file = folder.join("one").display().to_string();
    std::fs::write(&file, "x").expect("written");
    let two = ["--client-secret", &file, "--expires-at", "2026-02-28", "--expires-at", "2026-03-31"];
    assert!(made(&two).err().expect("refused").to_string().contains("2 times"));
}

#[test]
fn m12_a_made_certificate_is_one_that_may_be_given_back() {
    let folder = folder("certificate");
    let file = folder.join("made.pem").display().to_string();
    let own = made(&["--generate", &file, "--days", "30"]).expect("made");
    let certificate = own.secret.credentials.certificate.expect("a certificate");
    assert_eq!(std::fs::read_to_string(&file).expect("written"), certificate.certificate_pem);
    assert!(!certificate.certificate_pem.contains("PRIVATE"), "Entra is given the key");
    let thumbprint = certificate.thumbprint().expect("a thumbprint");
    assert!(own.notes.iter().any(|note| note.contains(&thumbprint) && note.contains("az ad app credential")));
    assert!(own.notes.iter().any(|note| note.contains("2026-03-02")), "{:?}", own.notes);
    let both = folder.join("both.pem").display().to_string();
    std::fs::write(&both, format!("{}{}", certificate.key_pem, certificate.certificate_pem))
        .expect("written");
    let given =
        made(&["--certificate", &both]).expect("taken").secret.credentials.certificate.expect("taken");
    assert_eq!(given.certificate_pem.trim(), certificate.certificate_pem.trim());
    let other = made(&["--generate", &file]).expect("made").secret.credentials.certificate.expect("made");
    let key = folder.join("other.key").display().to_string();
    std::fs::write(&key, other.key_pem).expect("written");
    let mixed = made(&["--certificate", &both, "--key", &key]).err().expect("refused");
    assert!(format!("{mixed:#}").contains("another key"), "{mixed:#}");
}

#[test]
fn m12_no_secret_at_all_is_a_document_of_its_own() {
    let made = made(&["--federated"]).expect("made");
    let document = serde_json::to_value(&made.secret).expect("JSON");
    assert_eq!(document["federated"]["audience"], AUDIENCE);
    assert!(document.get("client_secrets").is_none() && document.get("certificate").is_none());
    assert!(made.notes.iter().any(|note| note.contains("federate.sh")));
}
