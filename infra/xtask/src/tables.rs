//! The tables of `infra/template.yaml` in an in-process DynamoDB, so that the schema is written once.
//!
//! A table is named by its logical id (`AccountsTable`).

use std::collections::BTreeMap;
use std::path::Path;

use dynoxide::Database;
use dynoxide::actions::create_table::CreateTableRequest;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// What of `AWS::DynamoDB::Table` makes the schema; the rest (recovery, tags) has no meaning here.
const SCHEMA: [&str; 5] =
    ["KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "BillingMode"];

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum TablesError {
    /// The template is not there.
    #[error("the template could not be read")]
    Read(#[source] std::io::Error),
    /// The template is not YAML with `Resources`.
    #[error("the template is malformed")]
    Template(#[source] Box<serde_saphyr::Error>),
    /// A table that DynamoDB would refuse.
    #[error("the table {table} is refused: {reason}")]
    Table {
        /// Its logical id.
        table: String,
        /// What DynamoDB said.
        reason: String,
    },
    /// The database could not be opened.
    #[error("the database could not be opened: {0}")]
    Database(String),
    /// No free port.
    #[error("the database could not listen")]
    Listen(#[source] std::io::Error),
}

#[derive(Deserialize)]
struct Template {
    #[serde(rename = "Resources")]
    resources: BTreeMap<String, Resource>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "Properties", default)]
    properties: Map<String, Value>,
}

/// The `CreateTable` request of every `AWS::DynamoDB::Table`, by logical id. CloudFormation's tags are read
/// as the plain values that they stand on.
///
/// # Errors
/// The text is not a template.
pub fn of_template(yaml: &str) -> Result<BTreeMap<String, Value>, TablesError> {
    // YAML 1.2: the attribute type N is no boolean.
    let options = serde_saphyr::options! { strict_booleans: true };
    let template: Template = serde_saphyr::from_str_with_options(yaml, options)
        .map_err(|error| TablesError::Template(Box::new(error)))?;
    let tables =
        template.resources.into_iter().filter(|(_, resource)| resource.kind == "AWS::DynamoDB::Table");
    Ok(tables.map(|(name, resource)| (name.clone(), request(name, resource.properties))).collect())
}

fn request(name: String, properties: Map<String, Value>) -> Value {
    let mut request: Map<String, Value> =
        properties.into_iter().filter(|(property, _)| SCHEMA.contains(&property.as_str())).collect();
    request.insert("TableName".to_owned(), Value::String(name));
    Value::Object(request)
}

/// A DynamoDB in memory with the template's tables, served over HTTP; dropping it ends it.
#[derive(Debug)]
pub struct Tables {
    url: Url,
    serving: JoinHandle<()>,
}

impl Tables {
    /// Makes the tables of the template at `path` and serves them on a free port.
    ///
    /// # Errors
    /// The template is missing or malformed, a table is refused, or no port is free.
    pub async fn start(path: &Path) -> Result<Self, TablesError> {
        let yaml = std::fs::read_to_string(path).map_err(TablesError::Read)?;
        let database = database(&yaml)?;
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(TablesError::Listen)?;
        let address = listener.local_addr().map_err(TablesError::Listen)?;
        let url = Url::parse(&format!("http://{address}")).expect("a socket address makes a URL");
        Ok(Self { url, serving: tokio::spawn(dynoxide::server::serve_on(listener, database)) })
    }

    /// The DynamoDB endpoint.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }
}

impl Drop for Tables {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A DynamoDB in memory with the template's tables.
///
/// # Errors
/// The template is malformed, or a table is refused.
pub fn database(yaml: &str) -> Result<Database, TablesError> {
    let database = Database::memory().map_err(|error| TablesError::Database(error.to_string()))?;
    for (table, request) in of_template(yaml)? {
        let refused = |reason: String| TablesError::Table { table: table.clone(), reason };
        let request: CreateTableRequest =
            serde_json::from_value(request).map_err(|error| refused(error.to_string()))?;
        database.create_table(request).map_err(|error| refused(error.to_string()))?;
    }
    Ok(database)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEMPLATE: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: !If [Local, !Sub "target/${Profile}", target/lambda]
      Environment: {Variables: {NOTES_TABLE: !Ref NotesTable}}
      Policies:
        - Statement: [{Effect: Allow, Action: dynamodb:Query, Resource: !GetAtt NotesTable.Arn}]
  Empty:
    Type: AWS::SQS::Queue
  NotesTable:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: !Ref Retention
    Properties:
      TableName: !Sub "${AWS::StackName}-notes"
      BillingMode: PAY_PER_REQUEST
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
      AttributeDefinitions:
        - {AttributeName: pk, AttributeType: S}
        - {AttributeName: sk, AttributeType: S}
        - {AttributeName: revision, AttributeType: N}
      KeySchema:
        - {AttributeName: pk, KeyType: HASH}
        - {AttributeName: sk, KeyType: RANGE}
      LocalSecondaryIndexes:
        - IndexName: by_revision
          KeySchema:
            - {AttributeName: pk, KeyType: HASH}
            - {AttributeName: revision, KeyType: RANGE}
          Projection: {ProjectionType: ALL}
"#;

    #[test]
    fn only_tables_are_taken_and_only_their_schema() {
        let tables = of_template(TEMPLATE).expect("a template");
        assert_eq!(tables.keys().collect::<Vec<_>>(), ["NotesTable"]);
        let table = &tables["NotesTable"];
        assert_eq!(table["TableName"], "NotesTable");
        assert_eq!(table["LocalSecondaryIndexes"][0]["IndexName"], "by_revision");
        assert_eq!(
            table["AttributeDefinitions"][2],
            json!({"AttributeName": "revision", "AttributeType": "N"})
        );
        assert!(table.get("PointInTimeRecoverySpecification").is_none());
    }

    #[test]
    fn the_tables_take_items() {
        let database = database(TEMPLATE).expect("the tables are made");
        let put = |item: Value| {
            let request = json!({"TableName": "NotesTable", "Item": item});
            database.put_item(serde_json::from_value(request).expect("a request"))
        };
        put(json!({"pk": {"S": "a"}, "sk": {"S": "b"}, "revision": {"N": "1"}})).expect("put");
        put(json!({"pk": {"S": "a"}, "sk": {"S": "b"}, "revision": {"S": "1"}})).expect_err("not a number");
        let query = json!({"TableName": "NotesTable", "IndexName": "by_revision",
            "KeyConditionExpression": "pk = :pk AND revision > :seen",
            "ExpressionAttributeValues": {":pk": {"S": "a"}, ":seen": {"N": "0"}}});
        let found = database.query(serde_json::from_value(query).expect("a request")).expect("queried");
        assert_eq!(found.count, 1);
    }

    #[test]
    fn our_own_template_makes_our_tables() {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml"));
        let yaml = std::fs::read_to_string(path).expect("the template is there");
        let tables = of_template(&yaml).expect("a template");
        assert!(tables.contains_key("AccountsTable") && tables.contains_key("CardsTable"), "{tables:?}");
        database(&yaml).expect("DynamoDB takes them");
    }

    #[test]
    fn a_wrong_template_is_refused_by_name() {
        assert!(matches!(of_template("Resources: [1, 2]"), Err(TablesError::Template(_))));
        let broken =
            TEMPLATE.replace("AttributeName: sk, AttributeType: S", "AttributeName: other, AttributeType: S");
        let error = database(&broken).err().expect("refused").to_string();
        assert!(error.contains("NotesTable"), "{error}");
        assert!(of_template("").is_err() && of_template("Resources: [").is_err());
    }
}
