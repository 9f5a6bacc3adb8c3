//! R27: whatever text Graph sends in its handshake comes back as it was, to anybody, at once, also from a
//! function that has only just started.

use std::fmt::Write;
use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::Instant;

use crate::stack::{Answer, Stack};

/// Graph waits ten seconds; the first call pays for a process that starts.
const LIMIT: Duration = Duration::from_secs(5);

#[tokio::test]
async fn r27_any_text_comes_back_byte_by_byte() -> Result<()> {
    let stack = Stack::given()?;
    let long = "検証 token/+= ".repeat(200);
    for text in [
        "Validation: Testing client application reachability for subscription Request-Id: 522a8e7e-096a",
        "522a8e7e-096a-494c-aaf1-ac0dcfca45b7",
        "a+b c%20d%2Bé 接点 😀 &=#?;/\\",
        "<script>alert(1)</script>\"'\r\n\t",
        "\u{feff}mark",
        "%",
        " ",
        "",
        &long,
    ] {
        for route in ["notifications", "lifecycle"] {
            comes_back(&stack, route, text.as_bytes()).await?;
        }
    }
    let every_byte: Vec<u8> = (0..=255).collect();
    comes_back(&stack, "notifications", &every_byte).await?;
    for (query, expected) in [
        // As .NET writes it, and with another parameter on either side.
        ("validationToken=Validation%3a+Testing+it%2b", "Validation: Testing it+"),
        ("key=a%2Fb&validationToken=%E6%8E%A5%E7%82%B9&x=1", "接点"),
    ] {
        let answer = ask(&stack, "lifecycle", query).await?;
        ensure!((answer.status.as_u16(), answer.text.as_str()) == (200, expected), "{query}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn r27_only_a_post_is_a_handshake() -> Result<()> {
    let stack = Stack::given()?;
    for route in ["notifications", "lifecycle"] {
        let url = format!("{}/graph/{route}?validationToken=x", stack.file().gateway_url);
        for method in ["GET", "PUT", "DELETE"] {
            let answer = Answer::of(stack.http.request(method.parse()?, &url)).await?;
            ensure!(answer.status == 405 && answer.text.is_empty(), "{method}: {answer:?}");
        }
    }
    let elsewhere = format!("{}/graph/other?validationToken=x", stack.file().gateway_url);
    ensure!(Answer::of(stack.http.post(elsewhere)).await?.status == 404, "any path answers");
    Ok(())
}

/// The first call of all, and the first after the function's processes were replaced. Nobody else uses the
/// stack.
pub(crate) async fn is_answered_cold(stack: &Stack) -> Result<()> {
    for round in 0..3 {
        let started = Instant::now();
        comes_back(stack, "notifications", "cold start 接点".as_bytes()).await?;
        ensure!(started.elapsed() < LIMIT, "it took {:?}", started.elapsed());
        let function = stack.file().function("graph-web")?;
        stack
            .control
            .aws()
            .set_environment(function, &[("LOG_LEVEL", format!("info,x{round}=info"))])
            .await?;
    }
    Ok(())
}

async fn comes_back(stack: &Stack, route: &str, token: &[u8]) -> Result<()> {
    let mut encoded = String::new();
    for byte in token {
        write!(encoded, "%{byte:02X}")?;
    }
    let url = format!("{}/graph/{route}?key=k&validationToken={encoded}", stack.file().gateway_url);
    let reply = stack.http.post(url).header("content-type", "text/plain; charset=utf-8").send().await?;
    let shown = String::from_utf8_lossy(token).into_owned();
    ensure!(reply.status() == 200, "{shown:?}: {}", reply.status());
    let kind = reply.headers().get("content-type").map(|kind| kind.as_bytes().to_vec());
    ensure!(kind.as_deref().is_some_and(|kind| kind.starts_with(b"text/plain")), "{shown:?}: {kind:?}");
    ensure!(reply.headers().get("x-content-type-options").is_some(), "a browser may take it for a page");
    let body = reply.bytes().await?;
    ensure!(body == token, "{shown:?} came back as {body:?}");
    Ok(())
}

async fn ask(stack: &Stack, route: &str, query: &str) -> Result<Answer> {
    Answer::of(stack.http.post(format!("{}/graph/{route}?{query}", stack.file().gateway_url))).await
}
