//! Being told to end.

use tokio::signal::unix::{SignalKind, signal};

/// Waits for Ctrl-C, SIGTERM or the end of the terminal, and says which it was.
///
/// # Panics
/// The system lets nobody listen for signals.
pub async fn told_to_end() {
    let listen = |kind| signal(kind).expect("signals can be listened for");
    let mut interrupt = listen(SignalKind::interrupt());
    let mut terminate = listen(SignalKind::terminate());
    let mut hangup = listen(SignalKind::hangup());
    let name = tokio::select! {
        _ = interrupt.recv() => "Ctrl-C",
        _ = terminate.recv() => "Terminated",
        _ = hangup.recv() => "The terminal is gone",
    };
    eprintln!("\n{name}: stopping");
}
