# Notices by mail to users and administrators. One message a part of a mail.
greeting = { $reader } 様

feature-contacts = Outlookの連絡先への名刺の連携
feature-mail = メールからの接点の取り込み
feature-calendar = Outlookの予定表との日程の連携

broken-user-subject = 【{ $product }】Microsoft 365との連携が停止しています: { $feature }
broken-user-opening = 「{ $feature }」で、Microsoft 365との連携が停止しています。
broken-admin-subject = 【{ $product }】{ $user } さんのMicrosoft 365との連携が停止しています: { $feature }
broken-admin-opening = { $user } さんの「{ $feature }」で、Microsoft 365との連携が停止しています。

status-authentication-failed = 認証失敗
status-no-permission = 権限なし
status-failed = 連携失敗
status-reconnect-needed = 要再連携

why-authentication-failed = Microsoft 365のアカウント、またはそのメールボックスが見つかりませんでした。
why-no-permission = 連携に必要な権限が、Microsoft 365で許可されていないか、取り消されています。
why-failed = Microsoft 365が処理を受け付けませんでした。自動の再試行では回復しません。
why-reconnect-needed = パスワードの変更などにより、Microsoft 365へのサインインがもう一度必要です。

fact-user = 利用者: { $user } <{ $email }>
fact-status = 状態: { $status }
fact-account = Microsoft 365のアカウント: { $account }
fact-last = 最後に成功した日時: { $last }
fact-code = コード: { $code }
never = まだありません

do-user-authentication-failed = 【ご対応】管理者にもお知らせしました。ご利用にはExchange Onlineのメールボックスが必要です。現在の状態は、次のページで確認できます。
do-user-no-permission = 【ご対応】ご自身での操作は必要ありません。管理者による権限の許可が必要なため、管理者にもお知らせしました。現在の状態は、次のページで確認できます。
do-user-failed = 【ご対応】次のページで、原因と対応する方をご確認ください。
do-user-reconnect-needed = 【ご対応】次のページから、もう一度連携してください。1分ほどで終わり、データは失われません。

do-admin-authentication-failed = 【ご対応】Microsoft 365管理センターで、アカウントがあること、Exchange Onlineを含むライセンスが割り当てられていることをご確認ください。詳しくは、次のページをご覧ください。
do-admin-no-permission = 【ご対応】Microsoft 365の管理者による権限の許可が必要です。必要な権限と手順は、次のページをご覧ください。同じ原因で停止した利用者にも個別にお知らせしています。同じ原因についての管理者へのお知らせは、1日に1通までです。
do-admin-failed = 【ご対応】次のページで、原因と対応する方をご確認ください。
do-admin-reconnect-needed = 【ご対応】管理者の操作は必要ありません。ご本人によるサインインが必要なため、ご本人にもお知らせしました。現在の状態は、次のページで確認できます。

once-a-day = 同じ連携についてのお知らせは、1日に1通までです。連携が回復したときは、メールをお送りしません。

fact-tenant = テナントID: { $tenant }
fact-granted-by = 承認したアカウント: { $account }

granted-subject = 【{ $product }】Microsoft 365との連携が有効になりました
granted-opening = Microsoft 365の管理者が、{ $product }に必要な権限を承認しました。次の機能が有効になりました。
granted-do = 【次の手順】連携する利用者を選んでください。選ぶまでは、どなたのデータも読み書きされません。
revoked-subject = 【{ $product }】Microsoft 365の権限の許可が取り消されました
revoked-opening = Microsoft 365の権限の許可が取り消されました。次の機能は、すべての利用者で停止しました。
revoked-do = これまでに作成したデータは残ります。再開するには、管理者の承認をもう一度受けてください。
removed-subject = 【{ $product }】Microsoft 365との連携を解除しました
removed-opening = Microsoft 365のテナントの登録が解除されました。このテナントを通じた連携は、すべての利用者で停止しました。
removed-do = これまでに作成したデータは残ります。再開するには、テナントをもう一度登録してください。

# ディレクトリのグループに入った利用者へ。本人のサインインで始まる。
invited-subject = 【{ $product }】Microsoft 365と連携できるようになりました: { $feature }
invited-opening = { $organization } で「{ $feature }」をご利用いただけるようになりました。
invited-do = 【ご対応】次のページを開き、Microsoft 365のアカウントでサインインしてください。1分ほどで終わります。
invited-rest = サインインするまで、何も書き込まれず、読み取られません。連携は同じページでいつでも解除できます。

webhook-subject = 【{ $product }】Webhookを停止しました
webhook-gone = 送信先が「今後は受け取らない」(410)と応答したため、Webhookへの送信を停止しました。
webhook-failing = 5日間、すべての送信が失敗したため、Webhookへの送信を停止しました。
webhook-facts = Webhook: { $webhook }
    送信先: { $address }
webhook-do = 【ご対応】送信先の問題を解消してから、POST /v1/webhooks/{ $webhook }/enable で再開してください。送信できなかったものは、/v1/webhooks/{ $webhook }/deliveries?state=dead で確認し、送り直せます。

foot = { $organization } / { $product }
foot-support = お問い合わせ: { $support }
