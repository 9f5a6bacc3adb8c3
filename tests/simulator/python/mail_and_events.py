"""Microsoft's Python client against the simulator: a mailbox is followed with a webhook of our own, mail is read,
events are made and read.

usage: mail_and_events.py BASE_URL TENANT CLIENT_ID CLIENT_SECRET USER
Prints what it saw as one JSON object; any difference ends it with an AssertionError.
"""

import asyncio
import datetime
import json
import queue
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from kiota_abstractions.authentication import BaseBearerTokenAuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.attendee_type import AttendeeType
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.online_meeting_provider_type import OnlineMeetingProviderType
from msgraph.generated.models.subscription import Subscription
from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import (
    GetSchedulePostRequestBody,
)
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import CalendarViewRequestBuilder
from msgraph.generated.users.item.messages.messages_request_builder import MessagesRequestBuilder

from contacts import TokenEndpoint

MAIL = """From: =?UTF-8?B?5bGx55SwIOWkqumDjg==?= <yamada@partner.example>
To: {user}
Subject: =?UTF-8?B?44GU5oyo5ou2?= {number}
Message-ID: <{number}@partner.example>
List-Id: <list.partner.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

お世話になっております。
"""


class Webhook(ThreadingHTTPServer):
    """An endpoint as Microsoft's pages describe it: it sends validation tokens back and takes notifications."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.validated = []
        self.notifications = queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        url = urllib.parse.urlsplit(self.path)
        token = urllib.parse.parse_qs(url.query).get("validationToken")
        answer = token[0].encode() if token else b""
        if token:
            self.server.validated.append(url.path)
        else:
            self.server.notifications.put(json.loads(body))
        self.send_response(200 if token else 202)
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


async def follow(client: GraphServiceClient, hook: Webhook, user: str) -> Subscription:
    """A subscription to a mailbox, renewed, and seen in the list."""
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=4000)
    wanted = Subscription(
        change_type="created",
        notification_url=hook.url("/notifications?key=a"),
        lifecycle_notification_url=hook.url("/lifecycle"),
        resource=f"users/{user}/messages",
        expiration_date_time=until,
        client_state="接点",
    )
    made = await client.subscriptions.post(wanted)
    assert hook.validated == ["/notifications", "/lifecycle"], hook.validated
    assert made.client_state == "接点" and made.resource == wanted.resource, made
    item = client.subscriptions.by_subscription_id(made.id)
    assert (await item.get()).client_state is None
    later = until + datetime.timedelta(minutes=100)
    renewed = await item.patch(Subscription(expiration_date_time=later))
    assert abs(renewed.expiration_date_time - later) < datetime.timedelta(seconds=1), renewed
    await item.reauthorize.post()
    listed = (await client.subscriptions.get()).value
    assert [known.id for known in listed] == [made.id], listed
    return made


async def read_mail(client: GraphServiceClient, base: str, hook: Webhook, user: str, made: Subscription) -> int:
    """Mail arrives, is told, and is found by what it was told with."""
    async with httpx.AsyncClient() as http:
        for number in range(3):
            url = f"{base}/_sim/mailboxes/{user}/messages?folder=inbox"
            (await http.post(url, content=MAIL.format(user=user, number=number).encode())).raise_for_status()
    told = []
    while len(told) < 3:
        told += (await asyncio.to_thread(hook.notifications.get, True, 10))["value"]
    assert {(item["subscriptionId"], item["clientState"]) for item in told} == {(made.id, "接点")}, told
    ids = {item["resourceData"]["id"] for item in told}

    query = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters(
        select=["subject", "from", "internetMessageId", "internetMessageHeaders", "receivedDateTime"],
        filter="receivedDateTime ge 2020-01-01T00:00:00Z",
        orderby=["receivedDateTime"],
        top=2,
    )
    messages = client.users.by_user_id(user).messages
    page = await messages.get(RequestConfiguration(query_parameters=query))
    found = list(page.value)
    while page.odata_next_link:
        page = await messages.with_url(page.odata_next_link).get()
        found += page.value
    assert {message.id for message in found} == ids, (found, ids)
    first = found[0]
    assert first.from_.email_address.name == "山田 太郎" and first.subject.startswith("ご挨拶"), first
    headers = {header.name.lower(): header.value for header in first.internet_message_headers}
    assert headers["list-id"] == "<list.partner.example>", headers
    return len(found)


def at(hour: int) -> DateTimeTimeZone:
    return DateTimeTimeZone(date_time=f"2027-01-12T{hour:02}:00:00", time_zone="Tokyo Standard Time")


async def make_events(client: GraphServiceClient, user: str) -> dict:
    """A meeting in Teams, made once however often it is sent, seen in the calendar and as busy time."""
    person = client.users.by_user_id(user)
    event = Event(
        subject="商談",
        body=ItemBody(content_type=BodyType.Html, content="<p>よろしくお願いします</p>"),
        start=at(10),
        end=at(11),
        attendees=[
            Attendee(type=AttendeeType.Required, email_address=EmailAddress(address="guest@partner.example", name="客"))
        ],
        is_online_meeting=True,
        online_meeting_provider=OnlineMeetingProviderType.TeamsForBusiness,
        transaction_id="7e2b8f0c-6f5e-4a27-9d3b-5a1f0c9d8e71",
    )
    made = await person.events.post(event)
    assert made.online_meeting.join_url.startswith("https://teams.microsoft.com/"), made.online_meeting
    assert made.transaction_id == event.transaction_id
    again = await person.events.post(event)
    assert again.id == made.id, "one transaction, one event"

    query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
        start_date_time="2027-01-12T00:00:00+09:00", end_date_time="2027-01-13T00:00:00+09:00"
    )
    configuration = RequestConfiguration(query_parameters=query)
    configuration.headers.add("Prefer", 'outlook.timezone="Tokyo Standard Time"')
    seen = (await person.calendar_view.get(configuration)).value
    assert [(found.id, found.start.date_time) for found in seen] == [(made.id, "2027-01-12T10:00:00.0000000")], seen

    asked = GetSchedulePostRequestBody(
        schedules=[user, "nobody@elsewhere.example"], start_time=at(9), end_time=at(12), availability_view_interval=60
    )
    schedules = (await person.calendar.get_schedule.post(asked)).value
    assert schedules[0].availability_view == "020" and schedules[1].error is not None, schedules

    await person.events.by_event_id(made.id).delete()
    try:
        await person.events.by_event_id(made.id).get()
        raise AssertionError("a deleted event must not be found")
    except ODataError as error:
        assert error.response_status_code == 404, error
    return {"busy": schedules[0].availability_view}


async def run(base: str, tenant: str, client_id: str, secret: str, user: str) -> dict:
    provider = BaseBearerTokenAuthenticationProvider(TokenEndpoint(base, tenant, client_id, secret))
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = f"{base}/v1.0"
    client = GraphServiceClient(request_adapter=adapter)
    hook = Webhook()

    made = await follow(client, hook, user)
    messages = await read_mail(client, base, hook, user, made)
    events = await make_events(client, user)
    await client.subscriptions.by_subscription_id(made.id).delete()
    assert (await client.subscriptions.get()).value == []
    return {"messages": messages, **events}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(*sys.argv[1:6]))))
