//! What the pages show.

use askama::Template;
use serde_json::Value;

use super::schema::{Piece, Row, fields, parameter, pieces};

/// All pages.
pub(super) struct Docs {
    title: String,
    about: Vec<Vec<Piece>>,
    pub(super) subjects: Vec<Subject>,
}

/// One subject: the operations of a tag.
pub(super) struct Subject {
    /// Its name in addresses.
    pub(super) name: String,
    title: String,
    about: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: Vec<Piece>,
    about: Vec<Piece>,
    parameters: Vec<Row>,
    bodies: Vec<Body>,
    answers: Vec<Answer>,
}

struct Body {
    media_type: String,
    fields: Vec<Row>,
}

struct Answer {
    status: String,
    about: Vec<Piece>,
    bodies: Vec<Body>,
}

#[derive(Template)]
#[template(path = "docs.html")]
struct PageView<'a> {
    docs: &'a Docs,
    /// None on the overview.
    subject: Option<&'a Subject>,
}

impl Docs {
    pub(super) fn of(description: &Value) -> Self {
        let info = &description["info"];
        let about = info["description"].as_str().unwrap_or_default();
        let subjects = description["tags"].as_array().into_iter().flatten();
        let subjects = subjects.map(|tag| Subject::of(tag, description));
        Self {
            title: info["title"].as_str().unwrap_or_default().to_owned(),
            about: about.split("\n\n").map(pieces).collect(),
            subjects: subjects.filter(|subject| !subject.operations.is_empty()).collect(),
        }
    }

    pub(super) fn overview(&self) -> Result<String, askama::Error> {
        PageView { docs: self, subject: None }.render()
    }

    pub(super) fn subject(&self, subject: &Subject) -> Result<String, askama::Error> {
        PageView { docs: self, subject: Some(subject) }.render()
    }
}

impl Subject {
    fn of(tag: &Value, description: &Value) -> Self {
        let title = tag["name"].as_str().unwrap_or_default();
        let mut operations = Vec::new();
        for (path, methods) in description["paths"].as_object().into_iter().flatten() {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                if operation["tags"][0] == tag["name"] {
                    operations.push(Operation::of(method, path, operation, description));
                }
            }
        }
        Self {
            name: title.replace(' ', "-"),
            title: title.to_owned(),
            about: tag["description"].as_str().unwrap_or_default().to_owned(),
            operations,
        }
    }
}

impl Operation {
    fn of(method: &str, path: &str, operation: &Value, whole: &Value) -> Self {
        let text = |name: &str| operation[name].as_str().unwrap_or_default();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let answers = operation["responses"].as_object().into_iter().flatten();
        // What any route may answer is said once, on the overview.
        let own = answers.filter(|(_, answer)| answer.get("$ref").is_none());
        let own = own.filter(|(status, _)| status.as_str() != "4XX");
        // The summary begins the description, which goes on with the rest.
        let about = text("description").strip_prefix(text("summary")).unwrap_or(text("description"));
        Self {
            id: text("operationId").to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: pieces(text("summary")),
            about: pieces(about.trim()),
            parameters: parameters.map(|given| parameter(given, whole)).collect(),
            bodies: bodies(&operation["requestBody"]["content"], whole),
            answers: own.map(|(status, answer)| Answer::of(status, answer, whole)).collect(),
        }
    }
}

impl Answer {
    fn of(status: &str, answer: &Value, whole: &Value) -> Self {
        Self {
            status: status.to_owned(),
            about: pieces(answer["description"].as_str().unwrap_or_default()),
            bodies: bodies(&answer["content"], whole),
        }
    }
}

fn bodies(content: &Value, whole: &Value) -> Vec<Body> {
    let contents = content.as_object().into_iter().flatten();
    let body = |(media_type, body): (&String, &Value)| Body {
        media_type: media_type.clone(),
        fields: fields(&body["schema"], whole),
    };
    contents.map(body).collect()
}
