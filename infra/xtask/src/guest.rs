//! A guest who books without JavaScript: pages as text, forms as they are sent.

use anyhow::{Context, Result, bail, ensure};
use reqwest::{StatusCode, header};
use url::{Url, form_urlencoded};

/// Somebody outside at a booking page.
#[derive(Debug, Clone)]
pub struct Guest {
    http: reqwest::Client,
    page: Url,
}

/// What a guest writes into the form.
#[derive(Debug, Clone)]
pub struct Particulars {
    /// The company.
    pub company: String,
    /// The name.
    pub name: String,
    /// The address that mail goes to.
    pub email: String,
    /// Answers by the question's id.
    pub answers: Vec<(String, String)>,
}

/// What came of a form that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The answer's status: 303 when it was taken.
    pub status: StatusCode,
    /// The appointment's page, when there is one.
    pub appointment: Option<Url>,
    /// The page that was shown instead.
    pub text: String,
}

impl Guest {
    /// A guest who was given the address of a page.
    ///
    /// # Errors
    /// It is no address, or the HTTP client cannot be made.
    pub fn new(page: &str) -> Result<Self> {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { http, page: Url::parse(page)? })
    }

    /// The page's address.
    #[must_use]
    pub fn page(&self) -> &Url {
        &self.page
    }

    /// The times that the page offers first, as the links to their forms say them.
    ///
    /// # Errors
    /// The page is not there.
    pub async fn offered(&self) -> Result<Vec<String>> {
        let text = self.read(&self.page).await?;
        let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let starts = links.filter_map(|link| {
            let link = self.page.join(&link.replace("&amp;", "&").replace("&#38;", "&")).ok()?;
            link.query_pairs().find(|(name, _)| name == "start").map(|(_, start)| start.into_owned())
        });
        Ok(starts.collect())
    }

    /// The body of the form for a time, filled in.
    ///
    /// # Errors
    /// The page does not show a form.
    pub async fn form(&self, start: &str, particulars: &Particulars) -> Result<String> {
        let mut url = self.page.clone();
        url.query_pairs_mut().append_pair("start", start).append_pair("zone", "Asia/Tokyo");
        let text = self.read(&url).await?;
        let form = text
            .split_once("name=\"form\" value=\"")
            .and_then(|(_, rest)| rest.split('"').next())
            .with_context(|| format!("no form for {start}: {text}"))?;
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("form", form).append_pair("start", start).append_pair("zone", "Asia/Tokyo");
        body.append_pair("company", &particulars.company).append_pair("name", &particulars.name);
        body.append_pair("email", &particulars.email);
        for (question, answer) in &particulars.answers {
            body.append_pair(&format!("answers.{question}"), answer);
        }
        Ok(body.finish())
    }

    /// Sends a form.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn send(&self, form: String) -> Result<Sent> {
        self.post(self.page.clone(), form).await
    }

    /// Asks for the cancellation of the appointment on this page.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn cancel(&self, appointment: &Url) -> Result<Sent> {
        self.post(Url::parse(&format!("{appointment}/cancel"))?, String::new()).await
    }

    async fn post(&self, url: Url, body: String) -> Result<Sent> {
        let request = self.http.post(url.clone());
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        let reply = request.send().await.with_context(|| format!("POST {url}"))?;
        let status = reply.status();
        let location = reply.headers().get(header::LOCATION).map(|to| to.to_str().map(str::to_owned));
        let appointment = match location.transpose()? {
            Some(to) if status.is_redirection() => Some(url.join(&to)?),
            Some(to) => bail!("{status} leads to {to}"),
            None => None,
        };
        Ok(Sent { status, appointment, text: reply.text().await? })
    }

    /// A page as text.
    ///
    /// # Errors
    /// It is not there.
    pub async fn read(&self, url: &Url) -> Result<String> {
        let reply = self.http.get(url.clone()).send().await.with_context(|| format!("GET {url}"))?;
        let (status, text) = (reply.status(), reply.text().await?);
        ensure!(status == StatusCode::OK, "{url}: {status}: {text}");
        Ok(text)
    }
}
