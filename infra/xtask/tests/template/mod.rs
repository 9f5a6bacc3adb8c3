//! `infra/template.yaml` as the tests read it. CloudFormation's tags are read as the plain values that they
//! stand on: `!Ref Queue` as `Queue`, `!GetAtt Queue.Arn` as `Queue.Arn`.

use serde_json::{Map, Value};
use xtask::project;

/// The template.
pub(crate) struct Template {
    resources: Map<String, Value>,
}

/// A function in it.
pub(crate) struct Function<'a> {
    /// The logical id, such as `ApiWeb`.
    pub(crate) id: String,
    /// The name in the project, such as `api-web`.
    pub(crate) name: String,
    /// Its properties.
    pub(crate) properties: &'a Value,
}

impl Function<'_> {
    /// A property that is a text.
    pub(crate) fn text(&self, property: &str) -> &str {
        text(self.properties, &[property])
    }

    /// Its time limit in seconds.
    pub(crate) fn timeout(&self) -> u64 {
        self.properties["Timeout"].as_u64().expect("a timeout")
    }

    /// The variables that it is given.
    pub(crate) fn environment(&self) -> &Map<String, Value> {
        self.properties["Environment"]["Variables"].as_object().expect("an environment")
    }
}

impl Template {
    pub(crate) fn load() -> Self {
        let path = project::root().join("infra/template.yaml");
        let yaml = std::fs::read_to_string(path).expect("the template is there");
        // YAML 1.2: the attribute type N is no boolean.
        let options = serde_saphyr::options! { strict_booleans: true };
        let mut template: Value = serde_saphyr::from_str_with_options(&yaml, options).expect("YAML");
        let Value::Object(resources) = template["Resources"].take() else { panic!("no resources") };
        Self { resources }
    }

    /// A resource by its logical id.
    pub(crate) fn resource(&self, id: &str) -> &Value {
        self.resources.get(id).unwrap_or_else(|| panic!("the template has no {id}"))
    }

    /// A resource's type; empty when there is no such resource.
    pub(crate) fn kind(&self, id: &str) -> &str {
        self.resources.get(id).and_then(|found| found["Type"].as_str()).unwrap_or_default()
    }

    /// The logical ids and properties of every resource of a type.
    pub(crate) fn of_kind(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        let found = self.resources.iter().filter(move |(_, resource)| resource["Type"] == kind);
        found.map(|(id, resource)| (id.as_str(), &resource["Properties"]))
    }

    pub(crate) fn functions(&self) -> Vec<Function<'_>> {
        let function = |(id, properties): (&str, _)| {
            let name = text(properties, &["FunctionName"]);
            let name =
                name.strip_prefix("${AWS::StackName}-").expect("the stack's name before the function's");
            Function { id: id.to_owned(), name: name.to_owned(), properties }
        };
        self.of_kind("AWS::Serverless::Function").map(function).collect()
    }

    /// A function by its logical id.
    pub(crate) fn function(&self, id: &str) -> Function<'_> {
        self.functions()
            .into_iter()
            .find(|function| function.id == id)
            .unwrap_or_else(|| panic!("no function {id}"))
    }

    /// Every statement of every role, with the role's logical id.
    pub(crate) fn statements(&self) -> Vec<(&str, &Value)> {
        let mut statements = Vec::new();
        for (id, role) in self.of_kind("AWS::IAM::Role") {
            for policy in role["Policies"].as_array().expect("policies") {
                let found = policy["PolicyDocument"]["Statement"].as_array().expect("statements");
                statements.extend(found.iter().map(|statement| (id, statement)));
            }
        }
        statements
    }

    /// Whether a role allows an action on exactly this resource.
    pub(crate) fn allows(&self, role: &str, action: &str, resource: &str) -> bool {
        self.statements().into_iter().any(|(id, statement)| {
            id == role
                && statement["Effect"] == "Allow"
                && texts(&statement["Action"]).contains(&action)
                && texts(&statement["Resource"]).contains(&resource)
        })
    }
}

/// The text at a path.
pub(crate) fn text<'a>(value: &'a Value, path: &[&str]) -> &'a str {
    let found = path.iter().fold(value, |value, part| &value[*part]);
    found.as_str().unwrap_or_else(|| panic!("no text at {path:?} in {value}"))
}

/// One text or a list of them.
pub(crate) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().map(|text| text.as_str().expect("a text")).collect(),
        other => panic!("neither a text nor a list: {other}"),
    }
}

/// The logical id in `Queue.Arn`, `${Table.Arn}/index/due` or `integrations/${Integration}`.
pub(crate) fn logical_id(reference: &str) -> String {
    let inner = reference.split_once("${").map_or(reference, |(_, rest)| rest);
    inner.chars().take_while(char::is_ascii_alphanumeric).collect()
}
