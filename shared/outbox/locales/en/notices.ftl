# Notices by mail to users and administrators. One message a part of a mail.
greeting = Hello { $reader },

feature-contacts = Business cards in Outlook contacts
feature-mail = Contact points from mail
feature-calendar = Appointments in the Outlook calendar

broken-user-subject = [{ $product }] Your Microsoft 365 connection has stopped: { $feature }
broken-user-opening = Your Microsoft 365 connection for “{ $feature }” has stopped working.
broken-admin-subject = [{ $product }] A Microsoft 365 connection has stopped: { $user } ({ $feature })
broken-admin-opening = The Microsoft 365 connection of { $user } for “{ $feature }” has stopped working.

status-authentication-failed = Authentication failed
status-no-permission = No permission
status-failed = Failed
status-reconnect-needed = Reconnect needed

why-authentication-failed = The Microsoft 365 account or its mailbox was not found.
why-no-permission = Microsoft 365 does not give the permission that this needs, or not any more.
why-failed = Microsoft 365 refused, and trying again does not help.
why-reconnect-needed = Microsoft 365 asks for a new sign-in, for example after a changed password.

fact-user = User: { $user } <{ $email }>
fact-status = Status: { $status }
fact-account = Microsoft 365 account: { $account }
fact-last = Last success: { $last }
fact-code = Code: { $code }
never = not yet

do-user-authentication-failed = What to do: your administrator has been told. Your account needs a mailbox in Exchange Online. This page shows how things stand:
do-user-no-permission = What to do: nothing for now. An administrator has to restore the permission and has been told. This page shows how things stand:
do-user-failed = What to do: open this page. It says what is wrong and who can put it right:
do-user-reconnect-needed = What to do: open this page and connect again. It takes a minute, and nothing is lost:

do-admin-authentication-failed = What to do: check in the Microsoft 365 admin center that the account exists and has a licence with Exchange Online. This page says more:
do-admin-no-permission = What to do: an administrator of Microsoft 365 has to restore the permission. This page says which, and how. Other users with the same cause have been told too; you read of the same cause once a day.
do-admin-failed = What to do: this page says what is wrong and who can put it right:
do-admin-reconnect-needed = What to do: nothing yourself. The user has to sign in again and has been told. This page shows how things stand:

once-a-day = We write about the same connection at most once a day. When it works again there is no further mail.

fact-tenant = Tenant ID: { $tenant }
fact-granted-by = Approved by: { $account }

granted-subject = [{ $product }] Microsoft 365 is connected for { $organization }
granted-opening = An administrator of Microsoft 365 approved what { $product } needs. This is switched on now:
granted-do = What comes next: choose the users to connect. Nothing is written or read for anybody before that.
revoked-subject = [{ $product }] A Microsoft 365 permission of { $organization } has ended
revoked-opening = What was approved for Microsoft 365 has been revoked. This has stopped for all users:
revoked-do = What was made so far stays. To go on, have an administrator approve it again:
removed-subject = [{ $product }] Microsoft 365 is disconnected from { $organization }
removed-opening = A Microsoft 365 tenant was removed. What was connected through it has stopped for all users:
removed-do = What was made so far stays. To go on, connect the tenant again:

# A group of the directory holds the user: the feature waits for the user's own sign-in.
invited-subject = [{ $product }] You can connect Microsoft 365 now: { $feature }
invited-opening = { $organization } has made “{ $feature }” available to you.
invited-do = What to do: open this page and sign in with your Microsoft 365 account. It takes a minute:
invited-rest = Nothing is written or read before you do. You can disconnect at any time on the same page.

webhook-subject = [{ $product }] A webhook of { $organization } was switched off
webhook-gone = The receiver of a webhook answered that it is gone (410), so nothing is sent to it any more.
webhook-failing = Every delivery to a webhook has failed for five days, so nothing is sent to it any more.
webhook-facts = Webhook: { $webhook }
    Address: { $address }
webhook-do = What to do: put the receiver right, then POST /v1/webhooks/{ $webhook }/enable. What was not delivered can be seen and sent again under /v1/webhooks/{ $webhook }/deliveries?state=dead.

foot = { $product }, on behalf of { $organization }
foot-support = Help: { $support }
