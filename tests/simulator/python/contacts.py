"""Microsoft's Python client against the simulator: a folder and 25 contacts are made, listed page by page,
found by extended property, changed, deleted.

usage: contacts.py BASE_URL TENANT CLIENT_ID CLIENT_SECRET USER
Prints what it saw as one JSON object; any difference ends it with an AssertionError.
"""

import asyncio
import json
import sys

import httpx
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.contact import Contact
from msgraph.generated.models.contact_folder import ContactFolder
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.physical_address import PhysicalAddress
from msgraph.generated.models.single_value_legacy_extended_property import SingleValueLegacyExtendedProperty
from msgraph.generated.users.item.contact_folders.item.contacts.contacts_request_builder import (
    ContactsRequestBuilder,
)
from msgraph.generated.users.item.contact_folders.item.contacts.item.contact_item_request_builder import (
    ContactItemRequestBuilder,
)
from msgraph_core.tasks import PageIterator

KEY = "String {6f0a2c1e-5b7d-4c7e-9a53-8d1f2e4b7c90} Name ClientTest"
COUNT = 25


class TokenEndpoint(AccessTokenProvider):
    """App-only tokens from the simulator's token endpoint, over plain HTTP."""

    def __init__(self, base: str, tenant: str, client_id: str, secret: str):
        self.url = f"{base}/{tenant}/oauth2/v2.0/token"
        self.form = {
            "grant_type": "client_credentials",
            "scope": "https://graph.microsoft.com/.default",
            "client_id": client_id,
            "client_secret": secret,
        }
        self.hosts = AllowedHostsValidator([httpx.URL(base).host])
        self.token = None

    async def get_authorization_token(self, uri, additional_authentication_context=None) -> str:
        if not self.hosts.is_url_host_valid(uri):
            return ""
        if self.token is None:
            async with httpx.AsyncClient() as http:
                answer = await http.post(self.url, data=self.form)
            answer.raise_for_status()
            self.token = answer.json()["access_token"]
        return self.token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return self.hosts


def card(number: int) -> Contact:
    """The contact of a number."""
    return Contact(
        given_name=f"太郎{number}",
        surname="山田",
        yomi_given_name="タロウ",
        yomi_surname="ヤマダ",
        display_name=f"山田 太郎{number}",
        company_name="株式会社サンプル",
        department="営業部",
        job_title="部長",
        email_addresses=[EmailAddress(address=f"taro{number}@sample.example", name="山田 太郎")],
        business_phones=["+81 3-1234-5678"],
        mobile_phone="090-1234-5678",
        business_address=PhysicalAddress(
            postal_code="100-0005", state="東京都", city="千代田区", street="丸の内1-1", country_or_region="日本"
        ),
        personal_notes=f"https://crm.example/cards/{number}",
        single_value_extended_properties=[SingleValueLegacyExtendedProperty(id=KEY, value=f"card-{number}")],
    )


async def all_names(client: GraphServiceClient, user: str, folder: str) -> tuple[list[str], int]:
    """Every display name of the folder, and how many pages that took."""
    query = ContactsRequestBuilder.ContactsRequestBuilderGetQueryParameters(top=10)
    contacts = client.users.by_user_id(user).contact_folders.by_contact_folder_id(folder).contacts
    first = await contacts.get(RequestConfiguration(query_parameters=query))
    pages, page = 1, first
    while page.odata_next_link:
        page = await contacts.with_url(page.odata_next_link).get()
        assert 0 < len(page.value) <= 10, f"{len(page.value)} contacts on a page of 10"
        pages += 1
    names = []

    def keep(contact):
        names.append(contact.display_name)
        return True

    await PageIterator(first, client.request_adapter).iterate(keep)
    return names, pages


async def refused(work) -> tuple[int, str]:
    """Status and code of a call that must fail."""
    try:
        await work
    except ODataError as error:
        return error.response_status_code, error.error.code
    raise AssertionError("the call must be refused")


async def run(base: str, tenant: str, client_id: str, secret: str, user: str) -> dict:
    provider = BaseBearerTokenAuthenticationProvider(TokenEndpoint(base, tenant, client_id, secret))
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = f"{base}/v1.0"
    client = GraphServiceClient(request_adapter=adapter)
    folders = client.users.by_user_id(user).contact_folders

    folder = await folders.post(ContactFolder(display_name="Python の名刺"))
    assert folder.display_name == "Python の名刺" and folder.id
    again = await refused(folders.post(ContactFolder(display_name="Python の名刺")))
    assert again == (409, "ErrorFolderExists"), again
    assert folder.id in [known.id for known in (await folders.get()).value]

    contacts = folders.by_contact_folder_id(folder.id).contacts
    made = [await contacts.post(card(number)) for number in range(COUNT)]
    assert len({contact.id for contact in made}) == COUNT
    assert made[3].yomi_surname == "ヤマダ" and made[3].business_address.city == "千代田区"

    names, pages = await all_names(client, user, folder.id)
    assert sorted(names) == sorted(card(number).display_name for number in range(COUNT)), names
    assert pages == 3, pages

    query = ContactsRequestBuilder.ContactsRequestBuilderGetQueryParameters(
        filter=f"singleValueExtendedProperties/any(ep:ep/id eq '{KEY}' and ep/value eq 'card-7')",
        expand=[f"singleValueExtendedProperties($filter=id eq '{KEY}')"],
    )
    found = (await contacts.get(RequestConfiguration(query_parameters=query))).value
    assert [contact.id for contact in found] == [made[7].id], found
    assert found[0].single_value_extended_properties[0].value == "card-7"

    item = contacts.by_contact_id(made[7].id)
    changed = await item.patch(Contact(job_title="取締役", display_name=made[7].display_name))
    assert (changed.job_title, changed.company_name) == ("取締役", "株式会社サンプル")
    assert changed.additional_data.get("@odata.etag") != made[7].additional_data.get("@odata.etag")
    select = ContactItemRequestBuilder.ContactItemRequestBuilderGetQueryParameters(select=["jobTitle", "surname"])
    selected = await item.get(RequestConfiguration(query_parameters=select))
    assert (selected.job_title, selected.surname, selected.company_name) == ("取締役", "山田", None)

    for contact in made[:5]:
        await contacts.by_contact_id(contact.id).delete()
    gone = await refused(contacts.by_contact_id(made[0].id).get())
    assert gone == (404, "ErrorItemNotFound"), gone
    delta = await contacts.delta.get()
    names, _ = await all_names(client, user, folder.id)
    assert len(names) == COUNT - 5, len(names)
    return {"folder": folder.id, "contacts": len(names), "pages": pages, "delta": len(delta.value)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(*sys.argv[1:6]))))
