//! What Outlook lets `$filter` and `$orderby` of messages say.
//! Source: Graph page "List messages" (the rules of `$filter` with `$orderby`).

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::graph::error::GraphError;
use crate::graph::filter::{Filter, Operator};
use crate::graph::query::Options;

use super::show::precise;

const TIMES: [&str; 4] = ["createdDateTime", "lastModifiedDateTime", "receivedDateTime", "sentDateTime"];
const OTHERS: [&str; 16] = [
    "conversationId",
    "flag/flagStatus",
    "from/emailAddress/address",
    "from/emailAddress/name",
    "hasAttachments",
    "importance",
    "inferenceClassification",
    "internetMessageId",
    "isDraft",
    "isRead",
    "isReadReceiptRequested",
    "parentFolderId",
    "sender/emailAddress/address",
    "sender/emailAddress/name",
    "subject",
    "isDeliveryReceiptRequested",
];
/// Collections that `any` may look into. Recipients are none of them.
const COLLECTIONS: [&str; 2] = ["categories", "singleValueExtendedProperties"];

fn is_known(path: &str) -> bool {
    TIMES.contains(&path) || OTHERS.contains(&path)
}

/// Checks the condition and the order of `options`, and brings the condition's times into the form that
/// messages are compared in.
///
/// # Errors
/// 400 for what cannot be asked, or would cost Exchange too much.
pub(super) fn check(options: &mut Options) -> Result<(), GraphError> {
    if let Some((path, _)) = options.order_by.iter().find(|(path, _)| !is_known(path)) {
        let message = format!("The property '{path}' does not support ordering.");
        return Err(GraphError::new(400, "ErrorInvalidUrlQuery", message));
    }
    let Some(filter) = options.filter.take() else { return Ok(()) };
    let mut paths = Vec::new();
    let filter = read(filter, &mut paths)?;
    let ordered: Vec<&str> = options.order_by.iter().map(|(path, _)| path.as_str()).collect();
    // What the order goes by must stand in the condition, in the same order, before anything else.
    if !ordered.is_empty() && !paths.iter().map(String::as_str).take(ordered.len()).eq(ordered) {
        let message = "The restriction or sort order is too complex for this operation.";
        return Err(GraphError::new(400, "InefficientFilter", message));
    }
    options.filter = Some(filter);
    Ok(())
}

/// The properties that the condition and the order of `options` go by.
pub(super) fn names(options: &Options) -> Vec<String> {
    let mut names: Vec<String> =
        options.order_by.iter().filter_map(|(path, _)| path.split('/').next()).map(str::to_owned).collect();
    if let Some(filter) = &options.filter {
        collect(filter, &mut names);
    }
    names.sort();
    names.dedup();
    names
}

fn collect(filter: &Filter, names: &mut Vec<String>) {
    match filter {
        Filter::And(a, b) | Filter::Or(a, b) => {
            collect(a, names);
            collect(b, names);
        }
        Filter::Not(a) => collect(a, names),
        Filter::Compare(path, ..) | Filter::Call(_, path, _) => names.extend(path.first().cloned()),
        Filter::Any(path, _) => names.push(path.clone()),
    }
}

/// The condition with its times made comparable; the properties it goes by, each once, are put into `paths`.
fn read(filter: Filter, paths: &mut Vec<String>) -> Result<Filter, GraphError> {
    let mut both = |a: Filter, b: Filter| Ok((Box::new(read(a, paths)?), Box::new(read(b, paths)?)));
    match filter {
        Filter::And(a, b) => both(*a, *b).map(|(a, b)| Filter::And(a, b)),
        Filter::Or(a, b) => both(*a, *b).map(|(a, b)| Filter::Or(a, b)),
        Filter::Not(a) => Ok(Filter::Not(Box::new(read(*a, paths)?))),
        Filter::Compare(path, operator, value) => {
            let joined = note(&path, paths)?;
            let value = if TIMES.contains(&joined.as_str()) { time(&value)? } else { value };
            let only_equal = ["internetMessageId", "conversationId", "parentFolderId"];
            if only_equal.contains(&joined.as_str()) && !matches!(operator, Operator::Eq | Operator::Ne) {
                return Err(GraphError::filter());
            }
            Ok(Filter::Compare(path, operator, value))
        }
        Filter::Call(function, path, text) => {
            let joined = note(&path, paths)?;
            let is_text = ["subject", "from/emailAddress/address", "from/emailAddress/name"];
            let is_text = is_text.contains(&joined.as_str()) || joined.starts_with("sender/");
            if is_text { Ok(Filter::Call(function, path, text)) } else { Err(GraphError::filter()) }
        }
        Filter::Any(path, inner) if COLLECTIONS.contains(&path.as_str()) => Ok(Filter::Any(path, inner)),
        Filter::Any(..) => Err(GraphError::filter()),
    }
}

fn note(path: &[String], paths: &mut Vec<String>) -> Result<String, GraphError> {
    let joined = path.join("/");
    if !is_known(&joined) {
        return Err(GraphError::filter());
    }
    if !paths.contains(&joined) {
        paths.push(joined.clone());
    }
    Ok(joined)
}

/// An instant or a day, as messages are compared by it.
fn time(value: &Value) -> Result<Value, GraphError> {
    let text = value.as_str().ok_or_else(GraphError::filter)?;
    let day = || {
        let midnight = text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?;
        Some(midnight.timestamp())
    };
    let instant = text.parse::<Timestamp>().ok().or_else(day).ok_or_else(GraphError::filter)?;
    Ok(precise(instant).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(query: &str) -> Result<Options, GraphError> {
        let mut options = Options::parse(query, 1000)?;
        check(&mut options).map(|()| options)
    }

    #[test]
    fn what_the_order_goes_by_leads_the_condition() {
        for (query, code) in [
            ("$filter=isRead eq false&$orderby=receivedDateTime", Some("InefficientFilter")),
            (
                "$filter=isRead eq false and receivedDateTime ge 2024-01-01&$orderby=receivedDateTime",
                Some("InefficientFilter"),
            ),
            (
                "$filter=receivedDateTime ge 2024-01-01 and isRead eq false&$orderby=receivedDateTime desc",
                None,
            ),
            (
                "$filter=receivedDateTime ge 2024-01-01 and receivedDateTime lt 2025-01-01 and isRead eq true&$orderby=receivedDateTime,isRead",
                None,
            ),
            ("$orderby=receivedDateTime", None),
            ("$orderby=body", Some("ErrorInvalidUrlQuery")),
        ] {
            assert_eq!(checked(query).err().map(|error| error.code), code, "{query}");
        }
    }

    #[test]
    fn only_what_outlook_can_look_up_may_be_asked() {
        for filter in [
            "toRecipients/any(r:r/emailAddress/address eq 'a')",
            "body/content eq 'a'",
            "receivedDateTime ge yesterday",
            "receivedDateTime ge 5",
            "internetMessageId gt 'a'",
            "startswith(internetMessageId,'a')",
            "shoeSize eq 42",
        ] {
            let refused = checked(&format!("$filter={filter}")).expect_err(filter);
            assert_eq!(refused.code, "ErrorInvalidUrlQueryFilter", "{filter}");
        }
    }

    #[test]
    fn times_are_compared_as_instants() {
        let options =
            checked("$filter=receivedDateTime ge 2024-01-01T09:00:00.5%2B09:00").expect("a condition");
        let expected = Value::from("2024-01-01T00:00:00.500000000Z");
        let path = vec!["receivedDateTime".to_owned()];
        assert_eq!(options.filter, Some(Filter::Compare(path, Operator::Ge, expected)));
    }
}
