//! `cargo xtask secret`: the secret that an operator puts into a deployment, with the application's credentials
//! at Entra.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use jiff::{Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};

use crate::certificate::Certificate;
use crate::stack::{ClientSecret, Credentials, Federated, Secret};

/// What Entra proposes as audience of a federated credential.
const AUDIENCE: &str = "api://AzureADTokenExchange";

/// What goes into it. Several kinds may stand together: what is there is tried in the order federated,
/// certificate, client secrets.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Make a key and a self-signed certificate. The certificate, which Entra is to be given, goes to this file.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "setten-certificate.pem")]
    #[arg(conflicts_with = "certificate")]
    pub generate: Option<PathBuf>,
    /// How many days the new certificate is good.
    #[arg(long, value_name = "DAYS", default_value_t = 365, requires = "generate")]
    pub days: u16,
    /// The file with a certificate of your own, in PEM.
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,
    /// The file with its RSA key, in PEM and not encrypted; the certificate's file if it holds both.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub key: Option<PathBuf>,
    /// No secret at all: Entra trusts the roles of the functions. The audience of the federated credential.
    #[arg(long, value_name = "AUDIENCE", num_args = 0..=1, default_missing_value = AUDIENCE)]
    pub federated: Option<String>,
    /// The file with a client secret of the app registration; may be repeated. Not an argument of its own, which
    /// the shell's history would keep.
    #[arg(long, value_name = "FILE")]
    pub client_secret: Vec<PathBuf>,
    /// The day on which the client secret ends, as Entra shows it (2027-01-31); once for each, in their order.
    #[arg(long, value_name = "DAY", requires = "client_secret")]
    pub expires_at: Vec<Date>,
    /// The file with the deployment's present secret: its keys stay, and what is named here replaces or, for
    /// client secrets, precedes what is there.
    #[arg(long, value_name = "FILE")]
    pub keep: Option<PathBuf>,
}

/// The document, and what to say beside it.
struct Made {
    secret: Secret,
    notes: Vec<String>,
}

/// The day on this machine's clock.
#[expect(clippy::disallowed_methods, reason = "the command stands at the edge, where time comes from")]
pub(crate) fn today() -> Date {
    Zoned::now().date()
}

/// Prints the secret as JSON, for `aws secretsmanager put-secret-value`, and on standard error what is next.
///
/// # Errors
/// No credential is named, or a file cannot be read or holds something else.
#[expect(clippy::print_stdout, reason = "the command's result")]
pub fn run(arguments: &Arguments) -> Result<()> {
    let Made { secret, notes } = make(arguments, today())?;
    println!("{}", serde_json::to_string_pretty(&secret)?);
    for note in notes {
        eprintln!("{note}\n");
    }
    eprintln!(
        "Then put it: aws secretsmanager put-secret-value --secret-id setten/STACK --secret-string file://secret.json"
    );
    Ok(())
}

fn make(arguments: &Arguments, today: Date) -> Result<Made> {
    let mut notes = Vec::new();
    let named = Credentials {
        federated: arguments.federated.clone().map(|audience| Federated { audience }),
        certificate: certificate(arguments, today, &mut notes)?,
        client_secrets: client_secrets(arguments, &mut notes)?,
    };
    if arguments.federated.is_some() {
        notes.push(
            "Entra must be told of every function's role: infra/entra/federate.sh STACK APPLICATION_ID does it."
                .to_owned(),
        );
    }
    let is_empty =
        named.federated.is_none() && named.certificate.is_none() && named.client_secrets.is_empty();
    ensure!(
        !is_empty,
        "name how the application proves itself to Entra: --generate (a new certificate), --certificate FILE \
         (your own), --federated (no secret at all) or --client-secret FILE; infra/entra/README.md compares them"
    );
    let secret = match &arguments.keep {
        None => Secret::generate(named),
        Some(path) => {
            let present: Secret = serde_json::from_str(&text_of(path)?).with_context(|| {
                format!(
                    "{} is not a secret of this form: it needs sealing_key, state_key, operator_key",
                    path.display()
                )
            })?;
            Secret { credentials: joined(named, present.credentials), ..present }
        }
    };
    Ok(Made { secret, notes })
}

/// New client secrets come before the present ones, of which the first stays valid meanwhile.
fn joined(named: Credentials, present: Credentials) -> Credentials {
    let mut client_secrets = named.client_secrets;
    let stays = present
        .client_secrets
        .into_iter()
        .find(|old| client_secrets.iter().all(|new| new.value != old.value));
    client_secrets.extend(stays);
    Credentials {
        federated: named.federated.or(present.federated),
        certificate: named.certificate.or(present.certificate),
        client_secrets,
    }
}

fn certificate(arguments: &Arguments, today: Date, notes: &mut Vec<String>) -> Result<Option<Certificate>> {
    let (made, file) = match (&arguments.generate, &arguments.certificate) {
        (Some(file), _) => {
            let until = today.checked_add(i32::from(arguments.days).days())?;
            let made = Certificate::generate(today, until)?;
            std::fs::write(file, &made.certificate_pem)
                .with_context(|| format!("cannot write {}", file.display()))?;
            notes.push(format!("The certificate is in {}, good until {until}.", file.display()));
            (made, file)
        }
        (None, Some(file)) => {
            let text = text_of(file)?;
            let key = arguments.key.as_deref().map_or_else(|| Ok(text.clone()), text_of)?;
            (Certificate::of(&text, &key).with_context(|| format!("in {}", file.display()))?, file)
        }
        (None, None) => return Ok(None),
    };
    notes.push(format!(
        "Thumbprint: {}\nGive Entra the certificate before the functions use it:\n  \
         az ad app credential reset --id APPLICATION_ID --cert @{} --append",
        made.thumbprint()?,
        file.display()
    ));
    Ok(Some(made))
}

fn client_secrets(arguments: &Arguments, notes: &mut Vec<String>) -> Result<Vec<ClientSecret>> {
    let (files, days) = (&arguments.client_secret, &arguments.expires_at);
    ensure!(
        days.is_empty() || days.len() == files.len(),
        "--expires-at is there {} times and --client-secret {} times: name one for each, or none",
        days.len(),
        files.len()
    );
    if days.is_empty() && !files.is_empty() {
        notes.push("Without --expires-at nobody will be warned before the client secret ends.".to_owned());
    }
    let mut ends = days.iter();
    files
        .iter()
        .map(|path| {
            let text = text_of(path)?;
            let value = text.trim().to_owned();
            ensure!(!value.is_empty(), "{} is empty", path.display());
            let expires_at = ends.next().map(|day| end_of(*day)).transpose()?;
            Ok(ClientSecret { value, expires_at })
        })
        .collect()
}

/// Entra shows the day only: the alarms count to its beginning.
fn end_of(day: Date) -> Result<Timestamp> {
    Ok(day.to_zoned(TimeZone::UTC)?.timestamp())
}

fn text_of(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests;
