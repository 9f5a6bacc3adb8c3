//! Contacts: what is written, what Exchange makes of it.

use reqwest::Method;
use serde_json::json;

use crate::support::{CARD_ID, HANAKO, segment, world};

#[tokio::test]
async fn a_contact_is_created_read_changed_and_deleted() {
    let world = world().await;
    let hanako = world.hanako().await;
    let made = hanako
        .post(
            "/me/contacts",
            json!({"surname": "佐藤", "givenName": "花子", "displayName": "佐藤 花子", "yomiSurname": "さとう",
                "businessAddress": {"city": "港区", "state": "東京都", "postalCode": "105-0011"},
                "emailAddresses": [{"address": "hanako@example.jp"}]}),
        )
        .await
        .expect(201);
    assert_eq!(made.body["displayName"], "佐藤 花子");
    assert_eq!(made.body["businessPhones"], json!([]));
    assert_eq!(made.body["emailAddresses"][0]["name"], "hanako@example.jp");
    assert_eq!(made.header("etag"), made.body["@odata.etag"]);
    let path = format!("/me/contacts/{}", segment(&made.id()));
    let changed = hanako
        .patch(&path, json!({"jobTitle": "部長", "businessAddress": {"city": "渋谷区"}}))
        .await
        .expect(200);
    assert_eq!(changed.body["businessAddress"], json!({"city": "渋谷区"}), "replaced as a whole");
    assert_eq!(changed.body["surname"], "佐藤", "what is not named stays");
    assert_ne!(changed.body["changeKey"], made.body["changeKey"]);
    hanako.delete(&path).await.expect(204);
    assert_eq!(hanako.get(&path).await.expect(404).code(), "ErrorItemNotFound");
}

#[tokio::test]
async fn the_display_name_is_made_anew_when_only_parts_of_the_name_are_sent() {
    let world = world().await;
    let hanako = world.hanako().await;
    let named =
        json!({"surname": "佐藤", "givenName": "花子", "displayName": "佐藤 花子", "fileAs": "佐藤花子"});
    let made = hanako.post("/me/contacts", named).await.expect(201);
    let path = format!("/me/contacts/{}", segment(&made.id()));
    let changed = hanako.patch(&path, json!({"surname": "鈴木"})).await.expect(200);
    assert_eq!(changed.body["displayName"], "花子 鈴木");
    assert_eq!(changed.body["fileAs"], "佐藤花子", "set by hand: stays");
    let kept = json!({"surname": "田中", "displayName": "田中 花子"});
    assert_eq!(hanako.patch(&path, kept).await.expect(200).body["displayName"], "田中 花子");
    let other = hanako.patch(&path, json!({"companyName": "A"})).await.expect(200);
    assert_eq!(other.body["displayName"], "田中 花子", "no part of the name was sent");
}

#[tokio::test]
async fn null_clears_a_text_and_an_empty_list_a_collection() {
    let world = world().await;
    let hanako = world.hanako().await;
    let made = hanako
        .post(
            "/me/contacts",
            json!({"displayName": "A", "jobTitle": "B", "businessPhones": ["03-1234-5678"]}),
        )
        .await
        .expect(201);
    let path = format!("/me/contacts/{}", segment(&made.id()));
    let cleared = hanako.patch(&path, json!({"jobTitle": null, "businessPhones": []})).await.expect(200);
    assert_eq!((&cleared.body["jobTitle"], &cleared.body["businessPhones"]), (&json!(null), &json!([])));
    let refused = hanako.patch(&path, json!({"businessPhones": null})).await.expect(400);
    assert_eq!(refused.code(), "RequestBodyRead");
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_nothing_is_stored() {
    let world = world().await;
    let hanako = world.hanako().await;
    for (body, code) in [
        (json!({"nickname": "A"}), "RequestBodyRead"),
        (json!({"displayName": 5}), "RequestBodyRead"),
        (json!({"emailAddresses": "a@b.example"}), "RequestBodyRead"),
        (json!({"businessAddress": {"town": "A"}}), "RequestBodyRead"),
        (json!({"birthday": "yesterday"}), "RequestBodyRead"),
        (json!(["A"]), "RequestBodyRead"),
        (
            json!({"emailAddresses": [{"address": "1@a"}, {"address": "2@a"}, {"address": "3@a"}, {"address": "4@a"}]}),
            "ErrorPropertyValidationFailure",
        ),
        (json!({"businessPhones": ["1", "2", "3"]}), "ErrorPropertyValidationFailure"),
        (
            json!({"singleValueExtendedProperties": [{"id": "CardId", "value": "1"}]}),
            "ErrorInvalidExtendedProperty",
        ),
        (
            json!({"singleValueExtendedProperties": [{"id": "Integer 0x1234", "value": "x"}]}),
            "ErrorInvalidExtendedPropertyValue",
        ),
    ] {
        assert_eq!(hanako.post("/me/contacts", body.clone()).await.expect(400).code(), code, "{body}");
    }
    let broken =
        hanako.http.post(format!("{}/me/contacts", hanako.base)).bearer_auth(&hanako.token).body("{\"a\"");
    assert_eq!(broken.send().await.expect("an answer").status(), 400);
    assert_eq!(world.contacts_of(HANAKO).await.len(), 0);
    world.control("settings", json!({"businessPhonesLimit": 3})).await;
    hanako.post("/me/contacts", json!({"businessPhones": ["1", "2", "3"]})).await.expect(201);
}

#[tokio::test]
async fn what_the_service_sets_is_ignored_when_it_is_sent() {
    let world = world().await;
    let hanako = world.hanako().await;
    let body = json!({"id": "mine", "changeKey": "x", "createdDateTime": "2000-01-01T00:00:00Z", "displayName": "A"});
    let made = hanako.post("/me/contacts", body).await.expect(201);
    assert_ne!(made.id(), "mine");
    assert!(!made.body["createdDateTime"].as_str().expect("a time").starts_with("2000"));
}

#[tokio::test]
async fn a_change_key_that_is_not_current_is_refused() {
    let world = world().await;
    let hanako = world.hanako().await;
    let made = hanako.post("/me/contacts", json!({"displayName": "A"})).await.expect(201);
    let path = format!("/me/contacts/{}", segment(&made.id()));
    let etag = made.header("etag").to_owned();
    let with = |etag: String, method| {
        let (hanako, path) = (hanako.clone(), path.clone());
        async move {
            let body = (method == Method::PATCH).then(|| json!({"jobTitle": "B"}));
            hanako.send(method, &path, &[("If-Match", etag.as_str())], body).await
        }
    };
    let changed = with(etag.clone(), Method::PATCH).await.expect(200);
    assert_eq!(with(etag.clone(), Method::PATCH).await.expect(412).code(), "ErrorIrresolvableConflict");
    with(etag, Method::DELETE).await.expect(412);
    with("*".to_owned(), Method::PATCH).await.expect(200);
    assert_ne!(changed.header("etag"), "");
}

#[tokio::test]
async fn an_extended_property_is_found_expanded_and_kept_by_a_patch() {
    let world = world().await;
    let hanako = world.hanako().await;
    let tagged = |value: &str| json!({"displayName": value, "singleValueExtendedProperties": [{"id": CARD_ID, "value": value}]});
    let made = hanako.post("/me/contacts", tagged("card-1")).await.expect(201);
    hanako.post("/me/contacts", tagged("card-2")).await.expect(201);
    assert!(made.body.get("singleValueExtendedProperties").is_none(), "only when it is expanded");
    hanako
        .patch(&format!("/me/contacts/{}", segment(&made.id())), json!({"jobTitle": "B"}))
        .await
        .expect(200);
    let filter =
        format!("singleValueExtendedProperties/any(ep:ep/id eq '{CARD_ID}' and ep/value eq 'card-1')");
    let expand = format!(
        "singleValueExtendedProperties($filter=id eq '{}')",
        CARD_ID.to_uppercase().replace("NAME CARDID", "Name CardId")
    );
    let path = format!("/me/contacts?$filter={}&$expand={}&$select=id", segment(&filter), segment(&expand));
    let found = hanako.get(&path).await.expect(200);
    assert_eq!(found.values().len(), 1);
    assert_eq!(found.values()[0]["id"], made.id());
    assert_eq!(
        found.values()[0]["singleValueExtendedProperties"],
        json!([{"id": CARD_ID, "value": "card-1"}])
    );
    assert!(found.values()[0].get("jobTitle").is_none(), "not selected");
    let unfiltered = hanako.get("/me/contacts?$expand=singleValueExtendedProperties").await;
    unfiltered.expect(400);
}

#[tokio::test]
async fn immutable_and_ordinary_ids_are_two_forms_of_one_contact() {
    let world = world().await;
    let hanako = world.hanako().await;
    let prefer = [("Prefer", "IdType=\"ImmutableId\"")];
    let made = hanako
        .send(Method::POST, "/me/contacts", &prefer, Some(json!({"displayName": "A"})))
        .await
        .expect(201);
    assert_eq!(made.header("preference-applied"), "IdType=\"ImmutableId\"");
    let ordinary =
        hanako.get("/me/contacts").await.expect(200).values()[0]["id"].as_str().expect("an id").to_owned();
    assert_ne!(ordinary, made.id());
    let immutable = format!("/me/contacts/{}", segment(&made.id()));
    assert_eq!(hanako.get(&immutable).await.expect(404).code(), "ErrorItemNotFound", "the other form");
    hanako.delete(&format!("/me/contacts/{}", segment(&ordinary))).await.expect(204);
    let moved = hanako.send(Method::GET, &immutable, &prefer, None).await.expect(200);
    assert_ne!(moved.body["parentFolderId"], made.body["parentFolderId"], "it lies in Deleted Items now");
    hanako.send(Method::POST, &format!("{immutable}/permanentDelete"), &prefer, None).await.expect(204);
    hanako.send(Method::GET, &immutable, &prefer, None).await.expect(404);
}

#[tokio::test]
async fn ids_are_case_sensitive_and_malformed_ones_are_told() {
    let world = world().await;
    let hanako = world.hanako().await;
    let made = hanako.post("/me/contacts", json!({"displayName": "A"})).await.expect(201);
    assert_eq!(hanako.get("/me/contacts/nonsense").await.expect(400).code(), "ErrorInvalidIdMalformed");
    let lower = made.id().to_lowercase();
    assert!([400, 404].contains(&hanako.get(&format!("/me/contacts/{}", segment(&lower))).await.status));
    hanako.get(&format!("/me/contacts('{}')", segment(&made.id()))).await.expect(200);
}

#[tokio::test]
async fn a_photo_is_put_and_read() {
    let world = world().await;
    let hanako = world.hanako().await;
    let made = hanako.post("/me/contacts", json!({"displayName": "A"})).await.expect(201);
    let path = format!("/me/contacts/{}/photo/$value", segment(&made.id()));
    hanako.get(&path).await.expect(404);
    let url = format!("{}{path}", hanako.base);
    let put = hanako
        .http
        .put(&url)
        .bearer_auth(&hanako.token)
        .header("content-type", "image/jpeg")
        .body(vec![1, 2, 3]);
    assert_eq!(put.send().await.expect("an answer").status(), 200);
    let got = hanako.http.get(&url).bearer_auth(&hanako.token).send().await.expect("an answer");
    assert_eq!(got.headers()["content-type"], "image/jpeg");
    assert_eq!(got.bytes().await.expect("bytes").as_ref(), [1, 2, 3]);
    let refused =
        hanako.http.put(&url).bearer_auth(&hanako.token).header("content-type", "text/plain").body("x");
    assert_eq!(refused.send().await.expect("an answer").status(), 400);
}
