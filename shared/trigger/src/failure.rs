//! Errors at the boundary: the whole chain of causes, once.

use std::error::Error;

/// The error and its causes in one line, outermost first.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// An error for the Runtime API that says the whole chain.
pub fn error_from(error: impl Error + 'static) -> lambda_runtime::Error {
    chain(&error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the push failed")]
    struct Outer(#[source] std::num::ParseIntError);

    #[test]
    fn the_chain_names_every_cause_once() {
        let cause = "x".parse::<u8>().expect_err("no number");
        assert_eq!(chain(&Outer(cause)), "the push failed: invalid digit found in string");
    }
}
