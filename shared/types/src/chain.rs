//! Errors in one line, for the one place that logs or returns them.

use std::{error::Error, fmt};

/// An error with all its causes, outermost first. Nothing below the boundary prints causes, so each is said
/// once.
#[derive(Debug, Clone, Copy)]
pub struct Chain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
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
        assert_eq!(Chain(&Outer(cause)).to_string(), "the push failed: invalid digit found in string");
    }
}
