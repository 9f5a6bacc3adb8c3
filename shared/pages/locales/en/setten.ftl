### Texts of the pages. Keys and placeholders equal those of ../ja/setten.ftl (a test compares them).
### A text named .steps has one step per line. { $product } is the name of the product that people use.

## Around every page

layout-skip = Skip to the content
layout-languages = Language
layout-trademarks = Microsoft, Microsoft 365, Microsoft Entra, Outlook and Exchange are trademarks of the Microsoft group of companies.

language-ja = 日本語
language-en = English

status-linked = Linked
status-failed = Not linked
status-waiting = Try again later
status-operator = Problem on our side
status-notice = Please check

action-retry = Try again
action-return = Back to { $product }
action-outlook = Open Outlook contacts
action-outlook-calendar = Open the Outlook calendar
action-support = Contact support
action-confirm = Link this account
action-confirm-no = Do not link it
action-connect = Connect { $organization }
action-connect-no = Do not connect it

section-next = What to do
section-happens-next = What happens next
section-granted = What { $product } may do
section-refused = What was not granted
section-where = Cannot see the cards in Outlook?
section-forward = Message for your administrator
section-support = Message for support
section-facts = Details to pass on
section-technical = Technical details

copy-hint = Click or tap the text to select all of it, then copy and send it.

fact-organization = Organization in { $product }
fact-tenant = Directory (tenant) ID
fact-expected-tenant = Directory (tenant) ID that was expected
fact-account = Account that signed in
fact-expected-account = Account that was expected
fact-linked-account = Microsoft account
fact-folder = Contact folder
fact-client = Application (client) ID
fact-reference = Reference
fact-code = Microsoft’s code
fact-detail = Microsoft’s message

who-label = Who needs to act
who-reader = You
who-admin = Your Microsoft 365 administrator
who-operator = The provider of { $product }
who-nobody = Nobody. It usually passes by itself

## Consent recorded

consent-done =
    .title = Your organization is connected to Microsoft{"\u00A0"}365
    .lead = Your directory is now connected to { $organization } in { $product }.
    .revoke = You can disconnect at any time in { $product }, or in the Microsoft Entra admin center under Enterprise applications.

consent-done-contacts =
    .lead = Members of your organization can now link their own Outlook contacts.
    .next =
        Each member opens the external service settings in { $product } and links Microsoft 365.
        They sign in once with the Microsoft account whose Outlook contacts should receive the cards.
        Their business cards appear in a contact folder of their own and stay up to date.

consent-done-mail =
    .lead = { $product } can now turn the mail of the members you choose into contact points with your business partners.
    .next =
        In { $product }, choose the members whose mail is to be linked. They do not have to sign in.
        Their mailboxes show as linked within a few minutes. Mail of members whom you do not choose is not read.
        Mail to and from people outside your organization adds contact points by itself.
        To limit { $product } to certain mailboxes in Microsoft 365 as well, use role-based access control for applications in Exchange Online.

consent-done-calendar =
    .lead = Members of your organization can now link their own Outlook calendars.
    .next =
        Each member opens the external service settings in { $product } and links their Outlook calendar.
        They sign in once with the Microsoft account whose calendar is to receive the appointments.
        Guests are then offered only times that are free in that calendar.

consent-refused-contacts = Outlook contacts: { $why }
consent-refused-mail = Mail: { $why }
consent-refused-calendar = Outlook calendar: { $why }
consent-refused-again = Everything else is granted as shown. What is missing can be asked for again at any time; what was granted stays as it is.

## An organization that the administrator may not know

confirm-consent =
    .title = Is this your organization?
    .lead = Your Microsoft 365 directory will be connected to { $organization } in { $product }. Nothing has been changed yet.
    .another = Another organization of { $product } is already connected to this directory. It stays connected, whatever you answer. If your company uses { $product } only once, do not connect this one.
    .unknown = If you do not know { $organization }, or somebody you do not know sent you here, do not connect it.
    .no = If you do not connect it, nothing changes for { $organization }.
confirm-consent-contacts = { $organization } will be able to put business cards into the Outlook contacts of members who sign in and link them.
confirm-consent-mail = { $organization } will be able to read the mail of the members it chooses, without asking them.
confirm-consent-calendar = { $organization } will be able to see when members who sign in and link their calendar are free, and to enter appointments there.

## Another account than expected

confirm =
    .title = Is this the right account?
    .lead = { $account } signed in, but { $expected } was expected. Nothing has been linked or written yet.
    .contacts =
        If you link it, a contact folder is made in the Outlook contacts of { $account }, and your business cards are written into it.
        Whoever can open the mailbox of { $account } then sees these cards.
        If you do not link it, everything stays as it was.
    .calendar =
        If you link it, appointments booked with you are written into the Outlook calendar of { $account }, and guests are offered the times that are free there.
        Whoever can open the mailbox of { $account } then sees these appointments.
        If you do not link it, everything stays as it was.

permission-contacts-readwrite = Create a contact folder in the Outlook of members who link their account, and keep their business cards in it.
permission-calendars-readwrite = See when members who link their calendar are free, and enter, change and delete the appointments booked with them.
permission-mail-read = Read the mail of the members you choose, to record contact points. { $product } cannot send, change or delete mail.
permission-user-read-all = Find the mailbox of a member by any of their addresses.
permission-user-read = Recognize which account a member signed in with.
permission-openid = Let members sign in with their Microsoft account.
permission-profile = See the member’s name and account ID, to match the right person.
permission-email = See the member’s email address, to match the right person.
permission-offline-access = Keep everything up to date while the member is away, without asking them to sign in every time.
permission-default = Everything listed on Microsoft’s consent page.
permission-other = As described on Microsoft’s consent page.

## Link made

link-done-calendar =
    .title = Your Outlook calendar is linked.
    .lead = Appointments booked through { $product } now go into your Outlook calendar.
    .next =
        On your booking pages, guests are offered only times that are free in this calendar.
        A booked appointment appears in your calendar within about a minute, with the guest as an attendee.
        Entries that { $product } did not make are not changed.
        You can unlink at any time in { $product }. Appointments already made stay in your calendar.

link-done =
    .title = Your Outlook contacts are linked
    .lead = { $product } is putting your business cards into Outlook now.
    .next =
        The first cards appear in about a minute. Many cards take a little longer.
        Changes to your cards follow by themselves within 30 minutes.
        Edit cards in { $product }: what you change in this Outlook folder is overwritten and never comes back.
        Your other contact folders are not touched.
    .where =
        In Outlook, open People (Contacts) and look for the folder “{ $folder }”. It may be hidden in a collapsed list.
        If only the web or only the desktop Outlook shows the cards, check that both are signed in as { $account }.

## What went wrong: .title, .why, .steps, and .ask for what to write to an administrator

failure-state-unknown =
    .title = This sign-in did not start here
    .why = The page was opened without a connection in progress. That happens with old links, bookmarks, or when an address is copied to another browser.
    .steps =
        Go back to { $product } and start the connection again.
        Finish it in the same browser window.

failure-state-expired =
    .title = The sign-in took too long
    .why = For your safety, a connection must be finished within a few minutes of being started. Nothing was changed.
    .steps =
        Go back to { $product } and start the connection again.

failure-state-used =
    .title = This sign-in was already used
    .why = Each sign-in works once. The page was probably reloaded or opened a second time, so your connection may already be in place.
    .steps =
        Go back to { $product } and look at the status of the connection.
        If it is not linked, start the connection again.

failure-state-forged =
    .title = This link is not genuine
    .why = The address was altered on its way, so we did not accept it. Nothing was changed.
    .steps =
        Do not use the link you came from.
        Open { $product } yourself and start the connection there.
        If it happens again, tell support the reference below.

failure-wrong-tenant =
    .title = Another organization signed in
    .why = You entered one directory (tenant) ID, but the account that consented belongs to another directory. Nothing was linked.
    .steps =
        In the Azure portal (portal.azure.com), open Microsoft Entra ID and compare the tenant ID under the company name with the one that was entered in { $product }.
        If the ID is wrong, correct it in { $product } and save again.
        If it is right, open a private window, start again, and sign in with an administrator account of that organization.

failure-not-this-organization =
    .title = You did not connect the organization
    .why = You said that your directory is not to be connected to this organization. Nothing was saved and nothing changed. If an administrator granted it something before, that stays until it is revoked in { $product }.
    .steps =
        If somebody whom you do not know sent you here, tell your security team and do not use the link again.
        The permissions that you accepted at Microsoft stay in your directory. If your company does not use { $product } at all, delete it in the Microsoft Entra admin center (entra.microsoft.com) under Enterprise applications.
        To connect your own organization, open { $product } and start from there.

failure-tenant-not-found =
    .title = No organization has this tenant ID
    .why = Microsoft does not know the directory (tenant) ID that was entered. It may have a typing error, or the directory was deleted.
    .steps =
        Sign in to the Azure portal (portal.azure.com) and open Microsoft Entra ID.
        Copy the tenant ID of 36 characters under the company name.
        Enter it in { $product } and save again.

failure-consent-declined =
    .title = The permissions were not accepted
    .why = Microsoft’s consent page was closed or cancelled, so { $product } may not do anything yet. Nothing was changed.
    .steps =
        Go back to { $product } and save the tenant ID again.
        Sign in as a Global Administrator or Privileged Role Administrator.
        On the consent page, tick “Consent on behalf of your organization” if it is shown, and choose Accept.

failure-sign-in-declined =
    .title = The sign-in was cancelled
    .why = Microsoft’s sign-in or consent page was closed or cancelled. Nothing was linked.
    .steps =
        Go back to { $product } and choose to link again.
        Sign in and choose Accept when Microsoft asks for the permissions.

failure-consent-not-visible =
    .title = Microsoft does not show the consent yet
    .why = You came back from the consent page, but Microsoft has no consent for your whole organization on record. New consents can take a few minutes to take effect.
    .steps =
        Wait five minutes and try again.
        On the consent page, tick “Consent on behalf of your organization” if it is shown, and choose Accept.
        If it still does not work, open Enterprise applications in the Microsoft Entra admin center (entra.microsoft.com), choose { $product }, then Permissions, and choose “Grant admin consent”.

failure-consent-missing =
    .title = Your organization has not given its consent yet
    .why = Before members can link their Outlook, an administrator of your Microsoft 365 must allow { $product } for the organization.
    .steps =
        Send the message below to your Microsoft 365 administrator.
        When they have given the consent, come back to { $product } and link again.
    .ask =
        To use { $product } with Outlook, our organization’s consent is needed.
        Please sign in to the Microsoft Entra admin center (entra.microsoft.com) as a Global Administrator or Privileged Role Administrator.
        Open Enterprise applications and search for the application by its ID or name ({ $product }).
        Open Permissions and choose “Grant admin consent for” our organization.

failure-admin-approval-required =
    .title = An administrator must approve first
    .why = Your organization lets only administrators approve apps. The consent for { $product } is missing, or was given by an account without the right role.
    .steps =
        Send the message below to your Microsoft 365 administrator.
        When they have approved, come back to { $product } and link again.
    .ask =
        To use { $product } with Outlook, an administrator’s approval is needed.
        Please sign in to the Microsoft Entra admin center (entra.microsoft.com) as a Global Administrator or Privileged Role Administrator.
        Open Enterprise applications and search for the application by its ID or name ({ $product }).
        Open Permissions and choose “Grant admin consent for” our organization.
        Other way: be added to { $product } as a user, link there yourself, and tick “Consent on behalf of your organization” before you choose Accept. After that everybody can link, and your user in { $product } may be removed.
        Other way: if members may consent themselves, open the Microsoft 365 admin center (admin.microsoft.com), Settings, Org settings, Services, “User consent to apps”, and allow it. It takes a while to take effect.

failure-not-admin =
    .title = Sign in with an administrator account
    .why = The account that signed in is not a Global Administrator or Privileged Role Administrator. Only these two may consent for the whole organization; application administrators may not. Browsers often remember another account and use it without asking.
    .steps =
        Open a private window, or another browser.
        Open { $product } there, go to the Microsoft 365 settings, and start the consent again.
        Sign in with an account that is a Global Administrator or Privileged Role Administrator.

failure-user-not-assigned =
    .title = Your account may not use this app yet
    .why = Your organization decides who may use { $product } with Microsoft 365, and your account is not on the list.
    .steps =
        Send the message below to your Microsoft 365 administrator.
        When they have added you, come back to { $product } and link again.
    .ask =
        Please let me use { $product } with Microsoft 365.
        In the Microsoft Entra admin center (entra.microsoft.com), open Enterprise applications and search for the application by its ID or name ({ $product }).
        Open Users and groups, choose “Add user/group”, and add my account.

failure-account-of-another-directory =
    .title = This account belongs to another organization
    .why = The account that signed in is not in the Microsoft 365 directory that your organization linked. Personal accounts and accounts of other companies cannot be used.
    .steps =
        Open a private window, or sign out of Microsoft first.
        Go back to { $product } and link again.
        Sign in with your work account of this organization.

failure-wrong-account =
    .title = This is not your own account
    .why = The account that signed in does not match your email address in { $product }, nor one of its aliases. To keep your cards out of somebody else’s Outlook, nothing was linked.
    .steps =
        Open a private window, or sign out of Microsoft first.
        Go back to { $product } and link again with your own account.
        If your address has changed, ask the administrator of { $product } to correct it first.

failure-app-not-in-tenant =
    .title = Your organization has not added this app yet
    .why = { $product } is not known in your organization’s Microsoft 365, because no administrator has given the consent, or it was removed.
    .steps =
        Send the message below to the person who manages { $product } and Microsoft 365 in your organization.
        When they have given the consent, come back to { $product } and link again.
    .ask =
        { $product } is not in our Microsoft 365 yet.
        Please open the Microsoft 365 settings in { $product }, save our tenant ID, and accept the permissions as a Global Administrator or Privileged Role Administrator.

failure-app-disabled =
    .title = The app is switched off in your organization
    .why = An administrator has disabled sign-in for { $product } in Microsoft Entra.
    .steps =
        Send the message below to your Microsoft 365 administrator.
        When they have switched it on, come back to { $product } and link again.
    .ask =
        { $product } is disabled in our Microsoft Entra.
        In the Microsoft Entra admin center (entra.microsoft.com), open Enterprise applications and search for the application by its ID or name ({ $product }).
        Open Properties and set “Enabled for users to sign-in?” to Yes.

failure-service-missing =
    .title = Exchange Online is not part of your plan
    .why = Contacts are kept in Exchange Online, and Microsoft says that your organization has no such service.
    .steps =
        Send the message below to your Microsoft 365 administrator.
        When the plan includes Exchange Online, try again.
    .ask =
        To use { $product } with Outlook, our organization needs a Microsoft 365 plan with Exchange Online.
        Please check our plans in the Microsoft 365 admin center (admin.microsoft.com) under Billing, Your products.

failure-mailbox-missing =
    .title = This account has no mailbox in Exchange Online
    .why = Mail, contacts and calendars are kept in the mailbox. This account has none in the cloud: it lacks a licence, the mailbox is still being made, or it is on a server of your own.
    .steps =
        If you have another account with a mailbox, link again with that one.
        Otherwise send the message below to your Microsoft 365 administrator.
    .ask =
        To use { $product } with Outlook, this account needs a mailbox in Exchange Online.
        Please check in the Microsoft 365 admin center (admin.microsoft.com) under Users, Active users, that it has a licence with Exchange Online.

failure-folder-taken =
    .title = Outlook already has a folder of this name
    .why = The folder “{ $folder }” already exists in your Outlook contacts, so the link cannot be completed. Rename the folder or delete it. It may be left over from an earlier link.
    .steps =
        In Outlook, open People (Contacts) and find the folder “{ $folder }”.
        Rename it, or delete it if you no longer need what is in it.
        Go back to { $product } and link again.

failure-grant-revoked =
    .title = The link was ended by your organization
    .why = An administrator of { $product } took this permission back, so its links have stopped. What was made so far is still there.
    .steps =
        Send the message below to the person who manages { $product } and Microsoft 365 in your organization.
        When they have given the consent again, link again in { $product }.
    .ask =
        The permission for { $product } was taken back in its Microsoft 365 settings.
        If that was not intended, please open these settings, save our tenant ID, and accept the permissions again as a Global Administrator or Privileged Role Administrator.

failure-account-not-found =
    .title = Microsoft 365 has no account with this address
    .why = The email address that { $product } knows is neither a sign-in name nor an address of any account in the linked directory, or several accounts share it.
    .steps =
        Compare the email address in { $product } with the one in Microsoft 365, and correct the one that is wrong.
        If the account does not exist yet, send the message below to your Microsoft 365 administrator.
    .ask =
        { $product } finds no account in our Microsoft 365 with the email address that it knows.
        Please check in the Microsoft 365 admin center (admin.microsoft.com) under Users, Active users, that exactly one account has this address or alias.

failure-licence-missing =
    .title = This account has no Exchange Online licence
    .why = Mail, contacts and calendars are kept in Exchange Online, and Microsoft shows no licence for it on this account.
    .steps =
        Send the message below to your Microsoft 365 administrator.
        A new mailbox is ready some minutes, at most a day, after the licence is assigned. { $product } tries again by itself once a day.
    .ask =
        To use { $product }, this account needs a licence with Exchange Online.
        Please assign one in the Microsoft 365 admin center (admin.microsoft.com) under Users, Active users, Licenses and apps.

failure-mailbox-on-premises =
    .title = This mailbox is on a server of your own
    .why = The account comes from your own Active Directory and has no mailbox in Exchange Online. { $product } reaches mailboxes in Exchange Online only.
    .steps =
        Choose another account whose mailbox is in Exchange Online.
        Or send the message below to your Microsoft 365 administrator.
    .ask =
        { $product } cannot reach this mailbox, because it is on our Exchange Server and not in Exchange Online.
        If it may be moved, please migrate it in the Exchange admin center (admin.exchange.microsoft.com) under Migration.

failure-mailbox-pending =
    .title = The mailbox is not ready yet
    .why = The account has an Exchange Online licence, but Microsoft 365 shows no mailbox yet. After a licence is assigned this takes some minutes, at most a day.
    .steps =
        Wait, and test the connection again later. { $product } tries again by itself once a day.
        If there is no mailbox after a day, look for the account in the Exchange admin center (admin.exchange.microsoft.com) under Mailboxes.

failure-mailbox-full =
    .title = The mailbox is full
    .why = Exchange Online takes nothing more into this mailbox, because its space is used up.
    .steps =
        Delete what is no longer needed in Outlook, and empty the deleted items.
        { $product } goes on by itself once there is space.

failure-access-denied =
    .title = Microsoft 365 refuses access to this mailbox
    .why = Either the permission was taken back, or a rule of your organization keeps { $product } out of this mailbox. After a change of such rules it may take hours until all is well again.
    .steps =
        If consent or rules were changed today, wait some hours and try again.
        Otherwise an administrator tests the connection in the Microsoft 365 settings of { $product }: the test tells which of the two it is.
        Or send the message below to your Microsoft 365 administrator.
    .ask =
        Microsoft 365 refuses { $product } access to this mailbox.
        In the Microsoft Entra admin center (entra.microsoft.com), open Enterprise applications, search for the application by its ID or name ({ $product }), and check under Permissions that the permissions are still granted.
        If they are, check whether an application access policy or RBAC for Applications in Exchange Online leaves this mailbox out.

failure-access-policy =
    .title = A rule in Exchange Online keeps this mailbox out
    .why = The permission is granted, but Exchange Online still refuses: an application access policy or RBAC for Applications does not include this mailbox.
    .steps =
        If this mailbox is meant to stay out, nothing needs to be done.
        Otherwise send the message below to your Microsoft 365 administrator. After the change it may take some hours.
    .ask =
        { $product } has the permission, but Exchange Online keeps it out of this mailbox.
        Please check with Exchange Online PowerShell which rule does: Get-ApplicationAccessPolicy and Test-ServicePrincipalAuthorization show it by the application ID.
        If the mailbox should be included, add it to the group or scope of that rule. The change takes effect within some hours.

failure-access-policy-pending =
    .title = The access is not effective yet
    .why = Permission or rules were changed only recently, and Exchange Online does not let { $product } in yet. Such a change may take hours.
    .steps =
        Wait up to three hours, then test the connection again. Nothing needs to be done meanwhile.
        If access is still refused then, a rule in Exchange Online leaves this mailbox out; the test will then say who can change it.

failure-scope-too-wide =
    .title = A mailbox outside the scope can be read
    .why = This mailbox should be out of reach, but Microsoft 365 let { $product } read it. As long as the permission is also granted for the whole organization in Microsoft Entra, a scope in Exchange Online limits nothing.
    .steps =
        Send the message below to your Microsoft 365 administrator, with the commands of this test.
        Some hours after the change, run this test again.
    .ask =
        { $product } can read a mailbox that is outside of the scope that was agreed.
        Please check that the scope in Exchange Online (RBAC for Applications) contains only the chosen mailboxes.
        Then remove the organization-wide permission Mail.Read of { $product } in the Microsoft Entra admin center (entra.microsoft.com) under Enterprise applications, Permissions, so that only the scope counts.

failure-groups-not-permitted =
    .title = The groups of Microsoft 365 cannot be read
    .why = Choosing members by a group takes two permissions that { $product } asks nobody for by itself: GroupMember.Read.All and User.Read.All. Your Microsoft 365 administrator assigns them, once. Until then nobody is connected or disconnected because of the group.
    .steps =
        Open the connection test of this tenant. Its result “Groups” has the commands to copy.
        Send them, with the message below, to your Microsoft 365 administrator.
        Then save the group again here.
    .ask =
        { $product } should connect the members of a group in Microsoft Entra.
        Please assign its enterprise application the application permissions GroupMember.Read.All and User.Read.All of Microsoft Graph, with the attached commands. They read who is in a group and the addresses of accounts, and open no mailbox. It takes a Privileged Role Administrator.

failure-group-not-found =
    .title = The group is not in the directory
    .why = Microsoft Entra has no group with this object ID, or it was deleted. Nobody was disconnected because of it.
    .steps =
        Open the group in the Microsoft Entra admin center (entra.microsoft.com) and copy its object ID.
        Save it here. If the group was deleted by mistake, restore it there; it is read again by itself.

failure-teams-missing =
    .title = This calendar cannot make Teams meetings
    .why = Microsoft does not offer Teams for meetings of this calendar, usually because the account has no Teams licence. Appointments in person or by telephone work.
    .steps =
        Send the message below to your Microsoft 365 administrator if meetings with a Teams link are needed.
    .ask =
        { $product } cannot make Teams meetings for this account.
        Please check in the Microsoft 365 admin center (admin.microsoft.com) under Users, Active users, Licenses and apps, that Microsoft Teams is switched on.

failure-not-in-plan =
    .title = Your plan does not include this
    .why = Your organization’s contract for { $product } does not have this feature, so it cannot be linked yet.
    .steps =
        Ask your sales contact, or send the message below to support.
        When the feature is switched on, come back to { $product } and link again.

failure-credential-expiring =
    .title = The credential of { $product } expires soon
    .why = The credential with which { $product } identifies itself to Microsoft must be replaced before it expires. Everything still works.
    .steps =
        Send the message below to support, unless they already know.
        Nothing needs to be done in your Microsoft 365.

failure-conditional-access =
    .title = A security policy blocks this sign-in
    .why = Your organization’s Conditional Access does not allow this sign-in, for example from this place, network or device.
    .steps =
        Try again from the office network or from a company device.
        If that does not help, send the message below to your Microsoft 365 administrator.
    .ask =
        A Conditional Access policy blocks my sign-in to { $product }.
        In the Microsoft Entra admin center (entra.microsoft.com), open Sign-in logs, find my failed sign-in, and see which policy blocked it under Conditional Access.
        If { $product } should be allowed, please adjust that policy or exclude the application.

failure-device-not-compliant =
    .title = This device is not allowed
    .why = Your organization asks for a managed device that meets its rules, and this one is not registered or does not meet them.
    .steps =
        Try again on a device that your company manages.
        If this is one, send the message below to your Microsoft 365 administrator.
    .ask =
        My sign-in to { $product } was blocked because my device does not count as compliant.
        Please check my device in Microsoft Intune (intune.microsoft.com) under Devices.

failure-mfa-required =
    .title = Microsoft wants to check that it is you
    .why = Your organization asks for an extra step at sign-in, such as the Authenticator app, and it was not completed.
    .steps =
        Start the connection again.
        Complete the extra step that Microsoft shows. If it asks you to set up a method, do that first.

failure-sign-in-required =
    .title = Please sign in to Microsoft again
    .why = Your earlier sign-in has ended, for example after a long time, a password reset, or a rule of your organization.
    .steps =
        Go back to { $product } and link again.
        Your cards and your contact folder stay as they are.

failure-account-disabled =
    .title = This account is switched off
    .why = Microsoft says that the account is disabled in your organization.
    .steps =
        If you have another work account, link again with that one.
        Otherwise send the message below to your Microsoft 365 administrator.
    .ask =
        My account is disabled, so I cannot link { $product }.
        Please check in the Microsoft Entra admin center (entra.microsoft.com) under Users whether it should be enabled.

failure-password-expired =
    .title = Your Microsoft password has expired
    .why = Microsoft asks for a new password before it lets you sign in.
    .steps =
        Sign in at office.com with your work account and set a new password.
        Go back to { $product } and link again.

failure-bad-credential =
    .title = { $product } could not prove itself to Microsoft
    .why = The credential with which { $product } identifies itself is wrong or has expired. You did nothing wrong, and nothing of yours was changed.
    .steps =
        Send the message below to support, unless they already know.
        Try again when they say that it is fixed.

failure-redirect-mismatch =
    .title = { $product } is registered with another address
    .why = The address to which Microsoft should send you back is not part of the app’s registration. You did nothing wrong.
    .steps =
        Send the message below to support.
        Try again when they say that it is fixed.

failure-app-misconfigured =
    .title = { $product } is not set up correctly at Microsoft
    .why = Microsoft refused the request because the app’s registration does not fit it. You did nothing wrong, and nothing was changed.
    .steps =
        Send the message below to support.
        Try again when they say that it is fixed.

failure-invalid-id-token =
    .title = We could not verify the sign-in
    .why = The proof of identity that came back from Microsoft did not pass our checks. For your safety, nothing was linked.
    .steps =
        Check that the clock and date of your device are right.
        Go back to { $product } and start the connection again.
        If it happens again, tell support the reference below.

failure-microsoft-unavailable =
    .title = Microsoft is not answering right now
    .why = Microsoft’s service is busy or cannot be reached. Nothing was changed.
    .steps =
        Wait a few minutes and try again.
        If it lasts longer than an hour, look at status.cloud.microsoft, or contact support.

failure-unknown =
    .title = Microsoft refused the connection
    .why = Microsoft gave a reason that we do not know yet. Nothing was linked. The details below say more.
    .steps =
        Start the connection again.
        If the page comes back, send the message below to support.

failure-internal =
    .title = Something went wrong on our side
    .why = An error in { $product } stopped the connection. You did nothing wrong.
    .steps =
        Try again in a few minutes.
        If the page comes back, send the message below to support.

failure-not-found =
    .title = There is no page here
    .why = The address may have a typing error, or the page has moved.
    .steps =
        Open { $product } and go on from there.

failure-result-gone =
    .title = This result is no longer shown
    .why = The result of a connection is shown for 15 minutes, in the browser in which it was made. The connection itself is not affected.
    .steps =
        Open { $product } and look at the status of the connection.

## What is sent to others

message-consent-link = Or open this consent page and accept the permissions:
message-forward-end = Thank you.
message-support-start = The connection to Microsoft 365 in { $product } failed.

## Dates and times

date-long = { $weekday }, { $day } { $month } { $year }
date-short = { $weekday }, { $day } { $month }
date-month = { $month } { $year }
date-months = { $first } – { $last }
date-compact = { $weekday }, { $day } { $month } { $year }
date-brief = { $day } { $month }
moment-stamp = { $day }, { $time }
moment-day = { $day },
moment-hours = { $from }–{ $until }
zone-with-offset = { $city } ({ $offset })
duration-minutes = { $minutes } min
duration-hours = { $hours } h
duration-hours-minutes = { $hours } h { $minutes } min
part-of-day-morning = Morning
part-of-day-afternoon = Afternoon
part-of-day-evening = Evening

weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

weekday-short-1 = Mon
weekday-short-2 = Tue
weekday-short-3 = Wed
weekday-short-4 = Thu
weekday-short-5 = Fri
weekday-short-6 = Sat
weekday-short-7 = Sun

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec

zone-pacific-honolulu = Honolulu
zone-america-anchorage = Anchorage
zone-america-los-angeles = Los Angeles
zone-america-denver = Denver
zone-america-chicago = Chicago
zone-america-mexico-city = Mexico City
zone-america-new-york = New York
zone-america-toronto = Toronto
zone-america-sao-paulo = São Paulo
zone-utc = UTC
zone-europe-london = London
zone-europe-paris = Paris
zone-europe-berlin = Berlin
zone-europe-madrid = Madrid
zone-europe-rome = Rome
zone-africa-lagos = Lagos
zone-europe-athens = Athens
zone-europe-helsinki = Helsinki
zone-africa-cairo = Cairo
zone-africa-johannesburg = Johannesburg
zone-europe-istanbul = Istanbul
zone-asia-riyadh = Riyadh
zone-asia-dubai = Dubai
zone-asia-karachi = Karachi
zone-asia-kolkata = India
zone-asia-dhaka = Dhaka
zone-asia-bangkok = Bangkok
zone-asia-ho-chi-minh = Ho Chi Minh City
zone-asia-jakarta = Jakarta
zone-asia-singapore = Singapore
zone-asia-shanghai = Shanghai
zone-asia-taipei = Taipei
zone-australia-perth = Perth
zone-asia-tokyo = Tokyo
zone-asia-seoul = Seoul
zone-australia-sydney = Sydney
zone-pacific-auckland = Auckland

## Booking pages

book-foot = Booking by { $product }.
book-about-meeting = Meeting
book-about-time = Time
book-about-duration = Duration
book-about-place = Place
book-about-host = With
book-about-guest = Guest
book-title-default = Meeting with { $host }
book-place-web = Web meeting (Microsoft Teams)
book-zone = Time zone
book-zone-show = Show
book-pick = Pick a time:
book-week-before = Previous week
book-week-after = Next week
book-day-free = { $date }, free times: { $count }
book-day-full = { $date }, no free times
book-times-count = Free times: { $count }
book-shown-in = Times are shown in the time of { $zone }.
book-week-empty = No free times in this week
book-week-later = The next free day is { $date }.
book-week-later-go = Show that day
book-week-try-next = Look at the next week.
book-week-none-left = There is no time left to book. Please contact whoever gave you this address.
book-taken-early = The time you picked can no longer be booked. Please pick another one.

book-closed-status = Not open for booking now
book-closed-code = Microsoft’s code: { $code }
book-closed-nothing-booked = Nothing was booked.
book-closed-unreadable =
    .title = We cannot see when { $host } is free
    .why = The calendar cannot be reached at the moment, so no times are offered. Otherwise you might book over another meeting.
    .steps =
        Open this page again in a few minutes.
        If it stays like this, contact whoever gave you this address.
book-closed-unlinked =
    .title = We cannot see when { $host } is free
    .why = No calendar is connected to this page, so no times can be offered.
    .steps =
        Tell whoever gave you this address that the booking page does not work.
        Once the calendar is connected, you can book at the same address.
book-closed-refused =
    .title = We cannot see when { $host } is free
    .why = Microsoft 365 does not allow us to look into the calendar, so no times can be offered.
    .steps =
        Tell whoever gave you this address, with the code below.
        Once the problem is solved, you can book at the same address.
book-closed-no-web-meeting =
    .title = No web meeting can be set up
    .why = This meeting needs a Microsoft Teams link, and the calendar of { $host } cannot make one.
    .steps =
        Tell whoever gave you this address that web meetings cannot be set up.

book-details-title = Enter your details
book-details-title-faulty = Please check your details
book-change-time = Change the time
book-host-time = Your host’s local time
book-field-company = Company
book-field-name = Your name
book-field-email = E-mail address
book-field-email-hint = The confirmation goes to this address.
book-optional = optional
book-privacy = What you enter is passed to { $host } at { $company } for this meeting.
book-submit = Book this meeting
book-submit-busy = Booking…
book-faults = Please check your details
book-fault-company = Enter your company
book-fault-name = Enter your name
book-fault-email = Enter your e-mail address
book-fault-address = Enter an e-mail address like name@example.com
book-fault-answer = Answer “{ $field }”
book-fault-text = { $field }: use at most { $most } characters, and no special ones
book-fault-malformed = { $field }: this answer cannot be taken
book-stale = This page was out of date, so what you entered has not been booked. Check your details and press the button again.
book-not-offered = This time cannot be booked
book-unpicked = Pick a time
book-taken =
    .title = Somebody else has just booked this time
    .lead = What you entered is still here. Pick another time and book again.
    .none = There is no other free time on the days around it. Please look at other days.
book-other-days = Look at other days

book-pending =
    .status = Being arranged
    .title = Your meeting is being arranged
    .lead = It is being put into the calendar of { $host }. This takes less than a minute as a rule; then a confirmation goes to { $email }.
book-confirmed =
    .status = Confirmed
    .title = Your meeting is confirmed
    .lead = It is in the calendar of { $host }. The details go to { $email }.
book-cancelling =
    .status = Being cancelled
    .title = Your meeting is being cancelled
    .lead = It is being taken out of the calendar of { $host }.
book-undoing =
    .status = Being undone
    .title = Your meeting could not be booked
    .lead = It could not be arranged in time, so the booking is being undone.
book-cancelled =
    .status = Cancelled
    .title = Your meeting is cancelled
    .lead = It is no longer in the calendar of { $host }.
book-cancelled-by-host =
    .status = Cancelled
    .title = Your meeting is cancelled
    .lead = { $company } has cancelled it.
book-failed =
    .status = Not booked
    .title = Your meeting could not be booked
    .lead = It could not be put into the calendar of { $host }, so there is no meeting. We are sorry; please try another time.
book-refreshes = This page updates by itself. You may close it.
book-refreshes-no-more = This takes longer than usual. The page has stopped updating; you will get the result by e-mail.
book-join = Join the Teams meeting
book-again = Book another time
book-cannot-come = Something came up?
book-cancel-go = Cancel the meeting

book-cancel =
    .title = Cancel “{ $title }”?
    .lead = The meeting is taken out of the calendar of { $host }, and both of you are told by e-mail. This cannot be undone.
book-cancel-yes = Cancel the meeting
book-cancel-no = Keep it
book-cancel-busy = Cancelling…

book-refused-not-found =
    .title = There is no booking page here
    .why = The address is not complete, or bookings are closed.
    .steps =
        Check that you opened the whole address that you were given.
        If it is right, contact whoever gave it to you.
book-refused-too-large =
    .title = That is too much text
    .why = What was sent is too large, so nothing was booked.
    .steps =
        Go back, shorten what you wrote, and try again.
book-refused-method =
    .title = This cannot be done here
    .why = The address does not accept this kind of request. Nothing was changed.
    .steps =
        Open the address that you were given again.
book-refused-unavailable =
    .title = The booking page is not available right now
    .why = Something on our side does not answer. You did nothing wrong.
    .steps =
        Try again in a few minutes.
        If it happens again, give the reference below to whoever gave you this address.
