//! A body in its other form, in short, and without what it quotes.

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::model::mailbox::Body;

const PREVIEW: usize = 255;

/// Tags after which a line ends.
const BLOCKS: [&str; 13] =
    ["div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "pre", "ul"];

/// What mail programs write above the mail that they quote.
static QUOTE: LazyLock<Regex> = LazyLock::new(|| {
    let above = [
        r"-{3,} ?(Original Message|Forwarded message|元のメッセージ|転送メッセージ).*",
        r"_{10,}",
        r"On .+ wrote:",
        r"(From|差出人): .+\r?\n(Sent|Date|送信日時|日時): ",
        r">.*",
        r"\d{4}[/年].+(<.+@.+>|さん).*[::]",
    ];
    Regex::new(&format!("(?m)^({})", above.join("|"))).expect("a pattern that can be read")
});

/// HTML with a break after every block and a space after every cell.
fn broken(html: &str) -> String {
    let mut pieces = html.split("</");
    let mut broken = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (tag, rest) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag.trim().to_ascii_lowercase();
        broken += &format!("</{tag}>");
        if BLOCKS.contains(&name.as_str()) {
            broken += "<br>";
        } else if name == "td" || name == "th" {
            broken.push(' ');
        }
        broken += rest;
    }
    broken
}

/// Text without space around it, and with never more than one empty line.
fn without_gaps(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for line in text.trim().lines().map(str::trim_end) {
        if !(line.is_empty() && kept.last().is_some_and(|last| last.is_empty())) {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// A body as plain text, as `Prefer: outlook.body-content-type="text"` asks for it. Lines end in CR LF.
#[must_use]
pub fn to_text(body: &Body) -> String {
    let text = if body.html {
        without_gaps(&mail_parser::decoders::html::html_to_text(&broken(&body.content)))
    } else {
        body.content.replace("\r\n", "\n")
    };
    text.replace('\n', "\r\n")
}

/// A body as HTML, as Graph shows it when nothing else is asked for.
#[must_use]
pub fn to_html(body: &Body) -> String {
    if body.html {
        return body.content.clone();
    }
    let text = body.content.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let text = text.replace("\r\n", "\n").replace('\n', "<br>\r\n");
    format!(
        "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body>\
         <div class=\"PlainText\">{text}</div></body></html>"
    )
}

/// The first 255 characters of the text.
#[must_use]
pub fn preview(body: &Body) -> String {
    to_text(body).trim().chars().take(PREVIEW).collect()
}

/// The body without the earlier mails that it quotes. Exchange compares with those mails; this goes by what
/// mail programs write above a quotation.
#[must_use]
pub fn unique(body: &Body) -> Body {
    let text = to_text(body);
    let end = QUOTE.find(&text).map_or(text.len(), |quote| quote.start());
    if end == text.len() && body.html {
        return body.clone();
    }
    Body { html: false, content: text[..end].trim_end().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(content: &str) -> Body {
        Body { html: true, content: content.to_owned() }
    }

    fn plain(content: &str) -> Body {
        Body { html: false, content: content.to_owned() }
    }

    #[test]
    fn blocks_of_html_become_lines() {
        let body = html(
            "<html><head><style>p{}</style></head><body><div>株式会社例</div><div>山田 &amp; 佐藤<br>\
                         03-0000-0000</div><table><tr><td>a</td><td>b</td></tr></table></body></html>",
        );
        assert_eq!(to_text(&body), "株式会社例\r\n山田 & 佐藤\r\n03-0000-0000\r\na b");
    }

    #[test]
    fn text_becomes_html_that_shows_the_same() {
        let shown = to_html(&plain("1 < 2\r\n& so on"));
        assert!(shown.contains("1 &lt; 2<br>\r\n&amp; so on"), "{shown}");
    }

    #[test]
    fn quotations_are_left_out_of_the_unique_body() {
        for quote in [
            "-----Original Message-----\r\nFrom: a",
            "On Mon, 1 Jan 2024 at 10:00, A <a@b.example> wrote:\r\n> x",
            "差出人: 山田 <a@b.example>\r\n送信日時: 2024年1月1日\r\n",
            "> 前のメール",
            "2024年1月1日(月) 10:00 山田 <a@b.example>:\r\n> x",
        ] {
            assert_eq!(
                unique(&plain(&format!("承知しました。\r\n\r\n{quote}"))).content,
                "承知しました。",
                "{quote}"
            );
        }
        assert_eq!(unique(&plain("一つだけ")).content, "一つだけ");
    }

    #[test]
    fn previews_hold_255_characters() {
        assert_eq!(preview(&plain(&"あ".repeat(300))).chars().count(), 255);
    }
}
