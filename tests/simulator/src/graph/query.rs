//! Query options, and what they do to a collection.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::error::GraphError;
use super::extended::{Expand, split_top};
use super::filter::Filter;

/// The query options of one request.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    pub(super) select: Option<Vec<String>>,
    pub(super) expand: Expand,
    pub(super) filter: Option<Filter>,
    /// Property and whether it descends.
    pub(super) order_by: Vec<(String, bool)>,
    pub(super) top: Option<usize>,
    pub(super) skip: usize,
    pub(super) count: bool,
    pub(super) skip_token: Option<String>,
    pub(super) delta_token: Option<String>,
    /// The options as they came, without `$skip` and the tokens: what a link to the next page repeats.
    repeated: Vec<(String, String)>,
}

/// Names and values, decoded; `+` is a space.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    query.split('&').filter(|part| !part.is_empty()).map(move |part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decode(name), decode(value))
    })
}

impl Options {
    /// Reads the options; `top_max` is the most that `$top` may ask for.
    pub(super) fn parse(query: &str, top_max: usize) -> Result<Self, GraphError> {
        let mut options = Self::default();
        for (name, value) in pairs(query) {
            // OData 4.01: the dollar sign may be left out.
            let lower = name.to_ascii_lowercase();
            let bare = lower.strip_prefix('$').unwrap_or(&lower);
            let is_number = |name: &str| {
                value.parse::<usize>().map_err(|_| {
                    GraphError::query(format!("Invalid value '{value}' for ${name} query option found."))
                })
            };
            match bare {
                "select" => {
                    options.select =
                        Some(split_top(&value, ',').iter().map(|s| s.trim().to_owned()).collect())
                }
                "expand" => options.expand = Expand::parse(&value)?,
                "filter" => options.filter = Some(Filter::parse(&value)?),
                "orderby" => options.order_by = order_by(&value)?,
                "top" => options.top = Some(check_top(is_number("top")?, top_max)?),
                "skip" => options.skip = is_number("skip")?,
                "count" => options.count = value.eq_ignore_ascii_case("true"),
                "skiptoken" => options.skip_token = Some(value.clone()),
                "deltatoken" => options.delta_token = Some(value.clone()),
                "search" => return Err(GraphError::not_simulated("$search")),
                "format" => {}
                _ if lower.starts_with('$') => {
                    return Err(GraphError::query(format!("The query parameter '{name}' is not supported.")));
                }
                // Unknown parameters without a dollar sign are ignored by Graph.
                _ => {}
            }
            if !["skip", "skiptoken", "deltatoken"].contains(&bare) {
                options.repeated.push((name, value));
            }
        }
        Ok(options)
    }

    /// The query of the next page, `$skip` or a token with its value at the end.
    pub(super) fn next_query(&self, name: &str, value: &str) -> String {
        let all = self.repeated.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain([(name, value)]);
        let encode = |text: &str| -> String {
            let bytes = url::form_urlencoded::byte_serialize(text.as_bytes());
            bytes.collect::<String>().replace('+', "%20").replace("%24", "$")
        };
        all.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
    }

    /// Checks `$select` against the properties of a type.
    pub(super) fn check_select(
        &self,
        type_name: &str,
        known: impl Fn(&str) -> bool,
    ) -> Result<(), GraphError> {
        let unknown = |name: &&String| !name.is_empty() && *name != "*" && !known(name);
        match self.select.iter().flatten().find(unknown) {
            None => Ok(()),
            Some(name) => Err(GraphError::query(format!(
                "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type \
                 'microsoft.graph.{type_name}'."
            ))),
        }
    }

    /// Leaves what `$select` names: the id, annotations and expansions stay.
    pub(super) fn apply_select(select: Option<&[String]>, entity: &mut Map<String, Value>) {
        let Some(select) = select.filter(|select| !select.iter().any(|name| name == "*")) else { return };
        let stays = |name: &str| {
            name == "id"
                || name.contains('@')
                || name.ends_with("ExtendedProperties")
                || select.iter().any(|wanted| wanted == name)
        };
        entity.retain(|name, _| stays(name));
    }

    /// Sorts by `$orderby`; without it the order stays.
    pub(super) fn sort(&self, entities: &mut [Value]) {
        if self.order_by.is_empty() {
            return;
        }
        let key = |entity: &Value, path: &str| {
            let value = path.split('/').fold(entity, |value, name| value.get(name).unwrap_or(&Value::Null));
            value.as_str().map_or_else(|| value.to_string(), str::to_lowercase)
        };
        entities.sort_by(|a, b| {
            let by = self.order_by.iter().map(|(path, descending)| {
                let ordering = key(a, path).cmp(&key(b, path));
                if *descending { ordering.reverse() } else { ordering }
            });
            by.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
    }
}

fn check_top(top: usize, max: usize) -> Result<usize, GraphError> {
    match top {
        0 => Err(GraphError::query("Invalid value '0' for $top query option found. It must be positive.")),
        top if top > max => {
            Err(GraphError::query(format!("The limit of '{max}' for Top query has been exceeded.")))
        }
        top => Ok(top),
    }
}

fn order_by(text: &str) -> Result<Vec<(String, bool)>, GraphError> {
    let read = |item: &str| {
        let mut words = item.split_whitespace();
        let path = words.next()?.to_owned();
        match (words.next().map(str::to_ascii_lowercase).as_deref(), words.next()) {
            (None | Some("asc"), None) => Some((path, false)),
            (Some("desc"), None) => Some((path, true)),
            _ => None,
        }
    };
    let items: Option<Vec<_>> = text.split(',').map(read).collect();
    items.ok_or_else(|| GraphError::query("The $orderby expression cannot be read."))
}

/// Where the entities of a response stand: `@odata.context` and links.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    /// Scheme and host.
    pub(super) base: &'a str,
    /// The path of the request, encoded, below `/v1.0`.
    pub(super) path: &'a str,
    /// What stands after `$metadata#`.
    pub(super) context: String,
}

impl Place<'_> {
    pub(super) fn context(&self, suffix: &str) -> Value {
        Value::String(format!("{}/v1.0/$metadata#{}{suffix}", self.base, self.context))
    }

    /// An absolute link to this path with another query.
    pub(super) fn link(&self, query: &str) -> String {
        format!("{}/v1.0{}?{query}", self.base, self.path)
    }

    /// The page of `items` that `options` ask for, each as `show` shows it, with the link to the next one.
    pub(super) fn page<T>(
        &self,
        options: &Options,
        default_page: usize,
        items: &[T],
        show: impl Fn(&T) -> Value,
    ) -> Value {
        let size = options.top.unwrap_or(default_page);
        let page: Vec<Value> = items.iter().skip(options.skip).take(size).map(show).collect();
        let mut body = Map::new();
        body.insert("@odata.context".to_owned(), self.context(""));
        if options.count {
            body.insert("@odata.count".to_owned(), items.len().into());
        }
        let next = options.skip + page.len();
        if next < items.len() && !page.is_empty() {
            let query = options.next_query("$skip", &next.to_string());
            body.insert("@odata.nextLink".to_owned(), self.link(&query).into());
        }
        body.insert("value".to_owned(), Value::Array(page));
        Value::Object(body)
    }
}
