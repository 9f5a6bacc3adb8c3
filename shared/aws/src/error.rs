//! What can go wrong between us and AWS, in the two words a queue understands: retry or fail.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A failed call to AWS.
#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    /// A condition of the write did not hold; nothing was written.
    #[error("the condition of the write did not hold")]
    ConditionFailed,
    /// Throttled, unreachable or unwell: the same call may succeed later. A write may have taken effect.
    #[error("{operation} did not get through")]
    Unavailable {
        /// The SDK operation.
        operation: &'static str,
        /// What the SDK said.
        #[source]
        source: Cause,
    },
    /// AWS refused the call; repeating it does not help.
    #[error("{operation} was refused ({code})")]
    Refused {
        /// The SDK operation.
        operation: &'static str,
        /// The AWS error code, such as `AccessDeniedException`.
        code: String,
        /// What the SDK said.
        #[source]
        source: Cause,
    },
    /// A stored item or a secret does not have the shape that the code expects.
    #[error("{what} has an unexpected shape")]
    Shape {
        /// What was read or written.
        what: &'static str,
        /// The (de)serialisation error.
        #[source]
        source: Cause,
    },
}

/// Codes that say "later" although the SDK's own retries ended.
const TRANSIENT: [&str; 10] = [
    "InternalFailure",
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "RequestThrottled",
];

impl AwsError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// Whether a condition of the write did not hold.
    #[must_use]
    pub fn is_condition_failed(&self) -> bool {
        matches!(self, Self::ConditionFailed)
    }

    pub(crate) fn shape(what: &'static str, source: impl Into<Cause>) -> Self {
        Self::Shape { what, source: source.into() }
    }

    pub(crate) fn of_call<E>(operation: &'static str, error: SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let Some(service) = error.as_service_error() else {
            return Self::Unavailable { operation, source: error.into() };
        };
        let code = service.code().unwrap_or("Unknown").to_owned();
        match code.as_str() {
            "ConditionalCheckFailedException" => Self::ConditionFailed,
            code if TRANSIENT.contains(&code) => Self::Unavailable { operation, source: error.into() },
            _ => Self::Refused { operation, code, source: error.into() },
        }
    }
}
