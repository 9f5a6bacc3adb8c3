//! A customer of a benchmark: release binaries of the web functions behind a door, an organization, and its tenant
//! that has consented.

use anyhow::Result;
use tokio::net::TcpListener;

use super::front::Front;
use super::microsoft::{ADMINISTRATOR, Microsoft, TENANT_ID};
use super::outside::Outside;
use super::release;
use crate::product::Product;
use crate::project;
use crate::runtime_api::FunctionOptions;
use crate::stack::Operator;

/// Dropping it ends everything that it started.
pub(super) struct Customer {
    /// Kept, since the tables end with it.
    _outside: Outside,
    _front: Front,
    pub(super) microsoft: Microsoft,
    pub(super) product: Product,
    /// The door's URL, without a slash at the end.
    pub(super) gateway: String,
    environment: Vec<(String, String)>,
}

impl Customer {
    /// Starts the functions and lets the tenant's administrator consent to contacts.
    ///
    /// # Errors
    /// Something does not start, or a step is refused.
    pub(super) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let gateway = format!("http://{}", listener.local_addr()?);
        let outside = Outside::start(Microsoft::client_secret()).await?;
        let microsoft = Microsoft::start(&release::binary("simulator"), &gateway).await?;
        let mut environment = outside.environment();
        environment.extend(microsoft.environment());
        environment.push(("PUBLIC_URL".to_owned(), gateway.clone()));
        let web = [("connect", "connect-web"), ("", "api-web")];
        let web = web.map(|(segment, name)| (segment, options(name, &environment)));
        let front = Front::open(listener, web.into()).await?;
        let http = reqwest::Client::builder().build()?;
        let operator = Operator { http: &http, gateway: &gateway, key: outside.operator_key() };
        let product = Product::new(&gateway, operator.create_organization("Benchmark").await?)?;
        product.connect_tenant(TENANT_ID, ADMINISTRATOR).await?;
        Ok(Self { _outside: outside, _front: front, microsoft, product, gateway, environment })
    }

    /// How a function is started beside the others.
    pub(super) fn function(&self, name: &str) -> FunctionOptions {
        options(name, &self.environment)
    }
}

fn options(name: &str, environment: &[(String, String)]) -> FunctionOptions {
    FunctionOptions {
        binary: release::binary(name),
        environment: environment.to_vec(),
        log: Some(project::target().join(format!("bench/{name}.log"))),
    }
}
