# Mails about appointments. One message a line of a mail.
greeting-guest = { $company }
    { $name } 様
greeting-host = { $host } 様

confirmed-guest = アポイントメントの日程が確定しました。
confirmed-host = 予約ページから、アポイントメントの予約が入りました。Outlookの予定表に登録済みです。
cancelled-guest = アポイントメントはキャンセルされました。
cancelled-host = アポイントメントがキャンセルされました。Outlookの予定表からも削除されています。
cancelled-host-left = アポイントメントがキャンセルされました。Outlookの予定表からは削除できませんでした({ $reason })。お手数ですが、Outlookで予定を削除してください。
failed-guest = 申し訳ございません。アポイントメントの日程を確定できませんでした。お手数ですが、予約ページから別の日時をお選びください。
failed-host = 予約ページからの予約を、Outlookの予定表に登録できませんでした({ $reason })。お客様にはお知らせ済みです。
failed-host-left = 予約ページからの予約を確定できませんでした({ $reason })。お客様にはお知らせ済みです。Outlookに予定が残っている場合は、削除してください。

ended-by-guest = お客様がキャンセルしました。
ended-by-organization = 担当者側でキャンセルしました。

title = 件名: { $title }
time = 日時: { $time }
host = 担当: { $organization } { $host }
guest = お客様: { $company } { $name } 様
email = メールアドレス: { $email }
join = Web会議URL: { $url }
place = 場所: { $place }
answers = ご回答
manage = 日程の確認・キャンセルはこちら
again = 予約ページはこちら
