//! `POST /v1/users/{user}/imports`: what a file would do is told first, and faults by their line.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use crate::world::{Organization, Reply, World};

/// Two cards and, on lines 4 to 6, three that cannot be; one column that no card has.
const TABLE: &str = "\
    id,姓,会社名,メールアドレス,メモ,血液型\n\
    c1,佐藤,青空商事,sato@aozora.example,展示会,A\n\
    c2,鈴木,北星工業,,,B\n\
    c3,高橋,朝空,not an address,,\n\
    ,,,,だれ,\n\
    c2,鈴木,ほか,,,\n";

impl World {
    async fn import(&self, organization: &Organization, preview: bool, table: &str) -> Reply {
        self.import_file(organization, &format!("preview={preview}"), "text/csv", table.as_bytes()).await
    }

    async fn import_file(&self, organization: &Organization, query: &str, kind: &str, file: &[u8]) -> Reply {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/v1/users/sato/imports?{query}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", organization.key))
            .header(header::CONTENT_TYPE, kind);
        self.request(request.body(Body::from(file.to_owned())).expect("a request")).await
    }

    /// The ids of the member's cards.
    async fn cards(&self, organization: &Organization) -> Vec<String> {
        let list = self.get(&organization.key, "/v1/users/sato/cards").await.done().json();
        let ids = list["items"].as_array().expect("items").iter().map(|card| card["id"].as_str());
        ids.map(|id| id.expect("an id").to_owned()).collect()
    }
}

fn counts(answer: &Value) -> [&Value; 3] {
    ["created", "updated", "unchanged"].map(|name| &answer[name])
}

#[tokio::test]
async fn a_preview_tells_card_by_card_what_the_import_then_does() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    world.user(&organization, "sato").await;

    let told = world.import(&organization, true, TABLE).await.done().json();
    assert_eq!(counts(&told), [2, 0, 0], "{told}");
    let first = json!({"line": 2, "id": "c1", "change": "created", "reaches_outlook": true,
        "fields": ["company", "emails", "family_name", "memo"]});
    assert_eq!(told["cards"][0], first, "{told}");
    assert_eq!(world.cards(&organization).await, Vec::<String>::new(), "a preview wrote");

    let done = world.import(&organization, false, TABLE).await.done().json();
    assert_eq!(counts(&done), counts(&told), "{done}");
    assert!(done.get("cards").is_none(), "{done}");
    for answer in [&told, &done] {
        let faults: Vec<_> = answer["errors"].as_array().expect("errors").iter().collect();
        let faults: Vec<_> = faults.iter().map(|fault| (&fault["line"], &fault["problem"])).collect();
        let expected = [
            (&json!(4), &json!("not_an_email")),
            (&json!(5), &json!("name_or_company_missing")),
            (&json!(6), &json!("duplicate")),
        ];
        assert_eq!(faults, expected, "{answer}");
        assert_eq!(answer["ignored_columns"], json!(["血液型"]));
    }
    assert_eq!(world.cards(&organization).await, ["c1", "c2"]);

    // The same file again changes nothing; what Outlook does not show reaches it not.
    let again = world.import(&organization, false, TABLE).await.done().json();
    assert_eq!(counts(&again), [0, 0, 2], "{again}");
    let noted = TABLE.replace("展示会", "また会った").replace("北星工業", "南星工業");
    let told = world.import(&organization, true, &noted).await.done().json();
    let changes: Vec<_> = told["cards"]
        .as_array()
        .expect("cards")
        .iter()
        .map(|card| (&card["change"], &card["reaches_outlook"], &card["fields"]))
        .collect();
    let (updated, memo, company) = (json!("updated"), json!(["memo"]), json!(["company"]));
    assert_eq!(changes, [(&updated, &json!(false), &memo), (&updated, &json!(true), &company)], "{told}");
}

#[tokio::test]
async fn a_card_without_an_id_gets_one_from_its_content() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    world.user(&organization, "sato").await;
    let table = "姓,会社名\n佐藤,青空商事\n鈴木,北星工業\n";
    let first = world.import(&organization, false, table).await.done().json();
    assert_eq!(counts(&first), [2, 0, 0], "{first}");
    let again = world.import(&organization, false, table).await.done().json();
    assert_eq!(counts(&again), [0, 0, 2], "{again}");
    assert_eq!(world.cards(&organization).await.len(), 2);
}

#[tokio::test]
async fn a_table_in_shift_jis_comes_as_bytes_and_as_text_it_is_refused_as_damaged() {
    const BYTES: &str = "application/octet-stream";
    let world = World::new().await;
    let organization = world.organization("A").await;
    world.user(&organization, "sato").await;
    // As API Gateway hands it over when it is called text: nothing of the names is left.
    let (shift_jis, ..) = encoding_rs::SHIFT_JIS.encode("姓,メールアドレス\n佐藤,sato@aozora.example\n");
    let damaged = String::from_utf8_lossy(&shift_jis);
    let refused = world.import(&organization, false, &damaged).await.json();
    assert_eq!(
        (&refused["status"], &refused["errors"][0]["field"]),
        (&json!(422), &json!("body")),
        "{refused}"
    );

    for (query, field) in
        [("", "format"), ("format=xlsx", "format"), ("preview=x", "preview"), ("a=b", "preview")]
    {
        let refused = world.import_file(&organization, query, BYTES, &shift_jis).await.json();
        assert_eq!(refused["errors"][0]["field"], field, "{query}: {refused}");
    }
    assert_eq!(world.cards(&organization).await, Vec::<String>::new(), "what was refused was stored");

    let done = world.import_file(&organization, "format=csv", BYTES, &shift_jis).await.done().json();
    assert_eq!((counts(&done), &done["errors"]), ([&json!(1), &json!(0), &json!(0)], &json!([])), "{done}");
    let list = world.get(&organization.key, "/v1/users/sato/cards").await.done().json();
    assert_eq!(list["items"][0]["card"]["family_name"], "佐藤", "{list}");
}
