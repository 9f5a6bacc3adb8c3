//! `cargo xtask demo`: the main job, headless, on free ports and fresh state, every result checked.

mod booking;
mod card;
mod check;
mod edits;
mod expectation;
mod far_side;
mod file;
mod job;
mod mail;
mod report;
mod screenshot;
mod vcard;

use std::path::PathBuf;

use anyhow::{Result, ensure};

use self::far_side::FarSide;
use self::file::File;
use self::job::{Job, LastPush, USER};
use self::report::Report;
use crate::progress::step;
use crate::stack::{Stack, StackOptions};
use crate::{project, traffic};

/// What to show.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A file of vCards to import; a sample of our own when left out.
    #[arg(long, value_name = "FILE")]
    pub vcards: Option<PathBuf>,
    /// Mails that arrive and are sent besides our own few: `.eml` files, or folders of them.
    #[arg(long, value_name = "FILE.eml|DIR", num_args = 1..)]
    pub mail: Vec<PathBuf>,
}

/// Runs the demonstration.
///
/// # Errors
/// The stack did not start, or a result is not what it should be; then with what was expected and found.
pub async fn run(arguments: Arguments) -> Result<()> {
    let file = File::open(arguments.vcards.as_deref())?;
    let mails = mail::given(&arguments.mail)?;
    let options = StackOptions::isolated("demo")?;
    let recorded = options.traffic.clone();
    let stack = Stack::start(options).await?;
    let far_side = FarSide::new(&stack.file().simulator_url)?;
    let mut report = Report::new(far_side.clone());
    let outcome = show(&stack, &far_side, &file, mails, &mut report).await;
    stack.stop();
    print(&report.table());
    outcome?;
    step("Holding the recorded traffic against Microsoft's contract", traffic::check(&[&recorded])).await?;
    print("Everything is as it should be.");
    Ok(())
}

/// Everything, in the order of a customer's first day.
async fn show(
    stack: &Stack,
    far_side: &FarSide,
    file: &File,
    mails: Vec<Vec<u8>>,
    report: &mut Report,
) -> Result<()> {
    let job = cards(stack, far_side, file, report).await?;
    mail(far_side, &job, mails, report).await?;
    let day = booking(stack, far_side, &job, report).await?;
    show_outlook(far_side, &job, &day).await
}

/// Cards become contacts.
async fn cards(stack: &Stack, far_side: &FarSide, file: &File, report: &mut Report) -> Result<Job> {
    let begin = Job::begin(stack.control(), far_side);
    let (_, mut job) = report.step("Operator makes an organization and its key", begin).await?;
    report.step("Tenant is registered, its administrator consents", job.consent()).await?;
    let (_, (mut cards, faults)) = report.step("vCards are imported", job.import(file)).await?;
    for fault in &faults {
        eprintln!("    {}", file.told(fault));
    }
    report.step("User signs in and links Outlook contacts", job.link()).await?;
    let (calls, before) = report.step("Tick and push", job.push(&mut cards)).await?;
    let created = cards.len();
    job.check_limits(calls, created).await?;
    job.status(&LastPush { created, ..LastPush::default() }).await?;

    let (_, edited) = report.step("CRM changes and deletes cards", job.edit(&mut cards)).await?;
    job.wait_for_the_next_turn().await?;
    let follow = job.follow(&mut cards, &before, &edited);
    let (calls, ()) = report.step("Tick and push of what changed", follow).await?;
    let (updated, deleted) = (edited.changed.len(), edited.deleted.len());
    job.check_limits(calls, updated + deleted).await?;

    job.wait_for_the_next_turn().await?;
    let (calls, ()) = report.step("Tick with nothing to do", job.rest()).await?;
    ensure!(calls == far_side::Calls::default(), "calls to Microsoft: expected none, found {calls:?}");
    let last = LastPush { created: 0, updated, deleted };
    report.step("Link status by the API", job.status(&last)).await?;
    Ok(job)
}

/// Mails become contact points.
async fn mail(far_side: &FarSide, job: &Job, mails: Vec<Vec<u8>>, report: &mut Report) -> Result<()> {
    report.step("Mail is granted and switched on", mail::switch_on(job)).await?;
    report.step("Mails arrive and are sent", mail::own(job, far_side)).await?;
    if !mails.is_empty() {
        report.step("The given mails too", mail::more(job, far_side, mails)).await?;
    }
    report.step("Contact points are listed", mail::listed(job)).await?;
    Ok(())
}

/// A guest meets the user; the day on which they will.
async fn booking(stack: &Stack, far_side: &FarSide, job: &Job, report: &mut Report) -> Result<String> {
    let address = job.address();
    let prepared = booking::prepare(job, USER, address);
    let (_, page) = report.step("User links the calendar, a booking page is made", prepared).await?;
    report.step("A guest books on the page", booking::book(&page)).await?;
    let event = booking::event(far_side, address);
    let (_, meeting) = report.step("The meeting is in the calendar", event).await?;
    let mails = booking::mails(&stack.file().mail, address, &meeting.link);
    report.step("Both sides have mail", mails).await?;
    Ok(meeting.day)
}

/// The pages must be there; their pictures are an extra.
async fn show_outlook(far_side: &FarSide, job: &Job, day: &str) -> Result<()> {
    for (view, name) in [("", "contacts"), ("/mail", "mail"), ("/calendar", "calendar")] {
        let page = format!("{}&week={day}", far_side.outlook_page(job.address(), view));
        far_side.shows(&page).await?;
        let picture = project::target().join(format!("demo/outlook-{name}.png"));
        match screenshot::take(&page, &picture).await {
            Ok(true) => eprintln!("  The mailbox as a person sees it: {}", picture.display()),
            Ok(false) => {
                eprintln!("  No picture of the mailbox without Chromium: {}", screenshot::HOW_TO_GET);
            }
            Err(error) => eprintln!("  No picture of the mailbox: {error:#}"),
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what the person asked for")]
fn print(text: &str) {
    println!("\n{text}");
}
