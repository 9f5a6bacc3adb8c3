//! The words of the mail pages.

/// Everything that only the mail pages say.
pub(super) struct Words {
    pub(super) search: &'static str,
    pub(super) empty: &'static str,
    pub(super) nothing_found: &'static str,
    pub(super) pick: &'static str,
    pub(super) no_subject: &'static str,
    pub(super) nobody: &'static str,
    pub(super) unread: &'static str,
    pub(super) draft: &'static str,
    pub(super) flagged: &'static str,
    pub(super) important: &'static str,
    pub(super) attached: &'static str,
    pub(super) from: &'static str,
    pub(super) sender: &'static str,
    pub(super) to: &'static str,
    pub(super) cc: &'static str,
    pub(super) bcc: &'static str,
    pub(super) reply_to: &'static str,
    pub(super) received: &'static str,
    pub(super) sent: &'static str,
    pub(super) message_id: &'static str,
    pub(super) headers: &'static str,
    pub(super) cut: &'static str,
    japanese: bool,
}

impl Words {
    /// The words of a language.
    pub(super) fn of(japanese: bool) -> &'static Self {
        if japanese { &JAPANESE } else { &ENGLISH }
    }

    /// "12 messages".
    pub(super) fn count(&self, messages: &usize) -> String {
        match (self.japanese, messages) {
            (true, messages) => format!("{messages} 件のメール"),
            (false, 1) => "1 message".to_owned(),
            (false, messages) => format!("{messages} messages"),
        }
    }
}

static ENGLISH: Words = Words {
    search: "Search this folder",
    empty: "No mail here. What arrives, or is sent, appears in its folder.",
    nothing_found: "No mail holds this text.",
    pick: "Pick a mail to read it.",
    no_subject: "(no subject)",
    nobody: "(nobody)",
    unread: "Unread",
    draft: "Draft",
    flagged: "Flagged",
    important: "Important",
    attached: "Attachments",
    from: "From",
    sender: "Sent by",
    to: "To",
    cc: "Cc",
    bcc: "Bcc",
    reply_to: "Reply to",
    received: "Received",
    sent: "Sent",
    message_id: "Message-ID",
    headers: "Headers",
    cut: "The rest of this long text is not shown.",
    japanese: false,
};

static JAPANESE: Words = Words {
    search: "このフォルダーを検索",
    empty: "メールはありません。届いたメールや送信したメールが、それぞれのフォルダーに表示されます。",
    nothing_found: "この文字を含むメールはありません。",
    pick: "メールを選ぶと、内容が表示されます。",
    no_subject: "(件名なし)",
    nobody: "(宛先なし)",
    unread: "未読",
    draft: "下書き",
    flagged: "フラグ付き",
    important: "重要",
    attached: "添付ファイル",
    from: "差出人",
    sender: "送信者",
    to: "宛先",
    cc: "Cc",
    bcc: "Bcc",
    reply_to: "返信先",
    received: "受信日時",
    sent: "送信日時",
    message_id: "Message-ID",
    headers: "ヘッダー",
    cut: "長い本文のため、続きは表示していません。",
    japanese: true,
};
