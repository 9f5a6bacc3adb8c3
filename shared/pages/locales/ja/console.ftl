### 管理画面(/console)と利用者の画面(/me)の文言。キーと変数は ../en/console.ftl と一致させる(テストで比較する)。

## 共通

nav-label = メインメニュー
nav-menu = メニュー
nav-overview = 概要
nav-microsoft365 = Microsoft 365
nav-users = 利用者
nav-audit = 監査ログ
nav-settings = 設定
nav-me = 自分の連携

action-sign-out = サインアウト
action-cancel = キャンセル
console-zone = 日時は{ $zone }の時刻です。
optional = 任意
copy = コピー
copy-done = コピーしました
export-csv = CSVをダウンロード
export-goes-on = 続きがあります。次のアドレスからダウンロードしてください:
role-admin = 管理者
trademarks-google = Google、Google Workspace、Gmailは、Google LLCの商標です。

link-not-linked = 未連携
link-linked = 連携中
link-syncing = 同期中
link-authentication-failed = 認証失敗
link-no-permission = 権限なし
link-failed = 連携失敗
link-reconnect-needed = 要再連携
link-unlinked = 解除済

link-since = 連携日時
link-last-success = 最終成功
link-no-success = まだありません
link-cards = Outlookの名刺
link-cards-count = { $count }件
link-push = 前回の反映
push-resting = まだ反映していません
push-waiting = まもなく反映を始めます
push-running = 反映しています
push-numbers = 追加{ $created }件、更新{ $updated }件、削除{ $deleted }件、登録できなかった名刺{ $refused }件
refused-cards = Outlookに登録できなかった名刺
refused-cards-why = 次の名刺は、Microsoft 365が登録を受け付けませんでした。ほかの名刺には影響ありません。内容を修正すると、次回の反映で自動的に再度登録します。
refused-nameless = (名前なし)
problem-support =
    { $product }のサポートにご連絡ください。お使いのMicrosoft 365での対応は不要です。

feature-contacts =
    .name = Outlook連絡先
    .allow = Outlook連絡先への名刺の書き込みを許可する
    .permission = 利用者本人が連携すると、専用のフォルダーに名刺を登録します。ほかの連絡先には触れません。
    .purpose = { $product }の名刺を、利用者のOutlook連絡先に自動で反映します。
    .mine = { $product }の名刺が、すべてOutlookの連絡先に入ります。
feature-mail =
    .name = メール
    .allow = 送受信メールの読み取りを許可する
    .permission = 管理者が選んだ利用者のメールだけを読み取ります。メールの送信・変更・削除はできません。
    .purpose = 社外とのメールから、コンタクトポイントを自動で記録します。
    .mine = 社外とのメールのやり取りが、コンタクトポイントとして記録されます。
feature-calendar =
    .name = Outlookカレンダー
    .allow = Outlookカレンダーへの予定の書き込みを許可する
    .permission = 利用者本人が連携すると、空き時間を確認し、予約されたアポイントメントを登録します。
    .purpose = 予約されたアポイントメントを、利用者のOutlookカレンダーに登録します。
    .mine = 予約されたアポイントメントが、Outlookカレンダーに入ります。

## 操作の結果

notice-settings-saved = 設定を保存しました。
notice-tenant-removed = テナントの連携を解除しました。このテナントの利用者の連携は、すべて停止しました。
notice-grant-revoked = { $feature }の許可を取り消しました。
notice-users-linked = { $count }人の連携を開始しました。
notice-users-linked-skipped = { $skipped }人は、本人のサインインが必要か、すでに連携中のため対象外です。
notice-users-unlinked = { $count }人の連携を解除しました。
notice-users-unlinked-skipped = { $skipped }人は連携していないため、変更はありません。
notice-nobody-chosen = 利用者が選ばれていません。一覧で利用者にチェックを入れてください。
notice-tenant-not-chosen = 連携を開始できませんでした。使うテナントが決まっていない利用者がいます。テナントを選んで、もう一度お試しください。
notice-unlinked = { $feature }の連携を解除しました。
notice-audience-saved = 保存しました。グループを読み取っています。
notice-audience-removed = グループで選ぶのをやめました。連携はそのままです。
notice-folder-removed = 連携を解除しました。Outlookのフォルダーは、まもなく削除されます。
notice-push-asked = 反映を受け付けました。まもなく始まります。

## 概要

attention-title = 対応が必要な項目
attention-none = 対応が必要な項目はありません。
attention-no-tenant =
    .text = Microsoft 365がまだ連携されていません。
    .action = 連携を始める
attention-not-granted =
    .text = { $feature }の利用がまだ許可されていません。
    .action = 許可する
attention-outage =
    .text = テナント{ $tenant }の連携がすべて停止しています: { $title }
    .action = 対処方法を見る
attention-outage-feature =
    .text = テナント{ $tenant }の{ $feature }が停止しています: { $title }
    .action = 対処方法を見る
attention-outage-who = 対応が必要な方: { $who }(検知日時: { $since })
attention-grant-lost =
    .text = { $feature }の許可がMicrosoft 365側で取り消されたため、停止しています(テナント{ $tenant })。
    .action = 確認する
attention-links =
    .text = { $feature }が「{ $status }」の利用者が{ $count }人います。
    .action = 利用者を確認
attention-refused =
    .text = Outlookに登録できなかった名刺が{ $count }件あります。
    .action = 利用者を確認

feature-state-off = 未設定
feature-state-ready = 利用可能
feature-state-on = 連携中
feature-state-troubled = 要確認
feature-set-up = 設定する
feature-of-users = / { $users }人が連携中
feature-last-day = 直近24時間
feature-users = 利用者を見る
measure-cards-created = 追加した名刺
measure-cards-updated = 更新した名刺
measure-cards-deleted = 削除した名刺
measure-cards-refused = 登録できなかった名刺
measure-contact-points = コンタクトポイント
measure-appointments = アポイントメント
chart-day = { $day }: { $count }件
chart-summary = 直近{ $days }日間の件数。合計{ $total }件、最多は{ $day }の{ $top }件。

## Microsoft 365

external-services = 管理者設定 › 外部サービス連携
microsoft365-lead = Microsoft 365と連携し、利用者が使える機能を選びます。Exchange Onlineを含むプランが必要です。
tenant-first = Microsoft 365との連携を始める
tenant-another = 別のテナントを追加する
tenant-another-why = グループ会社などでMicrosoft 365のテナントが分かれている場合に、1つずつ追加します。
tenant-since = 登録日時
tenant-waits = 同意待ち
tenant-stopped = 停止中
outage-of-all = このテナントの連携は、すべて停止しています。
outage-of-feature = このテナントの{ $feature }は停止しています。
outage-since = 検知日時
outage-over = 解消すると、この表示は自動的に消えます。
tenant-ends = 連携を解除しています
tenant-ending = 利用者の連携を1人ずつ解除しています（これまでに{ $count }件）。すべて終わると、このテナントは一覧から消えます。
tenant-allow = 許可する機能
tenant-allow-hint = Microsoftの同意画面は機能ごとに続けて表示されます。1つを断っても、ほかの機能はそのまま使えます。許可はあとから追加・取り消しができます。
tenant-id-hint = Microsoft Entra IDで確認できる36文字のIDです。メール署名の取り込みなど、ほかの機能と共通で使います。
tenant-how-title = テナントIDの調べ方
tenant-how =
    Azureポータル(portal.azure.com)にサインインします。
    Microsoft Entra ID(旧称: Azure Active Directory)の管理ページを開きます。
    組織名の下に表示される「テナントID」の36文字をコピーし、上の欄に貼り付けます。
tenant-fault-missing = テナントIDを入力してください。
tenant-fault-not-an-id = テナントIDの形式が正しくありません。8-4-4-4-12桁の英数字とハイフン、合計36文字で入力してください。
tenant-fault-unknown = このIDの組織はMicrosoft 365にありません。入力ミスがないか確認し、テナントIDをコピーし直してください。
tenant-fault-no-feature = 許可する機能を1つ以上選んでください。
tenant-fault-unavailable = Microsoftに接続できず、テナントIDを確認できませんでした。数分後にもう一度保存してください。
tenant-save = 保存して同意に進む
tenant-save-busy = Microsoftの画面を開いています…
consent-before =
    .title = 保存すると、Microsoftの画面に移ります
    .points =
        入力したテナントのグローバル管理者または特権ロール管理者でサインインしてください。アプリケーション管理者では同意できません。
        同意画面に[組織の代理として同意する]が表示されたら、チェックを入れて[承諾]を押してください。
        完了すると、この画面に「連携中」とテナントIDが表示されます。
consent-more = 許可する機能を追加
consent-go = 同意に進む

grant-missing = 未許可
grant-granted = 許可済み
grant-revoked = 取り消し済み
grant-lost = 要再許可
grant-lost-why = 許可がMicrosoft Entra側で取り消されたため、この機能は停止しています。下のフォームから、もう一度同意してください。
grant-permissions = 許可された操作と目的
revoke-open = { $feature }の許可を取り消す
revoke-yes = { $feature }の許可を取り消す
revoke-contacts = { $feature }を連携中の{ $count }人の連携が停止し、名刺はOutlookに反映されなくなります。登録済みの名刺は、Outlookにそのまま残ります。
revoke-mail = { $feature }を連携中の{ $count }人のメールは読み取られなくなります。記録済みのコンタクトポイントは残ります。
revoke-calendar = { $feature }を連携中の{ $count }人の予約ページでは、予約を受け付けられなくなります。登録済みの予定は残ります。

unlink-open = このテナントの連携を解除
unlink =
    .title = テナントの連携を解除しますか
    .lead = このテナントを使う利用者全員の連携が、一度に解除されます。
    .points =
        再び使うには、管理者の同意と、利用者それぞれの連携をやり直す必要があります。
        Microsoft Entra側のアプリケーションは残ります。不要な場合は「エンタープライズ アプリケーション」から削除してください。
unlink-lost = 解除すると
unlink-contacts = { $count }人の{ $feature }に、名刺が反映されなくなります。登録済みの名刺は、Outlookにそのまま残ります。
unlink-mail = { $count }人の{ $feature }が読み取られなくなります。記録済みのコンタクトポイントは残ります。
unlink-calendar = { $count }人の{ $feature }に、アポイントメントが登録されなくなります。登録済みの予定は残ります。
unlink-yes = 全員の連携を解除する
unlink-busy = 解除しています…

addresses-title = 接続元IPアドレス
addresses-lead = Microsoft 365でIPアドレスによる制限をしている場合は、次のアドレスを許可してください。{ $product }は、必ずこのアドレスから接続します。お問い合わせは不要です。
addresses-how = Microsoft Entra管理センターの「条件付きアクセス」>「ネームド ロケーション」に追加します。
addresses-none = この環境では、接続元IPアドレスを固定していません。IPアドレスによる制限をしている場合は、{ $product }の提供元に固定アドレスの利用をご依頼ください。

help-title = お困りのときは
help-approval-admin =
    .question = 「管理者の承認が必要」と表示される(この画面で保存したとき)
    .answer =
        グローバル管理者または特権ロール管理者ではないアカウントでサインインしています。
        ブラウザーが別のアカウントを記憶していることがよくあります。シークレットウィンドウか別のブラウザーでこの画面を開き、もう一度保存してください。
        Microsoftの画面では、管理者のアカウントでサインインしてください。
help-approval-user =
    .question = 「管理者の承認が必要」と表示される(利用者が連携したとき)
    .answer =
        組織としての同意がないか、権限が足りないアカウントで同意されています。
        Microsoft Entra管理センター(entra.microsoft.com)に、グローバル管理者または特権ロール管理者としてサインインします。
        「エンタープライズ アプリケーション」で、アプリケーションID({ $client })または名前({ $product })を検索します。
        続けて[アクセス許可]を開き、[(組織名)に管理者の同意を与えます]を押します。
help-plan =
    .question = どのMicrosoft 365のプランが必要ですか
    .answer =
        Exchange Onlineを含むプランで、連絡先・メール・カレンダーをExchange Onlineで管理している必要があります。
        社内のExchange Serverにあるメールボックスには対応していません。
        Microsoft 365は、以前はOffice 365と呼ばれていました。旧名称のプランでもご利用いただけます。
help-several =
    .question = Outlook連絡先とメールの両方を連携するには
    .answer =
        両方にチェックを入れて、一度保存してください。同意画面が続けて2回表示されます。
        片方だけ先に許可し、もう片方をあとから追加することもできます。
help-google =
    .question = Google Workspace(Gmail)を使っている場合は
    .answer =
        この画面の設定はMicrosoft 365専用です。Googleのサービスアカウントキーは必要ありません。
help-support = 解決しない場合は、表示されたお問い合わせ番号を添えてご連絡ください。

## 接続テスト

checks-title = 接続テスト
checks-lead = 連携に必要な条件を1つずつ確認し、問題があれば原因と対処方法を表示します。Microsoft 365の内容は変更しません。
checks-user = 試す利用者
checks-user-hint = メールアドレスまたは利用者ID。入力すると、ライセンスとメールボックスも確認します。
checks-user-unknown = この利用者は見つかりません。
checks-outside = 対象外のメールボックス
checks-outside-hint = 対象を限定している場合に、読み取れないことを確認したいメールアドレス。
checks-run = テストを開始
checks-again = もう一度テスト
checks-busy = テストしています…
checks-progress = %all%件中%done%件を確認しました
checks-findings = 結果
checks-none-yet = まだテストしていません。
checks-all-well = 問題は見つかりませんでした(正常{ $passed }件、注意{ $warnings }件、問題{ $failed }件)。
checks-warned = 注意が必要な項目が{ $warnings }件あります(正常{ $passed }件、問題{ $failed }件)。
checks-failed = 対応が必要な問題が{ $failed }件あります(正常{ $passed }件、注意{ $warnings }件)。
checks-open = 対処する画面を開く
checks-command = 実行するコマンド
checks-commands = コマンドを表示
check-state-waiting = 未実行
check-state-running = 確認中
check-state-passed = 正常
check-state-warning = 注意
check-state-failed = 問題あり
check-state-skipped = 対象外

check-tenant =
    .title = テナントがあるか
    .what = 入力したテナントIDの組織が、Microsoft 365にあるかを確認します。
check-credential =
    .title = { $product }の資格情報
    .what = Microsoftが{ $product }を正しく認識できるかを確認します。
check-application =
    .title = アプリケーションの登録
    .what = 組織のMicrosoft Entraで、{ $product }が有効になっているかを確認します。
check-contacts-consent =
    .title = Outlook連絡先の許可
    .what = 管理者の同意があるかを確認します。
check-mail-consent =
    .title = メールの許可
    .what = 管理者の同意があるかを確認します。
check-calendar-consent =
    .title = Outlookカレンダーの許可
    .what = 管理者の同意があるかを確認します。
check-groups =
    .title = グループ
    .what = 利用者を選ぶグループを読み取れるかを確認します。
check-account =
    .title = 利用者のアカウント
    .what = メールアドレスに一致するMicrosoftアカウントが、1つだけあるかを確認します。
check-mailbox =
    .title = メールボックスとライセンス
    .what = Exchange Onlineのメールボックスがあるかを確認します。
check-mail-access =
    .title = メールの読み取り
    .what = この利用者のメールを読み取れるかを確認します。
check-outside-access =
    .title = 対象外のメールボックス
    .what = 対象外のメールボックスが読み取れないことを確認します。
check-contacts-link =
    .title = 利用者のOutlook連絡先
    .what = 利用者の連携が有効かを確認します。
check-calendar-link =
    .title = 利用者のOutlookカレンダー
    .what = 利用者の連携が有効かを確認します。
check-calendar =
    .title = Teams会議とタイムゾーン
    .what = Teams会議を作成できるか、カレンダーのタイムゾーンは何かを確認します。

check-reason-no-user = 試す利用者を入力すると確認します。
check-reason-no-audience = このテナントでは、グループで利用者を選んでいません。
check-reason-no-outside-user = 対象外のメールボックスを入力すると確認します。
check-reason-no-link = この利用者は連携していません。
check-reason-grant-missing = この機能はまだ許可されていません。
check-reason-grant-revoked = この機能の許可は取り消されています。
check-reason-not-in-plan = 現在のプランに含まれていません。
check-reason-not-visible = 利用者が連携すると確認できます。
check-reason-not-reached = 先の項目の問題を解消すると確認できます。
check-reason-out-of-time = 時間内に確認できませんでした。もう一度テストしてください。

seen-address = 検索したアドレス
seen-account = Microsoftアカウント
seen-accounts = 一致したアカウントの数
seen-permissions = アクセス許可
seen-missing = 不足しているアクセス許可
seen-group = グループ
seen-limited-to = 対象の限定
seen-granted-at = 許可した日時
seen-granted-by = 許可した管理者
seen-days-left = 有効期限までの日数
seen-application-id = アプリケーションID
seen-object-id = オブジェクトID
seen-exchange-licence = Exchange Onlineのライセンス
seen-synchronised = 社内のサーバーから同期
seen-mailbox = メールボックス
seen-answer = Microsoftの応答
seen-online-meetings = オンライン会議
seen-time-zone = タイムゾーン
seen-value-yes = あり
seen-value-no = なし
seen-value-chosen-mailboxes--in-Exchange-Online = Exchange Onlineで選ばれたメールボックスのみ
seen-value-teamsForBusiness = Microsoft Teams

## 利用者

users-lead = 利用者ごとに、どの機能が連携されているかを確認できます。
users-search = 名前・メールアドレス
users-feature = 機能
users-status = 状態
users-any = すべて
users-filter = 絞り込む
users-clear = 絞り込みを解除
users-count = { $count }人
users-name = 利用者
users-all = このページの全員を選ぶ
users-none = 利用者はまだいません
users-none-do = { $product }から利用者が登録されると、ここに表示されます。
users-none-match = 条件に合う利用者はいません
users-none-match-do = 検索する言葉を短くするか、機能と状態の条件を外してください。
bulk-hint = 選んだ利用者をまとめて連携・解除できます。
bulk-chosen = %count%人を選択中
users-tenant = テナント(未設定の利用者に適用)
users-tenant-choose = テナントを選んでください
bulk-link = 連携する
bulk-unlink-open = 連携を解除…
bulk-unlink-lost = 選んだ利用者の連携が停止します。登録済みの名刺・予定と、記録済みのコンタクトポイントは残ります。
bulk-unlink-yes = 選んだ利用者の連携を解除する
bulk-who = まとめて連携できるのはメールだけです。Outlook連絡先とOutlookカレンダーは、利用者本人のサインインが必要です。
pages-label = ページ
pages-first = 最初のページ
pages-next = 次のページ

user-may-link = 管理者が連携できます。本人のサインインは必要ありません。
user-links-alone = 利用者本人が「自分の連携」から連携します。
user-link = 連携する
user-link-again = もう一度連携する
user-unlink-open = 連携を解除…
user-unlink-lost = { $user }さんの{ $feature }の連携が停止します。これまでに登録・記録された内容は残ります。
user-unlink-yes = 連携を解除する
user-history = 履歴
user-history-none = 履歴はまだありません。

## 監査ログ

audit-lead = だれが、いつ、何をしたかの記録です。
audit-search = 名前・ID・操作
audit-count = { $count }件
audit-by = 操作者: { $actor }
audit-actor = 操作者
actors-user = 利用者
actors-api-key = APIキー
actors-microsoft = Microsoftアカウント
actors-system = 自動処理
actors-operator = { $product }の提供元
actor-operator = { $product }の提供元
actor-api-key = APIキー({ $name }…)
actor-microsoft = Microsoftのサインイン画面を開いた人
actor-system = 自動処理
audit-none = 記録はまだありません
audit-none-do = 連携や設定の変更を行うと、ここに記録されます。
audit-none-match = 条件に合う記録はありません

audit-event-organization-created = 組織を作成
audit-event-api-key-created = APIキーを作成
audit-event-tenant-registered = テナントを登録
audit-event-tenant-removed = テナントの連携を解除
audit-event-consent-granted = 管理者が機能を許可
audit-event-grant-revoked = 機能の許可を取り消し
audit-event-user-linked = 利用者が連携
audit-event-user-linked-by-admin = 利用者を連携(本人のサインインなし)
audit-event-user-linked-by-group = グループにより利用者を連携
audit-event-user-invited-by-group = グループにより利用者を招待
audit-event-user-unlinked-by-group = グループにより利用者の連携を解除
audit-event-audience-set = グループを選択
audit-event-audience-removed = グループの選択を解除
audit-event-account-found = Microsoftアカウントを特定
audit-event-user-unlinked = 利用者の連携を解除
audit-event-user-removed = 利用者を削除
audit-event-organization-renamed = 組織名を変更
audit-event-api-key-revoked = APIキーを無効化
audit-event-settings-changed = 設定を変更
audit-event-plan-changed = プランを変更
audit-event-consent-refused = 管理者が機能を許可しませんでした
audit-event-consent-questioned = 連携する組織を管理者に確認
audit-event-account-questioned = 別のアカウントのため本人に確認
audit-event-account-confirmed = 本人がアカウントを確認
audit-event-contact-folder-replaced = 連絡先フォルダーを作り直し
audit-event-contact-folder-adopted = 以前の連絡先フォルダーを引き継ぎ
audit-event-contact-folder-removed = 連絡先フォルダーを削除
audit-event-console-entered = 画面を開きました
audit-event-console-refused = 画面を開けませんでした
audit-event-console-left = サインアウト
audit-event-connection-refused = 連携できませんでした

## 設定

settings-folder = Outlookの連絡先フォルダー名
settings-folder-hint = 利用者のOutlookに作成するフォルダーの名前です。変更すると、連携中の利用者のフォルダー名も次回の反映で変わります。
settings-language = メールの言語
settings-language-hint = 利用者と管理者に送る通知メールの言語です。画面の言語は、見る人が画面ごとに選べます。
settings-fields = 連絡先の項目
settings-fields-hint = Outlookの連絡先の内容を、項目ごとに名刺と利用者のどちらに合わせるかを選びます。変更は30分以内に、連携中の利用者の連絡先へ反映されます。連絡先のメモで区切り線より下に書いた内容は、いつも残ります。
settings-field-name = 氏名
settings-field-readings = ふりがな
settings-field-company = 会社名
settings-field-position = 部署と役職
settings-field-emails = メールアドレス
settings-field-phones = 電話番号
settings-field-address = 住所
settings-field-home-page = Webページ
settings-mode-overwrite = 名刺に合わせる
settings-mode-overwrite-about = 名刺に合わせる：Outlookで編集しても、名刺が更新されると上書きします。名刺にない項目は空にします。
settings-mode-keep-when-blank = 名刺に合わせ、ない項目は残す
settings-mode-keep-when-blank-about = 名刺に合わせ、ない項目は残す：上と同じですが、名刺にない項目はOutlookの内容を残します。
settings-mode-fill = 空欄だけ補い、編集を残す
settings-mode-fill-about = 空欄だけ補い、編集を残す：空欄を名刺の内容で補い、補った内容は名刺に合わせて更新します。利用者が入力・変更した内容は残します。
settings-mode-leave = 書き込まない
settings-mode-leave-about = 書き込まない：項目は利用者のものです。新しい連絡先の氏名だけは書き込みます。
settings-sources = 名刺情報の提供元（優先する順）
settings-sources-hint = CRMが送る名前を、カンマで区切って入力してください。1枚の名刺を複数の提供元が送るときは、項目ごとに、内容がある最初の提供元のものを使います。ここにない提供元は後になり、そのなかでは「default」が先です。
settings-save = 保存
settings-busy = 保存しています…
settings-conflict = ほかの管理者が先に設定を変更しました。最新の内容を表示しています。確認のうえ、もう一度保存してください。
settings-fault-missing = フォルダー名を入力してください。
settings-fault-too-long = フォルダー名は{ $most }文字以内で入力してください。
settings-fault-forbidden = フォルダー名に使えない文字が含まれています。
settings-fault-sources = 提供元の名前は、半角の英数字と . _ : @ + ~ - で{ $most }個まで、重複なく、カンマで区切って入力してください。

## 利用者の画面

me-title = Microsoft 365連携
me-lead = 自分のMicrosoftアカウントとの連携を管理します。
me-none = 連携できる機能はありません。ご利用を希望される場合は、{ $product }の管理者にお問い合わせください。
me-banner = { $feature }の再連携が必要です
me-banner-why = Microsoftへのサインインの有効期限が切れたため、反映が止まっています。もう一度サインインすると再開します。これまでの内容は失われません。
me-reconnect = 再連携する
me-connect = 連携
me-connect-again = もう一度連携する
me-connect-busy = Microsoftの画面を開いています…
me-not-granted = 組織でまだ許可されていないため、連携できません。{ $product }の管理者にお問い合わせください。
me-by-admin = 管理者が設定した連携です。サインインは必要ありません。
me-by-admin-off = 管理者が連携を設定します。サインインは必要ありません。
me-folder = Outlookの「連絡先」にある「{ $folder }」フォルダーに入ります。
me-unlink-open = 連携を解除
push-now = 今すぐ反映
push-busy = 受け付けています…

me-questions = 連携について
pushed-title = Outlookに入る名刺の項目
pushed-fields =
    氏名、氏名の読みがな
    会社名、会社名の読みがな、部署、役職
    メールアドレス(4件目以降はメモ欄)
    会社の電話番号、携帯電話番号(枠に入らない番号とFAXはメモ欄)
    会社の住所(2件目以降はメモ欄)
    WebサイトのURL
    メモ欄の最後の行: { $product }の名刺へのリンク
pushed-not = 名刺のメモ、タグ、名刺交換日は入りません。
ask-all =
    .question = どの名刺が入りますか
    .answer =
        自分の名刺がすべて入ります。一部だけを選ぶことはできません。
ask-when =
    .question = いつ反映されますか
    .answer =
        30分ごとに自動で反映されます。すぐに反映したいときは[今すぐ反映]を押してください。
        名刺の編集、同じ人物の名刺の統合(名寄せ)、人事異動や連絡先変更による更新が反映されます。
        メモとタグだけを変更したときは、反映されません。
ask-one-way =
    .question = Outlookで編集した内容はどうなりますか
    .answer =
        { $product }からOutlookへの一方向の反映です。Outlookでの変更は{ $product }に反映されません。
        反映の対象になっている項目は、Outlookで編集しても、次に名刺が更新されたときに上書きされます。
ask-others =
    .question = もともとOutlookにある連絡先はどうなりますか
    .answer =
        「{ $folder }」フォルダーの中だけを使います。同じ人物の連絡先がほかのフォルダーにあっても、変更しません。
ask-notes =
    .question = Outlookのメモ欄に自分で書いた内容は残りますか
    .answer =
        区切り線より下に書いた内容は、名刺が更新されても残ります。{ $product }には送られません。
ask-origin =
    .question = { $product }から入った連絡先の見分け方は
    .answer =
        「{ $folder }」フォルダーの中の連絡先は、すべて{ $product }から入ったものです。
        メモ欄に、{ $product }の名刺へのリンクがあります。
ask-where =
    .question = Outlookに名刺が見つからないときは
    .answer =
        「連絡先」の一覧で、折りたたまれているフォルダーの中に「{ $folder }」がないか確認してください。
        Web版とデスクトップ版の一方にしか表示されない場合は、両方が同じアカウントでサインインしているか確認してください。

me-unlink-title = { $feature }の連携を解除しますか
me-unlink-contacts = 名刺がOutlookに反映されなくなります。{ $product }の名刺はなくなりません。
me-unlink-mail = 自分のメールが読み取られなくなります。記録済みのコンタクトポイントは残ります。
me-unlink-calendar = 予約ページで予約を受け付けられなくなります。登録済みの予定はカレンダーに残ります。
me-unlink-folder = Outlookの「{ $folder }」フォルダー
me-unlink-keep = フォルダーを残す
me-unlink-keep-means = いまの名刺はOutlookに残りますが、更新されなくなります。あとで連携し直すと、同じフォルダーを引き続き使います。
me-unlink-delete = フォルダーを削除する
me-unlink-remove = 「{ $folder }」フォルダーと、その中の{ $count }件の連絡先を、Outlookから削除します。
me-unlink-remove-uncounted = 「{ $folder }」フォルダーと、その中の連絡先を、Outlookから削除します。
me-unlink-yes = 連携を解除する

## サインインと、表示できない画面

sign-in =
    .title = サインイン
    .out = サインアウトしました
    .lead = Microsoftアカウントでサインインしてください。
    .unknown = { $product }にサインインし、その画面からもう一度開いてください。
sign-in-of = { $organization }のMicrosoftアカウントでサインインしてください。
sign-in-out-lead = 続けるには、{ $product }から開き直すか、もう一度サインインしてください。
sign-in-go = Microsoftでサインイン
sign-in-hint = { $product }に登録されているメールアドレスのアカウントをご利用ください。
leave =
    .title = Microsoftに移動します
    .lead = 自動で切り替わらない場合は、次のボタンを押してください。
leave-go = Microsoftの画面を開く
refused-sign-in = Microsoftでサインイン
refused-to-console = 概要を開く
refused-to-me = 自分の連携を開く

refused-session-over =
    .title = もう一度開いてください
    .why = 安全のため、しばらく操作がないとサインアウトします。保存していない入力は失われました。
    .steps =
        { $product }に戻り、その画面からもう一度開いてください。
refused-link-used =
    .title = このリンクは使用済みか、期限切れです
    .why = 安全のため、リンクは1回だけ、数分以内に限り使えます。
    .steps =
        { $product }に戻り、その画面からもう一度開いてください。
        ブックマークやメールに残したリンクは使えません。
refused-not-admin =
    .title = この画面は管理者専用です
    .why = 管理者の権限がないため、表示できません。
    .steps =
        自分の連携は「自分の連携」の画面で管理できます。
        管理者の権限が必要な場合は、{ $product }の管理者にご相談ください。
refused-not-a-member =
    .title = このアカウントは登録されていません
    .why = サインインしたアカウント({ $account })は、{ $product }の利用者のメールアドレスと一致しません。
    .steps =
        シークレットウィンドウで開き直し、ご自身の会社のアカウントでサインインしてください。
        アドレスが変わった場合は、{ $product }の管理者に登録の変更をご依頼ください。
refused-not-found =
    .title = この画面はありません
    .why = アドレスが間違っているか、対象がすでに削除されています。
    .steps =
        メニューから目的の画面を開いてください。
refused-form-stale =
    .title = 画面が古くなっています
    .why = 画面を開いてから時間がたったか、別のサインインに切り替わったため、この操作は行っていません。
    .steps =
        前の画面に戻って再読み込みし、もう一度操作してください。
refused-too-large =
    .title = 送信された内容が大きすぎます
    .why = この操作は行っていません。
    .steps =
        選ぶ利用者を減らすか、入力を短くして、もう一度お試しください。
refused-method =
    .title = この画面ではその操作はできません
    .why = このアドレスでは受け付けていない操作です。何も変更していません。
    .steps =
        メニューから目的の画面を開き直してください。
refused-not-in-plan =
    .title = この機能は現在のプランに含まれていません
    .why = ご契約のプランでは利用できません。何も変更していません。
    .steps =
        利用を希望される場合は、{ $product }の担当営業またはサポートにお問い合わせください。
refused-unavailable =
    .title = 現在、画面を表示できません
    .why = 当方で一時的な問題が起きています。お客様の操作に問題はありません。
    .steps =
        数分後にもう一度お試しください。
        繰り返し表示される場合は、下のお問い合わせ番号をサポートにお伝えください。

## グループで利用者を選ぶ

audience =
    .title = グループで選ぶ: { $feature }
audience-open = { $feature }の利用者をグループで選ぶ
audience-contacts = グループのメンバーに、Outlookの連絡先との連携を案内するメールを送ります。連携は本人が行います。
audience-mail = グループのメンバーを自動で連携します。本人の操作は要りません。
audience-calendar = グループのメンバーに、Outlookのカレンダーとの連携を案内するメールを送ります。連携は本人が行います。
audience-group = グループ(オブジェクトID)
audience-waiting = 読み取り中
audience-current = 最新
audience-stopped = 停止中
audience-headcount = グループに{ $members }人、うち利用者{ $users }人、未登録{ $unknown }人
audience-excluded = うち{ $count }人を除外
audience-read = 最後の読み取り
audience-choose = グループを選ぶ
audience-group-hint = セキュリティ グループとMicrosoft 365グループが選べます。動的グループも、グループの中のグループも対象です。4時間ごとに読み取ります。
audience-how-title = オブジェクトIDの調べ方
audience-how =
    Microsoft Entra管理センター(entra.microsoft.com)で[グループ]>[すべてのグループ]を開きます。
    グループを開き、オブジェクトIDをコピーします。
audience-except = このグループでは連携しない利用者
audience-except-hint = IDかメールアドレスを1行に1人ずつ入力します。グループにより連携していた人は解除されます。手動で連携した人はそのままです。
audience-save = グループを保存
audience-remove = このグループで選ぶのをやめる
audience-remove-what = 連携中の利用者はそのままです。手動で連携したものとして扱います。
audience-fault-not-an-id = オブジェクトIDの形式ではありません。00000000-0000-0000-0000-000000000000のような36文字です。
audience-fault-no-such-user = 「{ $typed }」という利用者はいません。
audience-fault-too-many = 除外できるのは500人までです。
audience-fault-unavailable = Microsoftから応答がありません。しばらくしてからもう一度保存してください。
