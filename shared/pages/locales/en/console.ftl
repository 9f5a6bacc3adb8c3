### Texts of the console (/console) and of a member's own page (/me). Keys and placeholders equal those of ../ja/console.ftl (a test compares them).

## Around every page

nav-label = Main menu
nav-menu = Menu
nav-overview = Overview
nav-microsoft365 = Microsoft{"\u00A0"}365
nav-users = Members
nav-audit = Audit log
nav-settings = Settings
nav-me = My links

action-sign-out = Sign out
action-cancel = Cancel
console-zone = Dates and times are shown in { $zone } time.
optional = optional
copy = Copy
copy-done = Copied
export-csv = Download CSV
export-goes-on = There is more. Download the rest from this address:
role-admin = Admin
trademarks-google = { " " }Google, Google Workspace and Gmail are trademarks of Google LLC.

link-not-linked = Not linked
link-linked = Linked
link-syncing = Syncing
link-authentication-failed = Authentication failed
link-no-permission = No permission
link-failed = Failed
link-reconnect-needed = Reconnect needed
link-unlinked = Unlinked

link-since = Linked since
link-last-success = Last success
link-no-success = Not yet
link-cards = Cards in Outlook
link-cards-count = { $count }
link-push = Last update
push-resting = Not updated yet
push-waiting = Starting soon
push-running = Updating now
push-numbers = { $created } added, { $updated } changed, { $deleted } removed, { $refused } refused
refused-cards = Cards that Outlook refused
refused-cards-why = Microsoft{"\u00A0"}365 did not accept these cards. All others are unaffected. Correct a card and it is tried again with the next update.
refused-nameless = (no name)
problem-support =
    Contact support of { $product }. Nothing needs to be done in your Microsoft{"\u00A0"}365.

feature-contacts =
    .name = Outlook contacts
    .allow = Allow business cards to be written to Outlook contacts
    .permission = Once a member links, their cards go into a folder of their own. Other contacts are never touched.
    .purpose = Keeps the business cards in { $product } up to date in each member’s Outlook contacts.
    .mine = All your business cards in { $product } appear in your Outlook contacts.
feature-mail =
    .name = Mail
    .allow = Allow sent and received mail to be read
    .permission = Only the mail of members whom an admin chooses. Mail cannot be sent, changed or deleted.
    .purpose = Records contact points from mail with people outside your organization.
    .mine = Your mail with people outside your organization is recorded as contact points.
feature-calendar =
    .name = Outlook calendar
    .allow = Allow appointments to be written to Outlook calendars
    .permission = Once a member links, their free times are looked up and booked appointments are entered.
    .purpose = Enters booked appointments in each member’s Outlook calendar.
    .mine = Appointments that guests book go into your Outlook calendar.

## What was just done

notice-settings-saved = Settings saved.
notice-tenant-removed = The tenant is unlinked. All links of its members have stopped.
notice-grant-revoked = The permission for { $feature } is revoked.
notice-users-linked = Linking has started for { $count }.
notice-users-linked-skipped = { " " }{ $skipped } left out: they must sign in themselves, or are linked already.
notice-users-unlinked = { $count } unlinked.
notice-users-unlinked-skipped = { " " }{ $skipped } were not linked, so nothing changed for them.
notice-nobody-chosen = No member is selected. Tick members in the list first.
notice-tenant-not-chosen = Nobody was linked. It is not known in which tenant some of the members sign in: choose one and link again.
notice-unlinked = { $feature } is unlinked.
notice-audience-saved = Saved. The group is being read.
notice-audience-removed = The group chooses nobody any more. Links stay as they are.
notice-folder-removed = Unlinked. The folder will be gone from Outlook shortly.
notice-push-asked = Your update is queued and starts shortly.

## Overview

attention-title = Needs attention
attention-none = Nothing needs your attention.
attention-no-tenant =
    .text = Microsoft{"\u00A0"}365 is not linked yet.
    .action = Get started
attention-not-granted =
    .text = { $feature } is not allowed yet.
    .action = Allow
attention-outage =
    .text = Everything has stopped in tenant { $tenant }: { $title }.
    .action = See what to do
attention-outage-feature =
    .text = { $feature } has stopped in tenant { $tenant }: { $title }.
    .action = See what to do
attention-outage-who = Who needs to act: { $who }. Noticed { $since }.
attention-grant-lost =
    .text = The permission for { $feature } was removed in Microsoft{"\u00A0"}365, so it has stopped (tenant { $tenant }).
    .action = Review
attention-links =
    .text = { $feature }: { $count } with status “{ $status }”.
    .action = Show members
attention-refused =
    .text = Outlook refused cards: { $count }.
    .action = Show members

feature-state-off = Not set up
feature-state-ready = Ready
feature-state-on = Linked
feature-state-troubled = Needs attention
feature-set-up = Set up
feature-of-users = of { $users } members linked
feature-last-day = Last 24 hours
feature-users = Show members
measure-cards-created = Cards added
measure-cards-updated = Cards changed
measure-cards-deleted = Cards removed
measure-cards-refused = Cards refused
measure-contact-points = Contact points
measure-appointments = Appointments
chart-day = { $day }: { $count }
chart-summary = Last { $days } days: { $total } in all, most on { $day } with { $top }.

## Microsoft 365

external-services = Admin settings › External services
microsoft365-lead = Link your Microsoft{"\u00A0"}365 and choose what members can use. A plan with Exchange Online is required.
tenant-first = Link Microsoft{"\u00A0"}365
tenant-another = Add another tenant
tenant-another-why = For companies whose Microsoft{"\u00A0"}365 is split into several tenants. Add them one at a time.
tenant-since = Registered
tenant-waits = Waiting for consent
tenant-stopped = Stopped
outage-of-all = Everything has stopped in this tenant.
outage-of-feature = { $feature } has stopped in this tenant.
outage-since = Noticed
outage-over = Once it is solved, this notice goes away by itself.
tenant-ends = Being unlinked
tenant-ending = Its users are being unlinked one by one ({ $count } links so far). Once all are done, the tenant leaves this list.
tenant-allow = Features to allow
tenant-allow-hint = Microsoft shows one consent page per feature, one after the other. If you decline one, the others still work. You can add or revoke each at any time.
tenant-id-hint = The ID of 36 characters shown in Microsoft Entra ID. Other features, such as mail signatures, share it.
tenant-how-title = Where to find the tenant ID
tenant-how =
    Sign in to the Azure portal (portal.azure.com).
    Open Microsoft Entra ID (formerly Azure Active Directory).
    Copy the tenant ID of 36 characters under the name of your organization and paste it above.
tenant-fault-missing = Enter the tenant ID.
tenant-fault-not-an-id = This is not a tenant ID. It has 36 characters: letters, digits and hyphens, grouped 8-4-4-4-12.
tenant-fault-unknown = Microsoft{"\u00A0"}365 has no organization with this ID. Check for typing errors, or copy the tenant ID again.
tenant-fault-no-feature = Choose at least one feature to allow.
tenant-fault-unavailable = Microsoft could not be reached, so the tenant ID was not checked. Save again in a few minutes.
tenant-save = Save and continue to consent
tenant-save-busy = Opening Microsoft’s page…
consent-before =
    .title = Saving takes you to Microsoft’s sign-in
    .points =
        Sign in as a Global Administrator or Privileged Role Administrator of this tenant. Application administrators cannot consent.
        If the consent page shows “Consent on behalf of your organization”, tick it and choose Accept.
        When you are back here, this page shows “Linked” and the tenant ID.
consent-more = Allow more features
consent-go = Continue to consent

grant-missing = Not allowed
grant-granted = Allowed
grant-revoked = Revoked
grant-lost = Consent needed
grant-lost-why = The permission was removed in Microsoft Entra, so this feature has stopped. Use the form below to consent again.
grant-permissions = What is allowed, and what for
revoke-open = Revoke { $feature }
revoke-yes = Revoke { $feature }
revoke-contacts = { $feature } stops for { $count } linked members, and cards no longer reach Outlook. Cards already there stay.
revoke-mail = { $feature } of { $count } linked members is no longer read. Contact points recorded so far stay.
revoke-calendar = { $feature }: the booking pages of { $count } linked members stop accepting bookings. Appointments already made stay.

unlink-open = Unlink this tenant
unlink =
    .title = Unlink this tenant?
    .lead = All links of all members in this tenant are removed at once.
    .points =
        To use it again, an administrator must consent and every member must link again.
        The application stays in Microsoft Entra. If you no longer need it, delete it there under Enterprise applications.
unlink-lost = What you lose
unlink-contacts = { $feature } of { $count } members no longer receive cards. Cards already there stay.
unlink-mail = { $feature } of { $count } members is no longer read. Contact points recorded so far stay.
unlink-calendar = { $feature } of { $count } members no longer receives appointments. Appointments already made stay.
unlink-yes = Unlink everyone
unlink-busy = Unlinking…

addresses-title = Outgoing IP addresses
addresses-lead = If your Microsoft{"\u00A0"}365 restricts IP addresses, allow these. { $product } always connects from one of them. No need to ask support.
addresses-how = Add them in the Microsoft Entra admin center under Conditional Access, Named locations.
addresses-none = This deployment has no fixed outgoing addresses. If your Microsoft{"\u00A0"}365 restricts IP addresses, ask the provider of { $product } for fixed ones.

help-title = Help
help-approval-admin =
    .question = “Need admin approval” appears after saving on this page
    .answer =
        The account that signed in is not a Global Administrator or Privileged Role Administrator.
        Often the browser remembers another account. Open this page in a private window or another browser, and save again.
        On Microsoft’s page, sign in with the administrator’s account.
help-approval-user =
    .question = “Need admin approval” appears when a member links
    .answer =
        The consent for the organization is missing, or was given by an account without the right role.
        Sign in to the Microsoft Entra admin center (entra.microsoft.com) as a Global Administrator or Privileged Role Administrator.
        Open Enterprise applications and search for the application by its ID ({ $client }) or name ({ $product }).
        Open Permissions and choose “Grant admin consent for” your organization.
help-plan =
    .question = Which Microsoft{"\u00A0"}365 plan is needed?
    .answer =
        A plan with Exchange Online, with contacts, mail and calendars kept there.
        Mailboxes on an Exchange Server of your own are not supported here.
        Microsoft{"\u00A0"}365 was called Office{"\u00A0"}365 before. Plans with the old name work too.
help-several =
    .question = How do I link both Outlook contacts and mail?
    .answer =
        Tick both and save once. Two consent pages follow, one after the other.
        You can also allow one now and add the other later.
help-google =
    .question = What if we use Google Workspace (Gmail)?
    .answer =
        The settings on this page are for Microsoft{"\u00A0"}365 only. No Google service account key is needed here.
help-support = If a problem remains, contact support and quote the reference that was shown.

## Connection test

checks-title = Connection test
checks-lead = Checks one by one what linking needs, and says what is wrong and how to mend it. Nothing in your Microsoft{"\u00A0"}365 is changed.
checks-user = Member to test
checks-user-hint = Email address or member ID. With one, licence and mailbox are checked too.
checks-user-unknown = There is no such member.
checks-outside = Mailbox outside the scope
checks-outside-hint = If you limit which mailboxes can be reached: an address that must stay out of reach.
checks-run = Start the test
checks-again = Test again
checks-busy = Testing…
checks-progress = %done% of %all% checked
checks-findings = Results
checks-none-yet = Not tested yet.
checks-all-well = No problem found ({ $passed } passed, { $warnings } warnings, { $failed } failed).
checks-warned = Worth a look: { $warnings } ({ $passed } passed, { $failed } failed).
checks-failed = Problems to mend: { $failed } ({ $passed } passed, { $warnings } warnings).
checks-open = Open the page that mends it
checks-command = Command to run
checks-commands = Show the commands
check-state-waiting = Not run
check-state-running = Checking
check-state-passed = Passed
check-state-warning = Warning
check-state-failed = Failed
check-state-skipped = Skipped

check-tenant =
    .title = The tenant exists
    .what = Microsoft{"\u00A0"}365 has an organization with this tenant ID.
check-credential =
    .title = Credential of { $product }
    .what = Microsoft recognizes { $product }.
check-application =
    .title = Application registered
    .what = { $product } is known and switched on in your Microsoft Entra.
check-contacts-consent =
    .title = Outlook contacts allowed
    .what = An administrator’s consent is on record.
check-mail-consent =
    .title = Mail allowed
    .what = An administrator’s consent is on record.
check-calendar-consent =
    .title = Outlook calendar allowed
    .what = An administrator’s consent is on record.
check-groups =
    .title = Groups
    .what = The groups that choose members can be read.
check-account =
    .title = The member’s account
    .what = Exactly one Microsoft account has the member’s email address.
check-mailbox =
    .title = Mailbox and licence
    .what = The account has a mailbox in Exchange Online.
check-mail-access =
    .title = Reading mail
    .what = The member’s mail can be read.
check-outside-access =
    .title = Mailbox outside the scope
    .what = A mailbox outside the scope cannot be read.
check-contacts-link =
    .title = The member’s Outlook contacts
    .what = The member’s link works.
check-calendar-link =
    .title = The member’s Outlook calendar
    .what = The member’s link works.
check-calendar =
    .title = Teams meetings and time zone
    .what = The calendar can make Teams meetings; its time zone is known.

check-reason-no-user = Enter a member to test this.
check-reason-no-audience = No group chooses members in this tenant.
check-reason-no-outside-user = Enter a mailbox outside the scope to test this.
check-reason-no-link = This member is not linked.
check-reason-grant-missing = This feature is not allowed yet.
check-reason-grant-revoked = The permission for this feature is revoked.
check-reason-not-in-plan = Not part of your plan.
check-reason-not-visible = Can be tested once the member is linked.
check-reason-not-reached = Can be tested once the problem above is mended.
check-reason-out-of-time = There was no time left for this. Test again.

seen-address = Address looked for
seen-account = Microsoft account
seen-accounts = Accounts with this address
seen-permissions = Permissions
seen-missing = Missing permissions
seen-group = Group
seen-limited-to = Limited to
seen-granted-at = Allowed on
seen-granted-by = Allowed by
seen-days-left = Days until it expires
seen-application-id = Application ID
seen-object-id = Object ID
seen-exchange-licence = Licence with Exchange Online
seen-synchronised = Synchronized from your own server
seen-mailbox = Mailbox
seen-answer = Microsoft’s answer
seen-online-meetings = Online meetings
seen-time-zone = Time zone
seen-value-yes = Yes
seen-value-no = No
seen-value-chosen-mailboxes--in-Exchange-Online = Chosen mailboxes, in Exchange Online
seen-value-teamsForBusiness = Microsoft Teams

## Members

users-lead = Who is linked, and with which features.
users-search = Name or email address
users-feature = Feature
users-status = Status
users-any = All
users-filter = Filter
users-clear = Clear filter
users-count = Members: { $count }
users-name = Member
users-all = Select everyone on this page
users-none = No members yet
users-none-do = Members appear here as soon as { $product } registers them.
users-none-match = No member matches
users-none-match-do = Try fewer letters, or remove the feature and status.
bulk-hint = Select members to link or unlink them together.
bulk-chosen = %count% selected
users-tenant = Tenant (for members without one)
users-tenant-choose = Choose a tenant
bulk-link = Link
bulk-unlink-open = Unlink…
bulk-unlink-lost = The links of the selected members stop. Cards, appointments and contact points made so far stay.
bulk-unlink-yes = Unlink selected members
bulk-who = Only mail can be linked for others. For Outlook contacts and calendars, members sign in themselves.
pages-label = Pages
pages-first = First page
pages-next = Next page

user-may-link = You can link this for the member. They do not have to sign in.
user-links-alone = The member links this on their own page, “My links”.
user-link = Link
user-link-again = Link again
user-unlink-open = Unlink…
user-unlink-lost = { $feature } stops for { $user }. What was made and recorded so far stays.
user-unlink-yes = Unlink
user-history = History
user-history-none = Nothing has happened yet.

## Audit log

audit-lead = Who did what, and when.
audit-search = Name, ID or event
audit-count = Entries: { $count }
audit-by = by { $actor }
audit-actor = Done by
actors-user = A member
actors-api-key = An API key
actors-microsoft = A Microsoft account
actors-system = Automatic processing
actors-operator = The provider of { $product }
actor-operator = the provider of { $product }
actor-api-key = the API key { $name }…
actor-microsoft = somebody at Microsoft’s sign-in
actor-system = Automatic
audit-none = No entries yet
audit-none-do = Links and changes of settings are recorded here.
audit-none-match = No entry matches

audit-event-organization-created = Organization created
audit-event-api-key-created = API key created
audit-event-tenant-registered = Tenant registered
audit-event-tenant-removed = Tenant unlinked
audit-event-consent-granted = Feature allowed by an administrator
audit-event-grant-revoked = Permission revoked
audit-event-user-linked = Member linked
audit-event-user-linked-by-admin = Member linked without a sign-in
audit-event-user-linked-by-group = Member linked by a group
audit-event-user-invited-by-group = Member invited by a group
audit-event-user-unlinked-by-group = Member unlinked by a group
audit-event-audience-set = Group chosen
audit-event-audience-removed = Group removed
audit-event-account-found = Microsoft account found
audit-event-user-unlinked = Member unlinked
audit-event-user-removed = Member removed
audit-event-organization-renamed = Organization renamed
audit-event-api-key-revoked = API key revoked
audit-event-settings-changed = Settings changed
audit-event-plan-changed = Plan changed
audit-event-consent-refused = Feature not allowed by an administrator
audit-event-consent-questioned = An administrator was asked whether this is their organization
audit-event-account-questioned = Another account signed in; the member was asked
audit-event-account-confirmed = Member confirmed the account
audit-event-contact-folder-replaced = Contact folder made anew
audit-event-contact-folder-adopted = Earlier contact folder taken over
audit-event-contact-folder-removed = Contact folder deleted
audit-event-console-entered = Entered the console
audit-event-console-refused = Not let into the console
audit-event-console-left = Signed out
audit-event-connection-refused = Connection refused

## Settings

settings-folder = Contact folder in Outlook
settings-folder-hint = The name of the folder that is made in each member’s Outlook. If you change it, the folders of linked members are renamed with their next update.
settings-language = Language of mails
settings-language-hint = For notifications to members and admins. Everybody chooses the language of these pages for themselves.
settings-fields = Fields of contacts
settings-fields-hint = Who decides what stands in Outlook. Changes reach linked members within half an hour. What a member writes below the line in a contact’s notes always stays.
settings-field-name = Name
settings-field-readings = Readings
settings-field-company = Company
settings-field-position = Department and job title
settings-field-emails = E-mail addresses
settings-field-phones = Phone numbers
settings-field-address = Address
settings-field-home-page = Web page
settings-mode-overwrite = As on the card
settings-mode-overwrite-about = As on the card: edits in Outlook are overwritten when the card changes, and what the card lacks is emptied.
settings-mode-keep-when-blank = As on the card, keep what it lacks
settings-mode-keep-when-blank-about = As on the card, keep what it lacks: the same, but where the card has nothing, Outlook keeps what it has.
settings-mode-fill = Fill in, keep edits
settings-mode-fill-about = Fill in, keep edits: the card fills empty fields and updates what it filled in. What the member entered or changed stays.
settings-mode-leave = Do not write
settings-mode-leave-about = Do not write: the field belongs to the member. Only a new contact gets its name.
settings-sources = Sources of cards, most important first
settings-sources-hint = Names separated by commas, as your CRM sends them. When several sources give one card, each field comes from the first that has it. Sources not named here come last, “default” before the others.
settings-save = Save
settings-busy = Saving…
settings-conflict = Another admin changed the settings first. This page shows the latest. Check it and save again.
settings-fault-missing = Enter a name for the folder.
settings-fault-too-long = The folder’s name may have up to { $most } characters.
settings-fault-forbidden = The folder’s name has a character that cannot be used.
settings-fault-sources = Enter up to { $most } names, each once, of the characters A–Z a–z 0–9 . _ : @ + ~ -, separated by commas.

## A member's own page

me-title = Microsoft{"\u00A0"}365 links
me-lead = Manage the links to your own Microsoft account.
me-none = There is nothing to link. Ask the administrator of { $product } if you need it.
me-banner = { $feature }: please reconnect
me-banner-why = Your Microsoft sign-in has expired, so updates have stopped. Sign in again and they go on. Nothing is lost.
me-reconnect = Reconnect
me-connect = Connect
me-connect-again = Connect again
me-connect-busy = Opening Microsoft’s page…
me-not-granted = Your organization has not allowed this yet. Ask the administrator of { $product }.
me-by-admin = Set up by your administrator. You do not have to sign in.
me-by-admin-off = Your administrator sets this up. You do not have to sign in.
me-folder = In Outlook, look under People (Contacts) for the folder “{ $folder }”.
me-unlink-open = Disconnect
push-now = Update now
push-busy = Asking…

me-questions = About this link
pushed-title = What goes into Outlook
pushed-fields =
    Name and its reading
    Company and its reading, department, job title
    Email addresses (from the fourth on, in the notes)
    Business and mobile numbers (further ones and fax, in the notes)
    Business address (further ones, in the notes)
    Website
    Last line of the notes: a link to the card in { $product }
pushed-not = Memo, tags and the day you exchanged cards are not sent.
ask-all =
    .question = Which cards appear?
    .answer =
        All of your cards. You cannot choose some of them.
ask-when =
    .question = When are they updated?
    .answer =
        By themselves, every 30 minutes. To have it at once, choose “Update now”.
        Edits, merged cards of one person, and news of a new position or new contact details all flow.
        A change of only memo or tags does not.
ask-one-way =
    .question = What happens to changes I make in Outlook?
    .answer =
        Cards flow one way, from { $product } to Outlook. What you change in Outlook does not come back.
        Fields that come from a card are overwritten when the card next changes, even if you edited them in Outlook.
ask-others =
    .question = What about the contacts I already have in Outlook?
    .answer =
        Only the folder “{ $folder }” is used. Contacts in other folders are never changed, not even of the same person.
ask-notes =
    .question = Do my own notes in Outlook stay?
    .answer =
        What you write below the dividing line in the notes stays when the card changes. It is not sent to { $product }.
ask-origin =
    .question = How do I tell which contacts come from { $product }?
    .answer =
        Every contact in the folder “{ $folder }” does.
        Its notes have a link to the card in { $product }.
ask-where =
    .question = Cannot see the cards in Outlook?
    .answer =
        In People (Contacts), look for “{ $folder }” inside collapsed folders.
        If only the web or only the desktop Outlook shows them, check that both are signed in with the same account.

me-unlink-title = Disconnect { $feature }?
me-unlink-contacts = Cards no longer reach Outlook. Your cards in { $product } stay.
me-unlink-mail = Your mail is no longer read. Contact points recorded so far stay.
me-unlink-calendar = Your booking pages stop accepting bookings. Appointments already made stay in your calendar.
me-unlink-folder = The folder “{ $folder }” in Outlook
me-unlink-keep = Keep the folder
me-unlink-keep-means = The cards stay in Outlook but are no longer updated. If you connect again later, the same folder is used.
me-unlink-delete = Delete the folder
me-unlink-remove = Deletes the folder “{ $folder }” with its { $count } contacts from Outlook.
me-unlink-remove-uncounted = Deletes the folder “{ $folder }” with its contacts from Outlook.
me-unlink-yes = Disconnect

## Signing in, and pages that cannot be shown

sign-in =
    .title = Sign in
    .out = You are signed out
    .lead = Sign in with your Microsoft account.
    .unknown = Sign in to { $product } and open this page from there.
sign-in-of = Sign in with your Microsoft account of { $organization }.
sign-in-out-lead = To go on, open this page from { $product } again, or sign in.
sign-in-go = Sign in with Microsoft
sign-in-hint = Use the account whose email address is registered in { $product }.
leave =
    .title = On to Microsoft
    .lead = If nothing happens, use this button.
leave-go = Open Microsoft’s page
refused-sign-in = Sign in with Microsoft
refused-to-console = Open the overview
refused-to-me = Open my links

refused-session-over =
    .title = Please open this page again
    .why = For your safety you are signed out after a while. What was not saved is lost.
    .steps =
        Go back to { $product } and open this page from there.
refused-link-used =
    .title = This link was used or has expired
    .why = For your safety, a link works once and for a few minutes only.
    .steps =
        Go back to { $product } and open this page from there.
        Bookmarked and mailed links do not work.
refused-not-admin =
    .title = This page is for administrators
    .why = You are not an administrator, so it cannot be shown.
    .steps =
        Your own links are on the page “My links”.
        If you need to be an administrator, ask the administrator of { $product }.
refused-not-a-member =
    .title = This account is not registered
    .why = The account that signed in ({ $account }) does not match the email address of any member of { $product }.
    .steps =
        Open a private window and sign in with your own work account.
        If your address has changed, ask the administrator of { $product } to correct it.
refused-not-found =
    .title = There is no such page
    .why = The address is wrong, or what it was about was removed.
    .steps =
        Use the menu to find what you need.
refused-form-stale =
    .title = This page is out of date
    .why = It was open too long, or somebody else signed in meanwhile. Nothing was done.
    .steps =
        Go back, reload the page, and try again.
refused-too-large =
    .title = That was too much at once
    .why = Nothing was done.
    .steps =
        Select fewer members or shorten what you typed, and try again.
refused-method =
    .title = This cannot be done here
    .why = The address does not take this kind of request. Nothing was changed.
    .steps =
        Use the menu to open the page again.
refused-not-in-plan =
    .title = This is not part of your plan
    .why = Your plan does not include this feature. Nothing was changed.
    .steps =
        If you want to use it, ask your sales contact or support of { $product }.
refused-unavailable =
    .title = This page cannot be shown right now
    .why = Something on our side is not working. You did nothing wrong.
    .steps =
        Try again in a few minutes.
        If it stays, tell support the reference below.

## A group that switches a feature on

audience =
    .title = { $feature } for a group
audience-open = Choose members of { $feature } by a group
audience-contacts = Members of the group are invited by mail to connect their Outlook contacts themselves.
audience-mail = Members of the group are connected without doing anything themselves.
audience-calendar = Members of the group are invited by mail to connect their Outlook calendar themselves.
audience-group = Group (object ID)
audience-waiting = Being read
audience-current = Up to date
audience-stopped = Stopped
audience-headcount = { $members } in the group, { $users } of them members here, { $unknown } unknown here
audience-excluded = { $count } of them excluded
audience-read = Last read
audience-choose = Choose a group
audience-group-hint = Security groups and Microsoft 365 groups, dynamic ones too. Groups within the group count. It is read every four hours.
audience-how-title = Where to find the object ID
audience-how =
    Open the Microsoft Entra admin center (entra.microsoft.com) and go to Groups, All groups.
    Open the group and copy its Object ID.
audience-except = Never by this group
audience-except-hint = Members by ID or mail address, one per line. Whoever the group had connected is disconnected; whoever was connected by hand stays.
audience-save = Save the group
audience-remove = Stop choosing by this group
audience-remove-what = Whoever is connected stays connected, as if connected by hand.
audience-fault-not-an-id = This is not an object ID. It has 36 characters, as in 00000000-0000-0000-0000-000000000000.
audience-fault-no-such-user = “{ $typed }” is not a member here.
audience-fault-too-many = At most 500 members can be excluded.
audience-fault-unavailable = Microsoft did not answer. Save again in a moment.
