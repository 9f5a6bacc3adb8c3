//! What people read, row by row: what the features promise in words (A01 to B17).

use pages::console::{
    Checks, Microsoft365, Problem, Refused, Status, TenantFault, TenantForm, Viewer, respond, sample,
};
use pages::{Branding, Failure, Reader};
use types::{Feature, Language};

use super::{answer, branding, shown, text, words};

#[tokio::test]
async fn a01_what_is_not_in_the_plan_is_not_offered_and_the_reader_is_told_whom_to_ask() {
    let viewer = Viewer { features: [Feature::Contacts].into(), ..sample::viewer("/console/microsoft365") };
    let page = Microsoft365 { tenants: Vec::new(), ..sample::microsoft365() }.into();
    let html = text(answer(Language::Ja, Some(&viewer), &page)).await;
    assert!(html.contains("value=\"contacts\"") && !html.contains("value=\"mail\""), "{html}");
    let refused = shown(Language::Ja, Refused::NotInPlan).await;
    assert!(words(&refused).contains("担当営業またはサポート"), "{refused}");
}

#[tokio::test]
async fn a02_the_page_says_that_the_plan_must_have_exchange_online() {
    for (language, told) in [
        (
            Language::Ja,
            ["Exchange Onlineを含むプランが必要です", "連絡先・メール・カレンダーをExchange Onlineで管理"],
        ),
        (
            Language::En,
            ["A plan with Exchange Online is required", "with contacts, mail and calendars kept there"],
        ),
    ] {
        // Before anything is linked, where it helps.
        let html = shown(language, Microsoft365 { tenants: Vec::new(), ..sample::microsoft365() }).await;
        let text = words(&html);
        for part in told {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[tokio::test]
async fn a05_the_admin_finds_external_services_and_microsoft_365() {
    let html = shown(Language::Ja, sample::microsoft365()).await;
    let main = words(html.split("<main").nth(1).expect("a page"));
    assert!(main.contains("管理者設定 › 外部サービス連携") && main.contains("Microsoft 365"), "{main}");
    assert!(html.contains("<a href=\"/console/microsoft365\" aria-current=\"page\">"), "{html}");
    let member = Viewer { is_admin: false, ..sample::viewer("/me") };
    let own = text(answer(Language::Ja, Some(&member), &sample::me().into())).await;
    assert!(!own.contains("/console/microsoft365"), "a member has no admin settings");
}

#[tokio::test]
async fn a06_the_id_is_asked_for_once_something_is_allowed() {
    let css =
        text(pages::asset(stylesheet(&shown(Language::En, sample::settings(None)).await)).expect("css"));
    let rule = ".tenant-form:not(:has([name=\"feature\"]:checked)) .when-allowed";
    let css = css.await;
    let hidden = css.split_once(rule).expect("a rule").1.split('}').next().expect("its end");
    assert!(hidden.contains("display: none"), "{hidden}");
    let html = shown(Language::Ja, Microsoft365 { tenants: Vec::new(), ..sample::microsoft365() }).await;
    let (allow, asked) = html.split_once("class=\"when-allowed\"").expect("what is asked then");
    assert!(
        allow.contains("許可する機能") && allow.contains("name=\"feature\""),
        "what is allowed comes first"
    );
    assert!(asked.contains("name=\"tenant_id\"") && asked.contains("ディレクトリ (テナント) ID"), "{asked}");
}

fn stylesheet(html: &str) -> &str {
    html.split('"').find(|text| text.ends_with(".css")).expect("a stylesheet")
}

#[tokio::test]
async fn a07_the_page_says_where_the_36_characters_are() {
    for (language, told) in [
        (
            Language::Ja,
            [
                "Azureポータル(portal.azure.com)",
                "Microsoft Entra ID",
                "組織名の下に表示される「テナントID」の36文字",
            ],
        ),
        (
            Language::En,
            ["Azure portal (portal.azure.com)", "Microsoft Entra ID", "36 characters under the name of your"],
        ),
    ] {
        let html = shown(language, sample::microsoft365()).await;
        let text = words(&html);
        for part in told {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(html.contains("<a href=\"https://portal.azure.com/\" target=\"_blank\""), "{language:?}");
    }
    let faulty = Microsoft365 {
        form: TenantForm {
            tenant_id: "contoso".to_owned(),
            fault: Some(TenantFault::NotAnId),
            ..sample::microsoft365().form
        },
        ..sample::microsoft365()
    };
    let html = shown(Language::En, faulty).await;
    assert!(
        html.contains("value=\"contoso\"") && html.contains("aria-invalid=\"true\""),
        "what was typed stays"
    );
    assert!(words(&html).contains("grouped 8-4-4-4-12"), "the fault says what an id looks like");
}

#[tokio::test]
async fn a04_a10_before_the_consent_the_page_says_who_must_sign_in_and_what_to_tick() {
    for (language, told) in [
        (
            Language::Ja,
            [
                "グローバル管理者または特権ロール管理者",
                "[組織の代理として同意する]",
                "[承諾]",
                "アプリケーション管理者では同意できません",
            ],
        ),
        (
            Language::En,
            [
                "Global Administrator or Privileged Role Administrator",
                "“Consent on behalf of your organization”",
                "choose Accept",
                "Application administrators cannot consent",
            ],
        ),
    ] {
        let text = words(&shown(language, Microsoft365 { tenants: vec![], ..sample::microsoft365() }).await);
        for part in told {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[tokio::test]
async fn a11_a13_a_linked_tenant_shows_linked_and_its_id_and_another_can_be_added() {
    let html = shown(Language::Ja, sample::microsoft365()).await;
    for (tenant, word) in sample::microsoft365().tenants.iter().zip(["連携中", "要再連携"]) {
        let block =
            html.split(&format!("<code>{}</code>", tenant.tenant_id)).nth(1).expect("the tenant's id");
        let head = words(block.split("<ul class=\"grants\"").next().expect("its head"));
        assert!(head.contains(word), "{word} in {head}");
    }
    assert!(html.contains("action=\"/console/microsoft365/tenants\""), "another tenant can be added");
}

#[tokio::test]
async fn a12_m01_both_permission_sets_are_asked_for_in_one_form_each_refusable_and_revocable() {
    let html = shown(Language::Ja, Microsoft365 { tenants: Vec::new(), ..sample::microsoft365() }).await;
    let form = html.split("action=\"/console/microsoft365/tenants\"").nth(1).expect("a form");
    let form = form.split("</form>").next().expect("its end");
    for feature in ["contacts", "mail", "calendar"] {
        assert!(
            form.contains(&format!("type=\"checkbox\" name=\"feature\" value=\"{feature}\"")),
            "{feature}"
        );
    }
    assert!(words(form).contains("1つを断っても、ほかの機能はそのまま使えます"), "{form}");
    let linked = shown(Language::Ja, sample::microsoft365()).await;
    let id = &sample::microsoft365().tenants[0].tenant_id;
    for (feature, is_granted) in [("contacts", true), ("mail", true), ("calendar", false)] {
        let address = format!("/console/microsoft365/tenants/{id}/grants/{feature}/revoke");
        assert_eq!(linked.contains(&address), is_granted, "{feature}");
    }
}

#[tokio::test]
async fn a15_unlinking_a_tenant_asks_once_and_names_it_and_what_is_lost() {
    for language in Language::ALL {
        let html = shown(language, sample::unlink()).await;
        for part in [sample::unlink().tenant_id.as_str(), "118", "64"] {
            assert!(words(&html).contains(part), "{part} in {language:?}");
        }
        assert!(html.contains("href=\"/console/microsoft365\""), "a way back");
    }
    assert!(words(&shown(Language::Ja, sample::unlink()).await).contains("利用者全員の連携が、一度に解除"));
}

#[tokio::test]
async fn a15_a_tenant_that_is_being_unlinked_says_how_far_and_offers_nothing() {
    for (language, told) in [(Language::Ja, "これまでに1,500件"), (Language::En, "1,500 links so far")]
    {
        let page = sample::microsoft365();
        let leaving = page.tenants.iter().find(|tenant| tenant.ending.is_some()).expect("one of them");
        let html = shown(language, page.clone()).await;
        let block =
            html.split("<section").find(|block| block.contains(&leaving.tenant_id)).expect("its block");
        assert!(words(block).contains(told), "{language:?}: {}", words(block));
        assert!(!block.contains("<form") && !block.contains("<a "), "{language:?}: {block}");
    }
}

#[tokio::test]
async fn a16_a17_the_page_helps_when_an_administrator_must_approve() {
    let text = words(&shown(Language::Ja, sample::microsoft365()).await);
    for part in [
        "シークレットウィンドウか別のブラウザー",
        "エンタープライズ アプリケーション",
        "管理者の同意を与えます",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(text.contains(&sample::microsoft365().client_id), "the application is found by its id");
}

#[tokio::test]
async fn p11_a_check_shows_what_it_saw_whether_it_passed_or_not() {
    for (language, told) in [
        (Language::Ja, ["許可した管理者", "2026年10月1日(木) 10:30", "Exchange OnlineのライセンスなしX"]),
        (Language::En, ["Allowed by", "Thu, 1 Oct 2026, 10:30", "Licence with Exchange OnlineNoX"]),
    ] {
        let html = shown(language, sample::checks()).await;
        let of = |check: &str| {
            let part = html.split(&format!("data-check=\"{check}\"")).nth(1).expect("the check");
            words(&part.split("data-check=").next().expect("its end").replace("</dd>", "X</dd>"))
        };
        let (consent, mailbox) = (of("mail-consent"), of("mailbox"));
        assert!(consent.contains(told[0]) && consent.contains("admin@contoso.example"), "{consent}");
        assert!(consent.contains(told[1]), "in the viewer's zone: {consent}");
        assert!(consent.contains("Mail.Read User.Read.All") && !html.contains("seen-"), "{consent}");
        assert!(mailbox.contains(told[2]), "{mailbox}");
        assert!(!of("tenant").contains('X'), "nothing was seen, so nothing is listed");
    }
}

#[tokio::test]
async fn m07_the_address_that_is_nobodys_is_told_at_its_own_field() {
    for (unknown_user, unknown_outside) in [(true, false), (false, true), (true, true)] {
        let page = Checks { unknown_user, unknown_outside, ..sample::checks() };
        let html = shown(Language::En, page).await;
        let is_marked = |name: &str| {
            let input = html.split(&format!("name=\"{name}\"")).nth(1).expect("a field");
            input.split('>').next().expect("its end").contains("aria-invalid")
        };
        assert_eq!((is_marked("user"), is_marked("outside_user")), (unknown_user, unknown_outside));
    }
}

#[tokio::test]
async fn a18_the_fixed_addresses_stand_on_the_page_instead_of_a_form() {
    let html = shown(Language::Ja, sample::microsoft365()).await;
    assert!(html.contains("203.0.113.17\n203.0.113.84</pre>"), "{html}");
    assert!(
        words(&html).contains("お問い合わせは不要です") && !html.contains("IPアドレス開示依頼"),
        "{html}"
    );
    let without = Microsoft365 { static_addresses: Vec::new(), ..sample::microsoft365() };
    let text = words(&shown(Language::En, without).await);
    assert!(text.contains("no fixed outgoing addresses"), "a deployment without them says so: {text}");
}

#[tokio::test]
async fn a19_old_names_are_told_once_for_people_who_look_for_them() {
    for language in Language::ALL {
        let text = words(&shown(language, sample::microsoft365()).await);
        for old in ["Azure Active Directory", "Office 365"] {
            assert_eq!(text.matches(old).count(), 1, "{old} in {language:?}");
        }
    }
}

#[tokio::test]
async fn a19_the_products_name_is_the_operators_in_every_text() {
    let product = Branding { product_name: "名刺くん".to_owned(), ..branding() };
    for (name, page) in sample::pages() {
        for language in Language::ALL {
            let reader = Reader { language, chose: false };
            let html = text(respond(&reader, &product, sample::viewer_of(name, &page).as_ref(), &page)).await;
            let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
            assert!(title.is_some_and(|title| title.ends_with("– 名刺くん")), "{name}: {title:?}");
            // The sample's folder has the name that its organization chose, and what is to be copied is a sample.
            let parts =
                html.split("<pre").map(|part| part.split_once("</pre>").map_or(part, |(_, rest)| rest));
            let texts = words(&parts.collect::<String>()).replace("「Setten」", "").replace("“Setten”", "");
            assert!(!texts.contains("Setten"), "{name} in {language:?}: {texts}");
        }
    }
}

#[tokio::test]
async fn a20_people_with_google_workspace_read_that_no_key_is_needed() {
    assert!(
        words(&shown(Language::Ja, sample::microsoft365()).await)
            .contains("Googleのサービスアカウントキーは必要ありません")
    );
    assert!(
        words(&shown(Language::En, sample::microsoft365()).await).contains("No Google service account key")
    );
}

#[tokio::test]
async fn a21_every_page_leads_to_the_operators_own_support_if_there_is_one() {
    for (name, page) in sample::pages() {
        let viewer = sample::viewer_of(name, &page);
        let with = text(answer(Language::Ja, viewer.as_ref(), &page)).await;
        assert!(with.contains("<a href=\"https://help.example.test/\">サポートに問い合わせる</a>"), "{name}");
        let none = respond(
            &Reader { language: Language::Ja, chose: false },
            &Branding::default(),
            viewer.as_ref(),
            &page,
        );
        assert!(!text(none).await.contains("サポートに問い合わせる"), "{name}");
    }
}

#[tokio::test]
async fn a22_trademarks_are_named_at_the_foot() {
    for (name, page) in sample::pages() {
        for (language, note) in [(Language::Ja, "商標です"), (Language::En, "trademarks of the Microsoft")]
        {
            let html = text(answer(language, sample::viewer_of(name, &page).as_ref(), &page)).await;
            let foot = words(html.split("<footer").nth(1).expect("a foot"));
            assert!(foot.contains(note) && foot.contains("Microsoft Entra"), "{name}: {foot}");
            // Google's are named where Google is.
            let google = words(html.split("<main").nth(1).expect("a page")).contains("Gmail");
            assert_eq!(foot.contains("Google LLC"), google, "{name}: {foot}");
        }
    }
}

#[tokio::test]
async fn b05_the_pushed_fields_are_listed_and_memo_and_tags_are_said_to_stay() {
    let text = words(&shown(Language::Ja, sample::me()).await);
    for field in [
        "氏名",
        "読みがな",
        "会社名",
        "部署",
        "役職",
        "メールアドレス",
        "携帯電話番号",
        "FAX",
        "住所",
        "URL",
        "名刺へのリンク",
    ] {
        assert!(text.contains(field), "{field} in {text}");
    }
    assert!(text.contains("名刺のメモ、タグ、名刺交換日は入りません"), "B13");
}

#[tokio::test]
async fn b04_b07_b08_b09_b10_a_user_reads_what_the_push_does_and_does_not() {
    for (language, told) in [
        (
            Language::Ja,
            [
                "自分の名刺がすべて入ります",
                "30分ごと",
                "一方向の反映",
                "上書きされます",
                "ほかのフォルダーにあっても、変更しません",
                "名寄せ",
                "メモとタグだけを変更したときは、反映されません",
            ],
        ),
        (
            Language::En,
            [
                "All of your cards",
                "every 30 minutes",
                "flow one way",
                "are overwritten",
                "other folders are never changed",
                "merged cards",
                "A change of only memo or tags does not",
            ],
        ),
    ] {
        let text = words(&shown(language, sample::me()).await);
        for part in told {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[tokio::test]
async fn b17_who_cannot_see_the_cards_is_told_where_to_look() {
    let text = words(&shown(Language::Ja, sample::me()).await);
    for part in
        ["折りたたまれているフォルダー", "「Setten」", "Web版とデスクトップ版の一方", "同じアカウント"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn b01_b16_a_user_connects_and_disconnects_and_is_asked_about_the_folder() {
    let html = shown(Language::Ja, sample::me()).await;
    assert!(
        html.contains("action=\"/me/links/calendar\"") && html.contains("href=\"/me/links/contacts/unlink\"")
    );
    assert!(
        !html.contains("href=\"/me/links/mail/unlink\""),
        "what an admin linked is not the user's to end"
    );
    let asked = shown(Language::Ja, sample::me_unlink()).await;
    let radio = |value: &str| format!("type=\"radio\" name=\"remove_folder\" value=\"{value}\"");
    assert!(asked.contains(&radio("on")) && asked.contains(&format!("{} checked", radio("off"))), "{asked}");
    assert!(
        words(&asked).contains("「Setten」フォルダーと、その中の1,204件の連絡先を、Outlookから削除"),
        "{asked}"
    );
}

#[tokio::test]
async fn p10_a_link_that_stands_still_is_told_of_at_the_top_with_its_button() {
    let mut me = sample::me();
    me.links[0].link.status = Status::ReconnectNeeded;
    me.links[0].link.problem = Some(Problem { failure: Failure::SignInRequired, code: None });
    let html = shown(Language::Ja, me).await;
    let banner = html.split("class=\"banner\"").nth(1).expect("a banner").split("class=\"block\"").next();
    let banner = banner.expect("its end");
    assert!(banner.contains("action=\"/me/links/contacts\"") && words(banner).contains("再連携"), "{banner}");
    assert!(!shown(Language::Ja, sample::me()).await.contains("class=\"banner\""), "all is well");
}

/// The outages of a page, each to its end.
fn outages(html: &str) -> Vec<&str> {
    html.split("class=\"outage\"")
        .skip(1)
        .map(|part| part.split("class=\"grants\"").next().expect("its end"))
        .collect()
}

#[tokio::test]
async fn p12_what_stops_a_tenant_is_told_with_who_must_act_since_when_and_the_next_step() {
    for (language, whole, one, at, admin, operator) in [
        (
            Language::Ja,
            ["このテナントの連携は、すべて停止しています", "組織にこのアプリがまだ追加されていません"],
            ["このテナントのメールは停止しています", "組織の同意がまだ済んでいません"],
            "2026年11月22日(日) 10:04",
            "社内のMicrosoft 365管理者",
            ["Settenの提供元", "お使いのMicrosoft 365での対応は不要です"],
        ),
        (
            Language::En,
            ["Everything has stopped in this tenant", "has not added this app yet"],
            ["Mail has stopped in this tenant", "has not given its consent yet"],
            "Sun, 22 Nov 2026, 10:04",
            "Your Microsoft 365 administrator",
            ["The provider of Setten", "Nothing needs to be done in your Microsoft 365"],
        ),
    ] {
        let html = shown(language, sample::microsoft365_stopped()).await;
        let [gone, consent] = outages(&html)[..] else { panic!("two outages: {html}") };
        let ours = shown(language, sample::microsoft365_credential()).await;
        let [credential] = outages(&ours)[..] else { panic!("one outage: {ours}") };
        for (part, told, who) in
            [(gone, &whole[..], admin), (consent, &one[..], admin), (credential, &operator[..], operator[0])]
        {
            for text in told.iter().chain([&at, &who]) {
                assert!(words(part).contains(text), "{text} in {part}");
            }
        }
        // The next step: consent to what has stopped, where that helps.
        let asked = |part: &str| part.matches("type=\"hidden\" name=\"feature\"").count();
        assert_eq!((asked(gone), asked(consent), asked(credential)), (2, 1, 0), "{html}");
        assert!(consent.contains("name=\"feature\" value=\"mail\""), "{consent}");
        assert!([gone, consent, credential].iter().all(|part| part.contains("/checks\"")), "{html} {ours}");
        assert!(consent.contains("/consent\"") && !credential.contains("<form"), "{consent} {credential}");

        let overview = shown(language, sample::overview_stopped()).await;
        let items: Vec<String> = overview.split("class=\"grade-").skip(1).map(words).collect();
        for (item, told) in items.iter().zip([whole[1], one[1]]) {
            assert!([told, at, admin].iter().all(|text| item.contains(text)), "{told} in {item}");
        }
    }
    let calm = shown(Language::En, sample::microsoft365()).await;
    assert!(outages(&calm).is_empty(), "{calm}");
}
