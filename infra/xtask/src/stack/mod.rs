//! The local stack: the simulator, ministack and the deployed functions, with a gate before each thing that
//! the functions call and one in front, where people call them.
//!
//! ```text
//! people, CRMs → front gate → ministack (API Gateway, Lambda) → functions → AWS gate → ministack
//!                                                                         → Microsoft gate → simulator
//! ```

mod control;
mod deploy;
mod far_side;
mod file;
mod functions;
mod local_aws;
mod mail;
mod ministack;
mod options;
mod ports;
mod secret;
mod seed;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::task::JoinHandle;
use url::Url;

pub use control::Control;
pub use far_side::{REDIRECT_PATHS, TENANT_ID};
pub use file::StackFile;
pub use local_aws::LocalAws;
pub use options::StackOptions;
pub use ports::Ports;
pub use secret::{ClientSecret, Credentials, Federated, Secret};
pub use seed::{Operator, Organization};

use crate::gate::{Faults, Gate, GateOptions, Tap};
use crate::process::Service;
use crate::progress::step;
use crate::{project, tools};

/// The CloudFormation stack.
const STACK_NAME: &str = "setten";
/// The app registration in the simulator.
const CLIENT_ID: &str = "5e77e000-0000-4000-8000-00000000c11e";
/// The API's id, pinned so that its URL stays.
const API_ID: &str = "5e77e000";

/// A running stack. Dropping it ends everything that it started.
#[derive(Debug)]
pub struct Stack {
    control: Control,
    faults: Faults,
    path: PathBuf,
    // In the order of the end: nobody calls any more, then the functions go, then what they called.
    front: Gate,
    ministack: Service,
    simulator: Service,
    gates: [Gate; 2],
    post: JoinHandle<()>,
    folder: Folder,
}

impl Stack {
    /// Installs, builds, starts, deploys and seeds, telling on standard error how it goes.
    ///
    /// # Errors
    /// A step failed; whatever was started has been ended.
    pub async fn start(mut options: StackOptions) -> Result<Self> {
        let folder = Folder::open(&options)?;
        tools::ensure().await?;
        let built = step("Building the functions and the simulator", functions::build()).await?;
        if options.any_ports {
            options.ports = Ports::free()?;
        }
        let http = http_client()?;
        let faults = Faults::default();
        let (told, accepted) = tokio::sync::mpsc::unbounded_channel();
        let tap = Tap { path: mail::SEND_EMAIL, told };
        let [front, gates @ ..] = gates(&options, &faults, tap).await?;
        let (simulator, ministack) = step("Starting the simulator and the local AWS", async {
            tokio::try_join!(
                far_side::start(&options, &built.simulator, &http),
                ministack::start(&options, &http)
            )
        })
        .await?;
        let aws = LocalAws::new(&ports::url(options.ports.aws));
        step("Deploying infra/template.yaml", deploy::deploy(&options, &aws)).await?;
        let file = step("Setting up the demonstration organization", set_up(&options, &http, &aws)).await?;
        let path = options.state.join("stack.json");
        file.save(&path)?;
        let post = mail::Post {
            folder: file.mail.clone(),
            simulator: file.simulator_url.clone(),
            outbox_queue: file.output("OutboxQueueUrl")?.to_owned(),
            aws,
            http,
        };
        let post = post.start(accepted);
        let control = Control::new(file);
        Ok(Self { control, faults, path, front, ministack, simulator, gates, post, folder })
    }

    /// Where everything is.
    #[must_use]
    pub fn file(&self) -> &StackFile {
        self.control.file()
    }

    /// Says in the file where admins sign in to the console, and where guests can book.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn show_pages(&mut self, console: String, booking: String) -> Result<()> {
        let (console_url, booking_url) = (Some(console), Some(booking));
        let file = StackFile { console_url, booking_url, ..self.file().clone() };
        file.save(&self.path)?;
        self.control = Control::new(file);
        Ok(())
    }

    /// Where [`Stack::file`] is kept, for `SETTEN_STACK`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What tests do to a stack from outside.
    #[must_use]
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// The faults between the functions and everything that they call.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Waits until a part ends by itself, which none should.
    ///
    /// # Errors
    /// Which part ended, with the last lines of its log.
    pub async fn watch(&mut self) -> Result<()> {
        loop {
            self.ministack.check()?;
            self.simulator.check()?;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Ends everything, in order, keeping the state unless the options say otherwise.
    pub fn stop(self) {
        let Self { front, mut ministack, mut simulator, gates, post, folder, .. } = self;
        drop(front);
        ministack.stop();
        simulator.stop();
        drop(gates);
        post.abort();
        drop(folder);
    }
}

/// The front gate, then the ones before AWS and Microsoft. Only the latter two are steered by `faults`.
async fn gates(options: &StackOptions, faults: &Faults, tap: Tap) -> Result<[Gate; 3]> {
    let ports = &options.ports;
    let gate = async |name: &str, listen: u16, upstream: u16, host, tap, faults: Faults| {
        let upstream = Url::parse(&ports::url(upstream)).expect("a port's URL is one");
        let options =
            GateOptions { listen: ports::local(listen), upstream, host, name: name.to_owned(), tap };
        Gate::start(options, faults).await
    };
    let api = format!("{API_ID}.execute-api.localhost:{}", ports.aws);
    Ok([
        gate("front", ports.gateway, ports.aws, Some(api), None, Faults::default()).await?,
        gate("aws", ports.aws_gate, ports.aws, None, Some(tap), faults.clone()).await?,
        gate("microsoft", ports.microsoft_gate, ports.simulator, None, None, faults.clone()).await?,
    ])
}

/// Gives the functions their secret, Microsoft our app, and the API its first organization.
async fn set_up(options: &StackOptions, http: &reqwest::Client, aws: &LocalAws) -> Result<StackFile> {
    let outputs = aws.outputs(STACK_NAME).await?;
    mail::verify_sender(aws).await?;
    let secret = Secret::of_stack(&options.state.join("secret.json"))?;
    secret.put(aws, outputs.get("SecretName").context("the template has no output SecretName")?).await?;
    let users = far_side::register(http, options, &secret.credentials).await?;
    let gateway_url = ports::url(options.ports.gateway);
    let organization = organization(options, http, &gateway_url, &secret.operator_key).await?;
    Ok(StackFile {
        simulator_url: ports::url(options.ports.simulator),
        aws_endpoint_url: ports::url(options.ports.aws),
        gate_url: ports::url(options.ports.aws_gate),
        gateway_url,
        operator_key: secret.operator_key,
        organization_key: organization.key,
        organization_id: organization.id,
        tenant_id: TENANT_ID.to_owned(),
        users,
        client_id: CLIENT_ID.to_owned(),
        console_url: None,
        booking_url: None,
        functions: project::functions()?
            .into_iter()
            .map(|name| (name.clone(), format!("{STACK_NAME}-{name}")))
            .collect(),
        outputs,
        traffic: options.traffic.clone(),
        mail: options.state.join("mail"),
    })
}

/// The demonstration organization: an earlier start's, or a new one.
async fn organization(
    options: &StackOptions,
    http: &reqwest::Client,
    gateway: &str,
    key: &str,
) -> Result<Organization> {
    let operator = Operator { http, gateway, key };
    if let Ok(earlier) = StackFile::load(&options.state.join("stack.json")) {
        let organization = Organization { id: earlier.organization_id, key: earlier.organization_key };
        if operator.knows(&organization).await? {
            return Ok(organization);
        }
    }
    operator.create_organization("Setten demonstration").await
}

/// A client for calls on loopback.
fn http_client() -> Result<reqwest::Client> {
    // On a busy machine a function may take its whole time limit.
    Ok(reqwest::Client::builder().timeout(Duration::from_secs(180)).build()?)
}

/// The stack's folder, held by one stack at a time.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    forget: bool,
    _held: File,
}

impl Folder {
    fn open(options: &StackOptions) -> Result<Self> {
        let path = options.state.clone();
        std::fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        let held = File::create(path.join("lock"))?;
        if held.try_lock().is_err() {
            bail!("another stack uses {}: stop it, or choose another folder with --state", path.display());
        }
        if options.fresh {
            empty(&path).with_context(|| format!("cannot empty {}", path.display()))?;
        }
        for folder in ["aws", "s3", "home", "tmp", "logs", "mail"] {
            std::fs::create_dir_all(path.join(folder))?;
        }
        Ok(Self { path, forget: options.forget, _held: held })
    }
}

/// Removes everything but the lock.
fn empty(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            std::fs::remove_dir_all(path)?;
        } else if !path.ends_with("lock") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.forget {
            // Left-overs under target/ harm nobody.
            let _left = std::fs::remove_dir_all(&self.path);
        }
    }
}
