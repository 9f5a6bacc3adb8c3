//! What can go wrong with cards.

use accounts::{AccountsError, LinkStatus, link_failure};
use aws::AwsError;
use graph::GraphError;

/// A failed step. [`CardsError::is_retryable`] says whether to try again.
#[derive(Debug, thiserror::Error)]
pub enum CardsError {
    /// The store did not do it.
    #[error("the cards could not be read or written")]
    Store(#[from] AwsError),
    /// The link or its token could not be used.
    #[error("the link could not be used")]
    Account(#[from] AccountsError),
    /// Graph did not do it.
    #[error("Outlook did not take it")]
    Outlook(#[from] GraphError),
    /// There is no such card, or it is another user's.
    #[error("there is no such card")]
    NotFound,
    /// So many writers wrote this user's cards at once that this one never got through.
    #[error("too many writers at once")]
    Contended,
    /// The card was merged into another one than this.
    #[error("the card was merged into another one")]
    MergedElsewhere,
    /// A card cannot be merged into itself.
    #[error("a card cannot be merged into itself")]
    MergedIntoItself,
    /// A card has so many sources that another has no room.
    #[error("a card has at most {max} sources beside the default one", max = crate::Cards::MOST_OTHER_SOURCES)]
    TooManySources,
    /// What the sources say of a card weighs too much.
    #[error("the cards of a card's other sources have at most {max} bytes together", max = crate::Cards::MOST_OTHER_BYTES)]
    SourcesTooLarge,
    /// More than one transaction takes; fewer cards at a time fit.
    #[error("too many large cards at once")]
    TooMuchAtOnce,
    /// A folder of that name is there already and is not ours (feature B15).
    #[error("a contact folder of that name exists already")]
    FolderTaken,
    /// The folder went away during the push; the next one makes it again.
    #[error("the contact folder went away during the push")]
    FolderGone,
    /// An earlier attempt at the same job has not given up its lease yet.
    #[error("an earlier attempt at this push holds its lease")]
    LeaseHeld,
    /// The function's time is up; what is left goes on in the next attempt.
    #[error("out of time")]
    OutOfTime,
}

impl CardsError {
    /// Whether the same step may succeed later without anybody doing anything.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.is_retryable(),
            Self::Account(error) => error.is_retryable(),
            // A dead access token lasts an hour at most; the refresh then tells whether the grant is dead too.
            Self::Outlook(error) => error.is_retryable() || error.is_unauthorized(),
            Self::Contended | Self::FolderGone | Self::LeaseHeld | Self::OutOfTime => true,
            Self::NotFound
            | Self::MergedElsewhere
            | Self::MergedIntoItself
            | Self::TooManySources
            | Self::SourcesTooLarge
            | Self::TooMuchAtOnce
            | Self::FolderTaken => false,
        }
    }

    /// How the link stands after this error, and the reason to show: Microsoft's code or a word of ours.
    #[must_use]
    pub fn link_status(&self) -> (LinkStatus, String) {
        match self {
            Self::Account(error) => error.link_status(),
            Self::Outlook(error) => link_failure(error),
            Self::FolderTaken => (LinkStatus::Failed, "folder_taken".to_owned()),
            _ => (LinkStatus::Failed, "internal_error".to_owned()),
        }
    }
}
