//! The functions' binaries, as `sam deploy` takes them: `target/lambda/FUNCTION/bootstrap`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::process::Command;

use crate::process::{quiet, run};
use crate::project;

/// What was built.
#[derive(Debug)]
pub(super) struct Built {
    /// The simulator's program.
    pub simulator: PathBuf,
}

/// Builds the functions and the simulator with the dev profile, and packages the functions.
///
/// # Errors
/// They do not compile, or the packages cannot be written.
pub(super) async fn build() -> Result<Built> {
    let functions = project::functions().context("cannot read functions/")?;
    let mut packages = functions.clone();
    packages.push("simulator".to_owned());
    let programs = compile(&packages).await?;
    let (simulator, programs) = programs.split_last().context("cargo built nothing")?;
    for (function, program) in functions.iter().zip(programs) {
        package(function, program).await.with_context(|| format!("cannot package {function}"))?;
    }
    Ok(Built { simulator: simulator.clone() })
}

/// Compiles the packages; their programs, in the same order.
async fn compile(packages: &[String]) -> Result<Vec<PathBuf>> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(project::root()).args(["build", "--message-format=json-render-diagnostics"]);
    for package in packages {
        cargo.args(["--package", package]);
    }
    // Its progress and its errors are for the person at the terminal.
    cargo.stdout(Stdio::piped()).stderr(Stdio::inherit());
    let messages = run("cargo build", &mut cargo).await.map_err(|_| anyhow::anyhow!("cargo build failed"))?;
    let program = |package: &String| {
        messages
            .lines()
            .find_map(|line| program_of(line, package))
            .with_context(|| format!("no program {package}"))
    };
    packages.iter().map(program).collect()
}

/// The program's path when `line` is the message about it.
fn program_of(line: &str, name: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    let is_it = message["target"]["name"] == name && message["target"]["kind"] == serde_json::json!(["bin"]);
    is_it.then(|| message["executable"].as_str().map(PathBuf::from))?
}

/// Puts a program where the template looks for it, without symbols, and only when it changed,
/// so that an unchanged function is not deployed again.
async fn package(function: &str, program: &Path) -> Result<()> {
    let folder = project::target().join("lambda").join(function);
    std::fs::create_dir_all(&folder)?;
    let (bootstrap, source) = (folder.join("bootstrap"), std::fs::metadata(program)?.modified()?);
    if std::fs::metadata(&bootstrap).and_then(|found| found.modified()).is_ok_and(|time| time == source) {
        return Ok(());
    }
    // Written aside, since another stack may be reading it.
    let fresh = folder.with_extension(format!("new-{}", std::process::id()));
    std::fs::copy(program, &fresh)?;
    // Only smaller and quicker to deploy: a machine without `strip` does without.
    let _optional = run("strip", quiet("strip").arg("--strip-all").arg(&fresh)).await;
    std::fs::File::options().write(true).open(&fresh)?.set_modified(source)?;
    std::fs::rename(&fresh, &bootstrap)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_own_message_counts() {
        let program = r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"api-web"},"executable":"/t/api-web"}"#;
        let library =
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"api-web"},"executable":null}"#;
        assert_eq!(program_of(program, "api-web"), Some(PathBuf::from("/t/api-web")));
        assert_eq!(program_of(library, "api-web"), None);
        assert_eq!(program_of(program, "cards-worker"), None);
        assert_eq!(program_of("   Compiling api-web", "api-web"), None);
    }
}
