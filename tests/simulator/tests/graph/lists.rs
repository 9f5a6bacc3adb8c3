//! Query options and paging.

use serde_json::{Value, json};

use crate::support::{Client, World, segment, world};

async fn with_contacts(count: usize) -> (World, Client) {
    let world = world().await;
    let hanako = world.hanako().await;
    for number in 0..count {
        let body = json!({"displayName": format!("C{number:02}"), "companyName": if number % 2 == 0 { "Even" } else { "Odd" },
            "emailAddresses": [{"address": format!("c{number}@example.jp"), "name": "C"}]});
        hanako.post("/me/contacts", body).await.expect(201);
    }
    (world, hanako)
}

fn names(values: &[Value]) -> Vec<String> {
    values.iter().map(|value| value["displayName"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn pages_hold_ten_or_what_top_says_and_link_to_the_next() {
    let (_world, hanako) = with_contacts(23).await;
    let first = hanako.get("/me/contacts?$select=displayName").await.expect(200);
    assert_eq!(first.values().len(), 10);
    let (mut all, mut next) = (first.values().clone(), first.body["@odata.nextLink"].clone());
    let mut pages = 1;
    while let Some(link) = next.as_str() {
        let page = hanako.get(link).await.expect(200);
        assert!(
            page.values().iter().all(|value| value.get("companyName").is_none()),
            "the link keeps $select"
        );
        all.extend(page.values().clone());
        next = page.body["@odata.nextLink"].clone();
        pages += 1;
    }
    assert_eq!((all.len(), pages), (23, 3));
    let top = hanako.get("/me/contacts?$top=1000").await.expect(200);
    assert_eq!((top.values().len(), top.body.get("@odata.nextLink")), (23, None));
    hanako.get("/me/contacts?$top=1001").await.expect(400);
    hanako.get("/me/contacts?$top=0").await.expect(400);
}

#[tokio::test]
async fn lists_are_filtered_sorted_counted() {
    let (_world, hanako) = with_contacts(6).await;
    let by = |filter: &str| format!("/me/contacts?$filter={}", segment(filter));
    let found = hanako.get(&by("emailAddresses/any(a:a/address eq 'C3@example.jp')")).await.expect(200);
    assert_eq!(names(found.values()), ["C03"]);
    let odd = by("companyName eq 'Odd' and startswith(displayName,'C0') and not (displayName eq 'C01')");
    assert_eq!(names(hanako.get(&odd).await.expect(200).values()), ["C03", "C05"]);
    let sorted =
        hanako.get("/me/contacts?$orderby=companyName%20desc,displayName%20desc&$top=2&$count=true").await;
    let sorted = sorted.expect(200);
    assert_eq!(names(sorted.values()), ["C05", "C03"]);
    assert_eq!(sorted.body["@odata.count"], 6);
    let skipped = hanako.get("/me/contacts?$skip=4").await.expect(200);
    assert_eq!(names(skipped.values()), ["C04", "C05"]);
    let count = hanako
        .get(&format!("/me/contacts/$count?$filter={}", segment("companyName eq 'Odd'")))
        .await
        .expect(200);
    assert_eq!(count.body, 3);
    assert!(count.header("content-type").starts_with("text/plain"));
}

#[tokio::test]
async fn what_outlook_does_not_support_is_refused() {
    let (_world, hanako) = with_contacts(1).await;
    for filter in [
        "emailAddresses/any(a:startswith(a/address,'c'))",
        "emailAddresses/any(a:a/address ne 'c')",
        "shoeSize eq 42",
        "displayName eq",
        "displayName eq 'A",
        "businessPhones/any(p:p eq '1')",
    ] {
        let answer = hanako.get(&format!("/me/contacts?$filter={}", segment(filter))).await.expect(400);
        assert_eq!(answer.code(), "ErrorInvalidUrlQueryFilter", "{filter}");
    }
    for query in ["$select=shoeSize", "$top=many", "$unknown=1", "$orderby=displayName%20up"] {
        assert_eq!(
            hanako.get(&format!("/me/contacts?{query}")).await.expect(400).code(),
            "RequestBroker--ParseUri"
        );
    }
}
