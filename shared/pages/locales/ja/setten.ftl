### 画面の文言。キーと変数は ../en/setten.ftl と一致させる(テストで比較する)。
### .steps は1行が1手順。{ $product } は利用者が使っている製品の名前。

## 全画面共通

layout-skip = 本文へ移動
layout-languages = 表示言語
layout-trademarks = Microsoft、Microsoft 365、Microsoft Entra、Outlook、Exchangeは、Microsoftグループの企業の商標です。

language-ja = 日本語
language-en = English

status-linked = 連携中
status-failed = 未連携
status-waiting = 時間をおいて再試行
status-operator = 提供元側の問題
status-notice = ご確認ください

action-retry = もう一度試す
action-return = { $product }に戻る
action-outlook = Outlookの連絡先を開く
action-outlook-calendar = Outlookカレンダーを開く
action-support = サポートに問い合わせる
action-confirm = このアカウントを連携する
action-confirm-no = 連携しない
action-connect = { $organization }と連携する
action-connect-no = 連携しない

section-next = 次の手順
section-happens-next = このあとの流れ
section-granted = { $product }に許可された操作
section-refused = 許可されなかったもの
section-where = Outlookに名刺が見つからないときは
section-forward = 管理者に送る文面
section-support = サポートに送る文面
section-facts = お問い合わせ時にお伝えいただく情報
section-technical = 技術的な詳細

copy-hint = 文面をクリックまたはタップすると全体が選択されます。コピーしてお送りください。

fact-organization = { $product }の組織
fact-tenant = ディレクトリ (テナント) ID
fact-expected-tenant = 本来のディレクトリ (テナント) ID
fact-account = サインインしたアカウント
fact-expected-account = 本来のアカウント
fact-linked-account = Microsoftアカウント
fact-folder = 連絡先フォルダー
fact-client = アプリケーション (クライアント) ID
fact-reference = お問い合わせ番号
fact-code = Microsoftのコード
fact-detail = Microsoftのメッセージ

who-label = 対応が必要な方
who-reader = ご自身
who-admin = 社内のMicrosoft 365管理者
who-operator = { $product }の提供元
who-nobody = なし(通常は時間がたてば解消します)

## 管理者の同意が完了

consent-done =
    .title = 組織がMicrosoft{"\u00A0"}365と連携しました
    .lead = お使いのディレクトリは、{ $product }の組織「{ $organization }」と連携しました。
    .revoke = 連携は、{ $product }の画面、またはMicrosoft Entra管理センターの「エンタープライズ アプリケーション」から、いつでも解除できます。

consent-done-contacts =
    .lead = 組織の利用者が、それぞれのOutlook連絡先を連携できるようになりました。
    .next =
        利用者がそれぞれ{ $product }の外部サービス連携設定を開き、Microsoft 365と連携します。
        名刺を入れたいOutlook連絡先のMicrosoftアカウントで、一度だけサインインします。
        専用の連絡先フォルダーに名刺が入り、その後は自動で最新の状態に保たれます。

consent-done-mail =
    .lead = 選んだ利用者のメールから、取引先とのコンタクトポイントを{ $product }に記録できるようになりました。
    .next =
        { $product }で、メールを連携する利用者を選びます。利用者自身のサインインは必要ありません。
        選んだ利用者のメールボックスは、数分で「連携中」になります。選んでいない利用者のメールは読み取りません。
        社外の相手と送受信したメールから、コンタクトポイントが自動で追加されます。
        Microsoft 365側でも対象のメールボックスを限定したい場合は、Exchange Onlineの「アプリケーションのロールベースのアクセス制御」をご利用ください。

consent-done-calendar =
    .lead = 組織の利用者が、それぞれのOutlookカレンダーを連携できるようになりました。
    .next =
        利用者がそれぞれ{ $product }の外部サービス連携設定を開き、Outlookカレンダーと連携します。
        アポイントメントを登録したいカレンダーのMicrosoftアカウントで、一度だけサインインします。
        その後、お客様にはそのカレンダーで空いている時間だけが表示されます。

consent-refused-contacts = Outlookの連絡先: { $why }
consent-refused-mail = メール: { $why }
consent-refused-calendar = Outlookカレンダー: { $why }
consent-refused-again = それ以外は、表示のとおり許可されました。不足しているものは、いつでもあらためて同意できます。許可済みのものはそのままです。

## 管理者が知らない可能性のある組織

confirm-consent =
    .title = ご自身の組織でよろしいですか
    .lead = お使いのMicrosoft 365のディレクトリを、{ $product }の組織「{ $organization }」と連携します。まだ何も変更されていません。
    .another = このディレクトリには、{ $product }の別の組織がすでに連携しています。どちらを選んでも、その連携は変わりません。社内で使っている{ $product }が一つだけの場合は、連携しないでください。
    .unknown = 「{ $organization }」に心当たりがない場合や、知らない方からこの画面に案内された場合は、連携しないでください。
    .no = 連携しない場合、「{ $organization }」が利用できるものは何も変わりません。
confirm-consent-contacts = 「{ $organization }」が、サインインして連携した利用者のOutlook連絡先に、名刺を登録できるようになります。
confirm-consent-mail = 「{ $organization }」が、選んだ利用者のメールを、本人の操作なしに読み取れるようになります。
confirm-consent-calendar = 「{ $organization }」が、サインインして連携した利用者のカレンダーの空き時間を確認し、アポイントメントを登録できるようになります。

## 想定と違うアカウント

confirm =
    .title = このアカウントでよろしいですか
    .lead = 本来は{ $expected }ですが、{ $account }でサインインされました。まだ何も連携されておらず、何も書き込まれていません。
    .contacts =
        連携すると、{ $account }のOutlook連絡先に専用の連絡先フォルダーが作成され、あなたの名刺が書き込まれます。
        { $account }のメールボックスを開ける方は、その名刺を見ることができます。
        連携しない場合は、これまでのまま何も変わりません。
    .calendar =
        連携すると、あなたへの予約が{ $account }のOutlookカレンダーに書き込まれ、お客様にはそのカレンダーで空いている時間が表示されます。
        { $account }のメールボックスを開ける方は、そのアポイントメントを見ることができます。
        連携しない場合は、これまでのまま何も変わりません。

permission-contacts-readwrite = 連携した利用者のOutlookに連絡先フォルダーを作成し、名刺を登録・更新します。
permission-calendars-readwrite = 連携した利用者のカレンダーの空き時間を確認し、予約されたアポイントメントを登録・変更・削除します。
permission-mail-read = 選んだ利用者のメールを読み取り、コンタクトポイントとして記録します。{ $product }からメールの送信・変更・削除はできません。
permission-user-read-all = 利用者のメールアドレスから、そのメールボックスを特定します。
permission-user-read = どのアカウントでサインインしたかを確認します。
permission-openid = Microsoftアカウントでのサインインに使います。
permission-profile = 利用者を正しく特定するため、名前とアカウントIDを確認します。
permission-email = 利用者を正しく特定するため、メールアドレスを確認します。
permission-offline-access = 毎回サインインしなくても、連携を最新の状態に保ちます。
permission-default = Microsoftの同意画面に表示されたすべての操作。
permission-other = Microsoftの同意画面に記載された操作。

## 利用者の連携が完了

link-done-calendar =
    .title = Outlookカレンダーと連携しました。
    .lead = { $product }で予約されたアポイントメントが、Outlookカレンダーに登録されるようになりました。
    .next =
        予約ページでは、このカレンダーで空いている時間だけがお客様に表示されます。
        予約が確定すると、1分ほどでカレンダーに登録され、お客様が出席者として追加されます。
        { $product }が登録した予定以外は、一切変更しません。
        連携は{ $product }でいつでも解除できます。登録済みのアポイントメントは、カレンダーにそのまま残ります。

link-done =
    .title = Outlookの連絡先と連携しました
    .lead = { $product }の名刺を、Outlookの連絡先に登録しています。
    .next =
        最初の名刺は1分ほどで表示されます。枚数が多い場合は、もう少し時間がかかります。
        名刺を更新すると、30分以内に自動でOutlookに反映されます。
        名刺の編集は{ $product }で行ってください。このフォルダー内でOutlook側から変更した内容は上書きされ、{ $product }には反映されません。
        ほかの連絡先フォルダーには一切変更を加えません。
    .where =
        Outlookで「連絡先」を開き、「{ $folder }」フォルダーを探してください。折りたたまれた一覧の中にあることがあります。
        Web版とデスクトップ版の一方にしか名刺が表示されない場合は、両方とも{ $account }でサインインしているか確認してください。

## 失敗:.title(何が)、.why(なぜ)、.steps(どうすればよいか)、.ask(管理者への依頼文)

failure-state-unknown =
    .title = ここから始まった手続きではありません
    .why = 連携の手続き中ではない状態で画面が開かれました。古いリンクやブックマークを使った場合や、アドレスを別のブラウザーに貼り付けた場合に起こります。
    .steps =
        { $product }に戻り、連携をはじめからやり直してください。
        最後まで同じブラウザーの画面で操作してください。

failure-state-expired =
    .title = 手続きの有効時間が過ぎました
    .why = 安全のため、連携の手続きには数分間の有効時間があります。設定は何も変更されていません。
    .steps =
        { $product }に戻り、連携をはじめからやり直してください。

failure-state-used =
    .title = この手続きはすでに使われています
    .why = サインインの手続きは一度しか使えません。画面を再読み込みしたか、二度開いた可能性があります。連携はすでに完了しているかもしれません。
    .steps =
        { $product }に戻り、連携の状態を確認してください。
        「未連携」の場合は、はじめからやり直してください。

failure-state-forged =
    .title = このリンクは正しいものではありません
    .why = アドレスが途中で書き換えられているため、受け付けませんでした。設定は何も変更されていません。
    .steps =
        この画面を開いたリンクは使わないでください。
        { $product }をご自身で開き、そこから連携を始めてください。
        繰り返し表示される場合は、下のお問い合わせ番号をサポートにお伝えください。

failure-wrong-tenant =
    .title = 別の組織でサインインされました
    .why = 入力されたテナントIDと、同意したアカウントの組織が一致しません。連携は行われていません。
    .steps =
        Azure portal(portal.azure.com)でMicrosoft Entra IDを開き、会社名の下の「テナントID」と、{ $product }に入力したIDを見比べてください。
        IDが間違っていた場合は、{ $product }で修正して保存し直してください。
        IDが正しい場合は、シークレットウィンドウを開いてやり直し、その組織の管理者アカウントでサインインしてください。

failure-not-this-organization =
    .title = この組織との連携を見送りました
    .why = このディレクトリと連携しないことを選ばれました。何も保存されず、何も変わっていません。以前に管理者が許可したものがある場合は、{ $product }で取り消すまで有効です。
    .steps =
        知らない方から案内された場合は、社内のセキュリティ担当者に知らせ、そのリンクは今後使わないでください。
        Microsoftで承諾したアクセス許可は、ディレクトリに残っています。社内で{ $product }を使っていない場合は、Microsoft Entra管理センター(entra.microsoft.com)の「エンタープライズ アプリケーション」から削除してください。
        ご自身の組織を連携する場合は、{ $product }を開き、そこから始めてください。

failure-tenant-not-found =
    .title = このテナントIDの組織が見つかりません
    .why = 入力されたディレクトリ (テナント) IDは、Microsoftに存在しません。入力誤りか、ディレクトリが削除された可能性があります。
    .steps =
        Azure portal(portal.azure.com)にサインインし、Microsoft Entra IDを開きます。
        会社名の下にある「テナントID」の36文字をコピーします。
        { $product }に入力し、保存し直します。

failure-consent-declined =
    .title = アクセス許可が承諾されませんでした
    .why = Microsoftの同意画面が閉じられたか、キャンセルされました。{ $product }はまだ何もできません。設定は何も変更されていません。
    .steps =
        { $product }に戻り、テナントIDを保存し直してください。
        グローバル管理者、または特権ロール管理者でサインインしてください。
        同意画面で[組織の代理として同意する]が表示されたらチェックを入れ、[承諾]を押してください。

failure-sign-in-declined =
    .title = サインインがキャンセルされました
    .why = Microsoftのサインイン画面または同意画面が閉じられたか、キャンセルされました。連携は行われていません。
    .steps =
        { $product }に戻り、もう一度「連携」を押してください。
        サインインし、アクセス許可の確認が表示されたら[承諾]を押してください。

failure-consent-not-visible =
    .title = 同意がまだ確認できません
    .why = 同意画面から戻りましたが、組織全体の同意がMicrosoftに記録されていません。同意の反映には数分かかることがあります。
    .steps =
        5分ほど待ってから、もう一度お試しください。
        同意画面で[組織の代理として同意する]が表示されたらチェックを入れ、[承諾]を押してください。
        それでもできない場合は、Microsoft Entra管理センター(entra.microsoft.com)の「エンタープライズ アプリケーション」で{ $product }を選び、[アクセス許可]から管理者の同意を与えてください。

failure-consent-missing =
    .title = 組織の同意がまだ済んでいません
    .why = 利用者がOutlookを連携する前に、社内のMicrosoft 365管理者が、組織として{ $product }を許可する必要があります。
    .steps =
        下の文面を、社内のMicrosoft 365管理者に送ってください。
        同意が済んだら、{ $product }に戻ってもう一度「連携」を押してください。
    .ask =
        { $product }をOutlookで使うため、組織としての同意をお願いします。
        グローバル管理者または特権ロール管理者で、Microsoft Entra管理センター(entra.microsoft.com)にサインインしてください。
        「エンタープライズ アプリケーション」を開き、アプリケーションIDまたは名前({ $product })で検索して選択してください。
        次に[アクセス許可]を開き、[(組織名)に管理者の同意を与えます]を押してください。

failure-admin-approval-required =
    .title = 管理者の承認が必要です
    .why = お使いの組織では、アプリを承認できるのは管理者だけです。{ $product }への同意がまだないか、権限の足りないアカウントで行われています。
    .steps =
        下の文面を、社内のMicrosoft 365管理者に送ってください。
        承認が済んだら、{ $product }に戻ってもう一度「連携」を押してください。
    .ask =
        { $product }をOutlookで使うため、管理者の承認をお願いします。
        グローバル管理者または特権ロール管理者で、Microsoft Entra管理センター(entra.microsoft.com)にサインインしてください。
        「エンタープライズ アプリケーション」を開き、アプリケーションIDまたは名前({ $product })で検索して選択してください。
        次に[アクセス許可]を開き、[(組織名)に管理者の同意を与えます]を押してください。
        別の方法:管理者の方を{ $product }の利用者として登録し、ご自身で連携して、同意画面で[組織の代理として同意する]にチェックを入れて[承諾]を押してください。以後は全員が連携でき、その利用者は{ $product }から削除してかまいません。
        別の方法:利用者自身の同意を認める場合は、Microsoft 365管理センター(admin.microsoft.com)の[設定]>[組織設定]>[サービス]>[アプリに対するユーザーの同意]で許可してください。反映には時間がかかります。

failure-not-admin =
    .title = 管理者アカウントでサインインしてください
    .why = サインインしたアカウントは、グローバル管理者でも特権ロール管理者でもありません。組織全体の同意ができるのはこの2つの役割だけで、アプリケーション管理者にはできません。ブラウザーが別のアカウントを記憶していて、自動的に使われることがよくあります。
    .steps =
        シークレットウィンドウ、または別のブラウザーを開きます。
        そこで{ $product }のMicrosoft 365の設定を開き、同意の手続きをやり直します。
        グローバル管理者、または特権ロール管理者のアカウントでサインインします。

failure-user-not-assigned =
    .title = このアカウントにはまだ利用が許可されていません
    .why = お使いの組織では、{ $product }をMicrosoft 365で使える人が決められていますが、このアカウントは含まれていません。
    .steps =
        下の文面を、社内のMicrosoft 365管理者に送ってください。
        追加されたら、{ $product }に戻ってもう一度「連携」を押してください。
    .ask =
        { $product }をMicrosoft 365で使えるようにしてください。
        Microsoft Entra管理センター(entra.microsoft.com)で「エンタープライズ アプリケーション」を開き、アプリケーションIDまたは名前({ $product })で検索して選択してください。
        次に[ユーザーとグループ]を開き、[ユーザーまたはグループの追加]から私のアカウントを追加してください。

failure-account-of-another-directory =
    .title = 別の組織のアカウントです
    .why = サインインしたアカウントは、組織が連携したMicrosoft 365のディレクトリに存在しません。個人用アカウントや他社のアカウントは使えません。
    .steps =
        シークレットウィンドウを開くか、先にMicrosoftからサインアウトしてください。
        { $product }に戻り、もう一度「連携」を押してください。
        この組織の職場アカウントでサインインしてください。

failure-wrong-account =
    .title = ご本人のアカウントではありません
    .why = サインインしたアカウントが、{ $product }に登録されたご本人のメールアドレスとも、その別名とも一致しません。ほかの方のOutlookに名刺が入らないよう、連携を行いませんでした。
    .steps =
        シークレットウィンドウを開くか、先にMicrosoftからサインアウトしてください。
        { $product }に戻り、ご本人のアカウントで連携し直してください。
        メールアドレスが変わった場合は、先に{ $product }の管理者に変更を依頼してください。

failure-app-not-in-tenant =
    .title = 組織にこのアプリがまだ追加されていません
    .why = 管理者の同意がまだないか、取り消されたため、組織のMicrosoft 365に{ $product }が登録されていません。
    .steps =
        下の文面を、社内で{ $product }とMicrosoft 365を管理している方に送ってください。
        同意が済んだら、{ $product }に戻ってもう一度「連携」を押してください。
    .ask =
        組織のMicrosoft 365に{ $product }がまだ登録されていません。
        { $product }のMicrosoft 365の設定で当組織のテナントIDを保存し、グローバル管理者または特権ロール管理者としてアクセス許可を承諾してください。

failure-app-disabled =
    .title = 組織でこのアプリが無効になっています
    .why = 管理者がMicrosoft Entraで{ $product }へのサインインを無効にしています。
    .steps =
        下の文面を、社内のMicrosoft 365管理者に送ってください。
        有効になったら、{ $product }に戻ってもう一度「連携」を押してください。
    .ask =
        Microsoft Entraで{ $product }が無効になっています。
        Microsoft Entra管理センター(entra.microsoft.com)で「エンタープライズ アプリケーション」を開き、アプリケーションIDまたは名前({ $product })で検索して選択してください。
        次に[プロパティ]を開き、[ユーザーのサインインが有効になっていますか?]を[はい]にしてください。

failure-service-missing =
    .title = 契約プランにExchange Onlineが含まれていません
    .why = 連絡先はExchange Onlineに保存されますが、お使いの組織では利用できないとMicrosoftから回答がありました。
    .steps =
        下の文面を、社内のMicrosoft 365管理者に送ってください。
        Exchange Onlineが使えるようになったら、もう一度お試しください。
    .ask =
        { $product }をOutlookで使うには、Exchange Onlineを含むMicrosoft 365のプランが必要です。
        Microsoft 365管理センター(admin.microsoft.com)の[課金情報]>[お使いの製品]で、契約中のプランを確認してください。

failure-mailbox-missing =
    .title = Exchange Onlineのメールボックスがありません
    .why = メール・連絡先・予定表はメールボックスに保存されます。このアカウントにはライセンスがないか、メールボックスが作成中か、社内のサーバーにあります。
    .steps =
        メールボックスのある別のアカウントをお持ちの場合は、そのアカウントで連携し直してください。
        そうでない場合は、下の文面を社内のMicrosoft 365管理者に送ってください。
    .ask =
        { $product }をOutlookで使うには、このアカウントにExchange Onlineのメールボックスが必要です。
        Microsoft 365管理センター(admin.microsoft.com)の[ユーザー]>[アクティブなユーザー]で、Exchange Onlineを含むライセンスが割り当てられているか確認してください。

failure-folder-taken =
    .title = 同じ名前のフォルダーがすでにあります
    .why = Outlookの連絡先に「{ $folder }」とのフォルダーが既に存在しているため、連携が完了できません。フォルダー名を変更するか、削除してください。以前の連携で作成されたフォルダーが残っている可能性があります。
    .steps =
        Outlookで「連絡先」を開き、「{ $folder }」フォルダーを探してください。
        フォルダー名を変更するか、不要であれば削除してください。
        { $product }に戻り、もう一度「連携」を押してください。

failure-grant-revoked =
    .title = 組織によって連携が解除されています
    .why = { $product }の管理者がこの許可を取り消したため、連携は停止しています。これまでに登録された内容はそのまま残っています。
    .steps =
        下の文面を、社内で{ $product }とMicrosoft 365を管理している方に送ってください。
        同意がやり直されたら、{ $product }でもう一度連携してください。
    .ask =
        Microsoft 365の設定で、{ $product }への許可が取り消されています。
        意図したものでなければ、その設定でテナントIDを保存し直し、グローバル管理者または特権ロール管理者としてアクセス許可を承諾してください。

failure-account-not-found =
    .title = このアドレスのMicrosoft 365アカウントがありません
    .why = { $product }に登録されたメールアドレスが、連携したディレクトリのどのアカウントのサインイン名ともアドレスとも一致しないか、複数のアカウントと一致しています。
    .steps =
        { $product }のメールアドレスとMicrosoft 365のメールアドレスを見比べ、誤っているほうを修正してください。
        アカウントがまだない場合は、下の文面を社内のMicrosoft 365管理者に送ってください。
    .ask =
        { $product }に登録されたメールアドレスのアカウントが、Microsoft 365に見つかりません。
        Microsoft 365管理センター(admin.microsoft.com)の[ユーザー]>[アクティブなユーザー]で、このアドレスまたは別名を持つアカウントが1つだけあるか確認してください。

failure-licence-missing =
    .title = Exchange Onlineのライセンスがありません
    .why = メール・連絡先・予定表はExchange Onlineに保存されますが、このアカウントにはそのライセンスがありません。
    .steps =
        下の文面を、社内のMicrosoft 365管理者に送ってください。
        ライセンスの割り当て後、数分から最長1日でメールボックスが使えるようになります。{ $product }は1日に1回、自動で確認します。
    .ask =
        { $product }を使うには、このアカウントにExchange Onlineを含むライセンスが必要です。
        Microsoft 365管理センター(admin.microsoft.com)の[ユーザー]>[アクティブなユーザー]>[ライセンスとアプリ]で割り当ててください。

failure-mailbox-on-premises =
    .title = メールボックスが社内のサーバーにあります
    .why = このアカウントは社内のActive Directoryから同期されており、Exchange Onlineにメールボックスがありません。{ $product }が利用できるのはExchange Onlineのメールボックスだけです。
    .steps =
        Exchange Onlineにメールボックスがある別のアカウントを選んでください。
        または、下の文面を社内のMicrosoft 365管理者に送ってください。
    .ask =
        このメールボックスはExchange Onlineではなく社内のExchange Serverにあるため、{ $product }から利用できません。
        移行してよい場合は、Exchange管理センター(admin.exchange.microsoft.com)の[移行]から移行してください。

failure-mailbox-pending =
    .title = メールボックスがまだ準備できていません
    .why = Exchange Onlineのライセンスはありますが、メールボックスがまだ作成されていません。ライセンスの割り当て後、数分から最長1日かかります。
    .steps =
        しばらく待ってから、もう一度接続をテストしてください。{ $product }は1日に1回、自動で確認します。
        1日たっても作成されない場合は、Exchange管理センター(admin.exchange.microsoft.com)の[メールボックス]でアカウントを確認してください。

failure-mailbox-full =
    .title = メールボックスの容量がいっぱいです
    .why = 容量の上限に達しているため、Exchange Onlineがこのメールボックスへの書き込みを受け付けません。
    .steps =
        Outlookで不要なものを削除し、[削除済みアイテム]を空にしてください。
        空きができれば、{ $product }が自動で再開します。

failure-access-denied =
    .title = このメールボックスへのアクセスが拒否されました
    .why = 許可が取り消されたか、組織のルールにより、{ $product }がこのメールボックスを利用できません。ルールを変更した場合、反映まで数時間かかることがあります。
    .steps =
        今日、同意やルールを変更した場合は、数時間待ってからもう一度お試しください。
        そうでない場合は、管理者が{ $product }のMicrosoft 365の設定で接続をテストしてください。どちらが原因か分かります。
        または、下の文面を社内のMicrosoft 365管理者に送ってください。
    .ask =
        Microsoft 365が、{ $product }によるこのメールボックスへのアクセスを拒否しています。
        Microsoft Entra管理センター(entra.microsoft.com)で「エンタープライズ アプリケーション」を開き、アプリケーションIDまたは名前({ $product })で検索し、[アクセス許可]で許可が残っているか確認してください。
        残っている場合は、Exchange Onlineのアプリケーション アクセス ポリシー、または「アプリケーションのロールベースのアクセス制御」で、このメールボックスが対象外になっていないか確認してください。

failure-access-policy =
    .title = Exchange Onlineのルールで対象外になっています
    .why = 許可は与えられていますが、Exchange Onlineがアクセスを拒否しています。アプリケーション アクセス ポリシー、または「アプリケーションのロールベースのアクセス制御」に、このメールボックスが含まれていません。
    .steps =
        意図して対象外にしている場合は、対応は不要です。
        そうでない場合は、下の文面を社内のMicrosoft 365管理者に送ってください。変更の反映には数時間かかることがあります。
    .ask =
        { $product }への許可はありますが、Exchange Onlineのルールでこのメールボックスが対象外になっています。
        Exchange Online PowerShellのGet-ApplicationAccessPolicyとTest-ServicePrincipalAuthorizationで、アプリケーションIDから該当するルールを確認してください。
        対象に含めてよい場合は、そのルールのグループまたはスコープにこのメールボックスを追加してください。数時間以内に反映されます。

failure-access-policy-pending =
    .title = アクセスの許可がまだ反映されていません
    .why = 許可またはルールが変更されたばかりで、{ $product }がまだ利用できません。Exchange Onlineへの反映には数時間かかることがあります。
    .steps =
        3時間ほど待ってから、もう一度接続をテストしてください。それまでの対応は不要です。
        その後も拒否される場合は、Exchange Onlineのルールの対象外です。変更できる方がテストの結果に表示されます。

failure-scope-too-wide =
    .title = 対象外のメールボックスが読み取れます
    .why = このメールボックスは対象外のはずですが、{ $product }から読み取れました。Microsoft Entraで組織全体への許可が残っている間は、Exchange Onlineのスコープでは制限されません。
    .steps =
        下の文面を、このテストのコマンドとともに社内のMicrosoft 365管理者に送ってください。
        変更から数時間後に、もう一度テストしてください。
    .ask =
        合意した範囲の外にあるメールボックスを、{ $product }が読み取れる状態です。
        Exchange Onlineのスコープ(アプリケーションのロールベースのアクセス制御)に、選んだメールボックスだけが含まれているか確認してください。
        次に、Microsoft Entra管理センター(entra.microsoft.com)の「エンタープライズ アプリケーション」>[アクセス許可]で、{ $product }の組織全体のMail.Readを取り消し、スコープだけが有効になるようにしてください。

failure-groups-not-permitted =
    .title = Microsoft 365のグループを読み取れません
    .why = グループで利用者を選ぶには、GroupMember.Read.AllとUser.Read.Allの二つの権限が必要です。{ $product }が自動でお願いすることはなく、社内のMicrosoft 365管理者が一度だけ割り当てます。それまでは、グループによる連携も解除も行いません。
    .steps =
        このテナントの接続テストを開きます。「グループ」の結果にコマンドが表示されます。
        コマンドと下の文面を、社内のMicrosoft 365管理者に送ってください。
        割り当てのあと、この画面でグループをもう一度保存してください。
    .ask =
        { $product }で、Microsoft Entraのグループのメンバーを連携の対象にしたいと考えています。
        添付のコマンドで、エンタープライズ アプリケーションにMicrosoft Graphのアプリケーションの許可GroupMember.Read.AllとUser.Read.Allを割り当ててください。グループのメンバーとアカウントのアドレスを読み取る権限で、メールボックスは開きません。特権ロール管理者の権限が必要です。

failure-group-not-found =
    .title = グループがディレクトリにありません
    .why = このオブジェクトIDのグループがMicrosoft Entraにないか、削除されました。これを理由に連携を解除された利用者はいません。
    .steps =
        Microsoft Entra管理センター(entra.microsoft.com)でグループを開き、オブジェクトIDをコピーしてください。
        この画面で保存してください。誤って削除した場合は管理センターで復元すると、自動で読み取りを再開します。

failure-teams-missing =
    .title = このカレンダーではTeams会議を作成できません
    .why = このカレンダーではTeamsを利用できないと、Microsoftから回答がありました。多くの場合、Teamsのライセンスがありません。訪問や電話のアポイントメントは利用できます。
    .steps =
        Teams会議のURLが必要な場合は、下の文面を社内のMicrosoft 365管理者に送ってください。
    .ask =
        このアカウントでは、{ $product }からTeams会議を作成できません。
        Microsoft 365管理センター(admin.microsoft.com)の[ユーザー]>[アクティブなユーザー]>[ライセンスとアプリ]で、Microsoft Teamsが有効か確認してください。

failure-not-in-plan =
    .title = ご契約のプランに含まれていない機能です
    .why = { $product }のご契約にこの機能が含まれていないため、まだ連携できません。
    .steps =
        営業担当者に問い合わせるか、下の文面をサポートに送ってください。
        機能が有効になったら、{ $product }に戻ってもう一度「連携」を押してください。

failure-credential-expiring =
    .title = { $product }の資格情報の期限が近づいています
    .why = { $product }がMicrosoftに自身を証明するための資格情報は、期限までに更新する必要があります。現在は問題なく動作しています。
    .steps =
        下の文面をサポートに送ってください。すでに案内が出ている場合は不要です。
        お使いのMicrosoft 365での対応は不要です。

failure-conditional-access =
    .title = セキュリティ ポリシーによりサインインできません
    .why = 組織の条件付きアクセスにより、この場所・ネットワーク・デバイスなどからのサインインが許可されていません。
    .steps =
        社内ネットワーク、または会社が管理するデバイスからもう一度お試しください。
        それでもできない場合は、下の文面を社内のMicrosoft 365管理者に送ってください。
    .ask =
        条件付きアクセスにより、{ $product }へのサインインがブロックされています。
        Microsoft Entra管理センター(entra.microsoft.com)の[サインイン ログ]で失敗した私のサインインを開き、[条件付きアクセス]でブロックしたポリシーを確認してください。
        利用を許可してよい場合は、ポリシーを調整するか、アプリケーション({ $product })を対象から除外してください。

failure-device-not-compliant =
    .title = このデバイスからは利用できません
    .why = お使いの組織では、会社の基準を満たした管理対象のデバイスが必要です。このデバイスは登録されていないか、基準を満たしていません。
    .steps =
        会社が管理しているデバイスでもう一度お試しください。
        このデバイスが会社のものである場合は、下の文面を社内のMicrosoft 365管理者に送ってください。
    .ask =
        デバイスが準拠していないと判定され、{ $product }へのサインインがブロックされました。
        Microsoft Intune(intune.microsoft.com)の[デバイス]で、私のデバイスの状態を確認してください。

failure-mfa-required =
    .title = 追加の本人確認が必要です
    .why = お使いの組織では、サインイン時にAuthenticatorアプリなどによる多要素認証が必要ですが、完了していません。
    .steps =
        連携をはじめからやり直してください。
        Microsoftの画面に表示される本人確認を完了してください。確認方法の登録を求められた場合は、先に登録してください。

failure-sign-in-required =
    .title = もう一度Microsoftにサインインしてください
    .why = 以前のサインインの有効期限が切れました。長期間の経過、パスワードのリセット、組織の設定などが原因です。
    .steps =
        { $product }に戻り、もう一度「連携」を押してください。
        登録済みの名刺と連絡先フォルダーは、そのまま残ります。

failure-account-disabled =
    .title = このアカウントは無効になっています
    .why = 組織でこのアカウントが無効にされていると、Microsoftから回答がありました。
    .steps =
        別の職場アカウントをお持ちの場合は、そのアカウントで連携し直してください。
        そうでない場合は、下の文面を社内のMicrosoft 365管理者に送ってください。
    .ask =
        アカウントが無効のため、{ $product }と連携できません。
        Microsoft Entra管理センター(entra.microsoft.com)の[ユーザー]で、有効にしてよいか確認してください。

failure-password-expired =
    .title = Microsoftのパスワードの有効期限が切れています
    .why = サインインする前に、新しいパスワードの設定が必要です。
    .steps =
        職場アカウントでoffice.comにサインインし、新しいパスワードを設定してください。
        { $product }に戻り、もう一度「連携」を押してください。

failure-bad-credential =
    .title = { $product }がMicrosoftに認証されませんでした
    .why = { $product }が自身を証明するための資格情報が正しくないか、有効期限が切れています。操作に問題はなく、設定も変更されていません。
    .steps =
        下の文面をサポートに送ってください。すでに案内が出ている場合は不要です。
        解消の連絡があったら、もう一度お試しください。

failure-redirect-mismatch =
    .title = { $product }の戻り先アドレスが登録と異なります
    .why = Microsoftから戻るためのアドレスが、アプリの登録に含まれていません。操作に問題はありません。
    .steps =
        下の文面をサポートに送ってください。
        解消の連絡があったら、もう一度お試しください。

failure-app-misconfigured =
    .title = { $product }のMicrosoftへの登録に問題があります
    .why = アプリの登録内容と合わないため、Microsoftが要求を受け付けませんでした。操作に問題はなく、設定も変更されていません。
    .steps =
        下の文面をサポートに送ってください。
        解消の連絡があったら、もう一度お試しください。

failure-invalid-id-token =
    .title = サインインを確認できませんでした
    .why = Microsoftから戻った本人確認の情報が、検証を通りませんでした。安全のため、連携は行われていません。
    .steps =
        お使いのデバイスの日付と時刻が正しいか確認してください。
        { $product }に戻り、連携をはじめからやり直してください。
        繰り返し表示される場合は、下のお問い合わせ番号をサポートにお伝えください。

failure-microsoft-unavailable =
    .title = Microsoftから応答がありません
    .why = Microsoftのサービスが混み合っているか、接続できません。設定は何も変更されていません。
    .steps =
        数分待ってから、もう一度お試しください。
        1時間以上続く場合は、status.cloud.microsoftを確認するか、サポートにお問い合わせください。

failure-unknown =
    .title = Microsoftが連携を受け付けませんでした
    .why = これまでに確認されていない理由がMicrosoftから返されました。連携は行われていません。詳しくは下の詳細をご覧ください。
    .steps =
        連携をはじめからやり直してください。
        同じ画面が表示される場合は、下の文面をサポートに送ってください。

failure-internal =
    .title = こちら側で問題が発生しました
    .why = { $product }のエラーにより、連携が中断しました。操作に問題はありません。
    .steps =
        数分後にもう一度お試しください。
        同じ画面が表示される場合は、下の文面をサポートに送ってください。

failure-not-found =
    .title = ページが見つかりません
    .why = アドレスに誤りがあるか、ページが移動した可能性があります。
    .steps =
        { $product }を開き、そこから操作を続けてください。

failure-result-gone =
    .title = この結果の表示期間は終了しました
    .why = 連携の結果は、操作したブラウザーで15分間だけ表示されます。連携そのものには影響ありません。
    .steps =
        { $product }を開き、連携の状態を確認してください。

## ほかの方に送る文面

message-consent-link = 次の同意画面を開いて承諾することもできます。
message-forward-end = よろしくお願いいたします。
message-support-start = { $product }でMicrosoft 365との連携に失敗しました。

## 日付と時刻

date-long = { $year }年{ $month }{ $day }日({ $weekday })
date-short = { $month }{ $day }日({ $weekday })
date-month = { $year }年{ $month }
date-months = { $first } – { $last }
date-compact = { $year }年{ $month }{ $day }日({ $weekday })
date-brief = { $month }{ $day }日
moment-stamp = { $day } { $time }
moment-day = { $day }
moment-hours = { $from }〜{ $until }
zone-with-offset = { $city } ({ $offset })
duration-minutes = { $minutes }分
duration-hours = { $hours }時間
duration-hours-minutes = { $hours }時間{ $minutes }分
part-of-day-morning = 午前
part-of-day-afternoon = 午後
part-of-day-evening = 夜

weekday-1 = 月
weekday-2 = 火
weekday-3 = 水
weekday-4 = 木
weekday-5 = 金
weekday-6 = 土
weekday-7 = 日

weekday-short-1 = 月
weekday-short-2 = 火
weekday-short-3 = 水
weekday-short-4 = 木
weekday-short-5 = 金
weekday-short-6 = 土
weekday-short-7 = 日

month-1 = 1月
month-2 = 2月
month-3 = 3月
month-4 = 4月
month-5 = 5月
month-6 = 6月
month-7 = 7月
month-8 = 8月
month-9 = 9月
month-10 = 10月
month-11 = 11月
month-12 = 12月

month-short-1 = 1月
month-short-2 = 2月
month-short-3 = 3月
month-short-4 = 4月
month-short-5 = 5月
month-short-6 = 6月
month-short-7 = 7月
month-short-8 = 8月
month-short-9 = 9月
month-short-10 = 10月
month-short-11 = 11月
month-short-12 = 12月

zone-pacific-honolulu = ホノルル
zone-america-anchorage = アンカレッジ
zone-america-los-angeles = ロサンゼルス
zone-america-denver = デンバー
zone-america-chicago = シカゴ
zone-america-mexico-city = メキシコシティ
zone-america-new-york = ニューヨーク
zone-america-toronto = トロント
zone-america-sao-paulo = サンパウロ
zone-utc = UTC
zone-europe-london = ロンドン
zone-europe-paris = パリ
zone-europe-berlin = ベルリン
zone-europe-madrid = マドリード
zone-europe-rome = ローマ
zone-africa-lagos = ラゴス
zone-europe-athens = アテネ
zone-europe-helsinki = ヘルシンキ
zone-africa-cairo = カイロ
zone-africa-johannesburg = ヨハネスブルグ
zone-europe-istanbul = イスタンブール
zone-asia-riyadh = リヤド
zone-asia-dubai = ドバイ
zone-asia-karachi = カラチ
zone-asia-kolkata = インド
zone-asia-dhaka = ダッカ
zone-asia-bangkok = バンコク
zone-asia-ho-chi-minh = ホーチミン
zone-asia-jakarta = ジャカルタ
zone-asia-singapore = シンガポール
zone-asia-shanghai = 上海
zone-asia-taipei = 台北
zone-australia-perth = パース
zone-asia-tokyo = 東京
zone-asia-seoul = ソウル
zone-australia-sydney = シドニー
zone-pacific-auckland = オークランド

## 予約ページ

book-foot = 予約には{ $product }を使用しています。
book-about-meeting = 件名
book-about-time = 日時
book-about-duration = 所要時間
book-about-place = 場所
book-about-host = 担当者
book-about-guest = お客様
book-title-default = { $host }さんとの打ち合わせ
book-place-web = Web会議 (Microsoft Teams)
book-zone = タイムゾーン
book-zone-show = 表示
book-pick = 日時の選択:
book-week-before = 前の週
book-week-after = 次の週
book-day-free = { $date } 空き{ $count }件
book-day-full = { $date } 空きなし
book-times-count = 空き{ $count }件
book-shown-in = 時刻は{ $zone }で表示しています。
book-week-empty = この週に空いている時間はありません
book-week-later = 次に空いているのは{ $date }です。
book-week-later-go = その日を表示
book-week-try-next = 次の週をご覧ください。
book-week-none-left = 現在予約できる時間がありません。このページのURLを受け取った担当者にご連絡ください。
book-taken-early = 選ばれた時間は予約できなくなりました。別の時間をお選びください。

book-closed-status = 現在は予約できません
book-closed-code = Microsoftのコード: { $code }
book-closed-nothing-booked = 予約は行われていません。
book-closed-unreadable =
    .title = { $host }さんの予定を確認できません
    .why = カレンダーに一時的に接続できないため、空いている時間を表示していません。予定が入っている時間に予約が入ることを防ぐためです。
    .steps =
        数分後にこのページを再度開いてください。
        しばらくたっても表示されない場合は、このページのURLを受け取った担当者にご連絡ください。
book-closed-unlinked =
    .title = { $host }さんの予定を確認できません
    .why = カレンダーがこのページに接続されていないため、空いている時間を表示できません。
    .steps =
        このページのURLを受け取った担当者に、予約ページが使えないことをお知らせください。
        カレンダーが接続されると、同じURLで予約できるようになります。
book-closed-refused =
    .title = { $host }さんの予定を確認できません
    .why = Microsoft 365がカレンダーの表示を許可していないため、空いている時間を表示できません。
    .steps =
        このページのURLを受け取った担当者に、下のコードとともにお知らせください。
        問題が解消すると、同じURLで予約できるようになります。
book-closed-no-web-meeting =
    .title = Web会議を用意できません
    .why = この予約にはMicrosoft TeamsのWeb会議が必要ですが、{ $host }さんのカレンダーでは作成できません。
    .steps =
        このページのURLを受け取った担当者に、Web会議が作成できないことをお知らせください。

book-details-title = お客様情報の入力
book-details-title-faulty = 入力内容をご確認ください
book-change-time = 日時を変更
book-host-time = 担当者の現地時刻
book-field-company = 会社名
book-field-name = お名前
book-field-email = メールアドレス
book-field-email-hint = 予約の確認をこのアドレスにお送りします。
book-optional = 任意
book-privacy = 入力いただいた内容は、この打ち合わせのために{ $company }の{ $host }さんに伝わります。
book-submit = この内容で予約する
book-submit-busy = 予約しています…
book-faults = 入力内容をご確認ください
book-fault-company = 会社名を入力してください
book-fault-name = お名前を入力してください
book-fault-email = メールアドレスを入力してください
book-fault-address = メールアドレスは name@example.com の形で入力してください
book-fault-answer = 「{ $field }」にお答えください
book-fault-text = 「{ $field }」は{ $most }文字以内で入力してください。特殊な文字は使えません
book-fault-malformed = 「{ $field }」の内容を受け付けられません
book-stale = この画面は古くなっているため、この内容ではまだ予約していません。内容をご確認のうえ、もう一度ボタンを押してください。
book-not-offered = この時間は予約できません
book-unpicked = 日時を選んでください
book-taken =
    .title = この時間は、ほかの予約が入りました
    .lead = 入力いただいた内容はそのままです。別の時間を選び、もう一度予約してください。
    .none = 近い日に空いている時間がありません。ほかの日をご覧ください。
book-other-days = ほかの日を見る

book-pending =
    .status = 手配中
    .title = 予約を手配しています
    .lead = { $host }さんのカレンダーに登録しています。通常は1分以内に完了し、{ $email }宛てに確認のメールをお送りします。
book-confirmed =
    .status = 確定
    .title = 予約が確定しました
    .lead = { $host }さんのカレンダーに登録しました。詳細は{ $email }宛てにメールでお送りします。
book-cancelling =
    .status = キャンセル中
    .title = 予約をキャンセルしています
    .lead = { $host }さんのカレンダーから予定を取り消しています。
book-undoing =
    .status = 取り消し中
    .title = 予約を完了できませんでした
    .lead = 時間内に手配できなかったため、この予約を取り消しています。
book-cancelled =
    .status = キャンセル済み
    .title = 予約はキャンセルされました
    .lead = { $host }さんのカレンダーの予定は取り消されました。
book-cancelled-by-host =
    .status = キャンセル済み
    .title = 予約はキャンセルされました
    .lead = { $company }がこの予約をキャンセルしました。
book-failed =
    .status = 予約できませんでした
    .title = 予約を完了できませんでした
    .lead = { $host }さんのカレンダーに登録できなかったため、この予約は成立していません。お手数ですが、別の時間で再度お試しください。
book-refreshes = この画面は自動で更新されます。閉じても構いません。
book-refreshes-no-more = 時間がかかっています。この画面の自動更新は終了しました。結果はメールでお知らせします。
book-join = Teams会議に参加
book-again = 別の日時で予約する
book-cannot-come = ご都合が悪くなった場合:
book-cancel-go = 予約をキャンセルする

book-cancel =
    .title = 「{ $title }」の予約をキャンセルしますか
    .lead = { $host }さんのカレンダーから予定が取り消され、双方にメールで通知されます。取り消したあとは元に戻せません。
book-cancel-yes = 予約をキャンセルする
book-cancel-no = キャンセルせずに戻る
book-cancel-busy = キャンセルしています…

book-refused-not-found =
    .title = この予約ページはありません
    .why = アドレスが間違っているか、予約の受け付けが終了しています。
    .steps =
        受け取ったURLがすべて入力されているかご確認ください。
        正しい場合は、URLを受け取った担当者にご連絡ください。
book-refused-too-large =
    .title = 入力内容が長すぎます
    .why = 送信された内容が大きすぎるため、予約は行われていません。
    .steps =
        前の画面に戻り、内容を短くしてもう一度お試しください。
book-refused-method =
    .title = このページではその操作はできません
    .why = このアドレスでは受け付けていない操作です。何も変更されていません。
    .steps =
        受け取ったURLを開き直してください。
book-refused-unavailable =
    .title = 現在、予約ページを表示できません
    .why = 当方で一時的な問題が起きています。お客様の操作に問題はありません。
    .steps =
        数分後にもう一度お試しください。
        繰り返し表示される場合は、URLを受け取った担当者に下のお問い合わせ番号をお伝えください。
