//! B15: the message about a foreign folder, in the words of the feature, with the folder's own name.

use axum::body::to_bytes;
use pages::{Branding, Failed, Failure, Page, Reader};
use types::Language;

#[tokio::test]
async fn b15_the_folder_that_is_taken_is_named_with_what_to_do() {
    for (language, text) in [
        (
            Language::Ja,
            "Outlookの連絡先に「青空名刺」とのフォルダーが既に存在しているため、連携が完了できません。\
             フォルダー名を変更するか、削除してください。",
        ),
        (
            Language::En,
            "The folder “青空名刺” already exists in your Outlook contacts, so the link cannot be completed. \
             Rename the folder or delete it.",
        ),
    ] {
        let failure = Failure::of_reason("folder_taken");
        assert_eq!(failure, Failure::FolderTaken);
        let failed = Failed { folder: Some("青空名刺".to_owned()), ..Failed::new(failure, "reference") };
        let page = Page::from(failed);
        let reader = Reader { language, chose: false };
        let response = pages::respond(&reader, &Branding::default(), &page);
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        let html = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        assert!(html.contains(text), "{html}");
    }
}
