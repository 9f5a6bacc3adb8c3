"""Outbound identity federation, as far as Entra needs it.

ministack checks who may ask for a web identity and for which audience, but answers with a token that nobody can
verify and that names the account's root. Here the same answer is signed with a key of this process, says which
role asks, and the issuer publishes the key as AWS does: `/.well-known/openid-configuration` and its JWK set.
"""

import base64
import hashlib
import json
import os
import re
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from ministack import app as ministack_app
from ministack.core.responses import get_region
from ministack.services import sts

PATH = "/_setten/issuer"
ISSUER = f"http://127.0.0.1:{os.environ.get('GATEWAY_PORT', '4566')}{PATH}"
DISCOVERY = f"{PATH}/.well-known/openid-configuration"
KEYS = f"{PATH}/.well-known/jwks.json"

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
TOKEN = re.compile(rb"(<WebIdentityToken>)([^<]+)(</WebIdentityToken>)")
SESSION = re.compile(r"arn:aws:sts::(\d{12}):assumed-role/([^/]+)/.+")


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


NUMBERS = KEY.public_key().public_numbers()
KEY_ID = encoded(hashlib.sha256(number(NUMBERS.n).encode()).digest()[:16])


def signed(stock_token: str, caller_arn: str) -> str:
    """The stock token's audience and times, with the role as subject and a signature that verifies."""
    claims = json.loads(decoded(stock_token.split(".")[1]))
    session = SESSION.fullmatch(caller_arn)
    claims["iss"] = ISSUER
    claims["sub"] = f"arn:aws:iam::{session[1]}:role/{session[2]}" if session else caller_arn
    claims["jti"] = str(uuid.uuid4())
    claims["https://sts.amazonaws.com/"] = {
        "aws_account": caller_arn.split(":")[4],
        "source_region": get_region(),
        "principal_id": claims["sub"],
    }
    parts = [{"alg": "RS256", "typ": "JWT", "kid": KEY_ID}, claims]
    text = ".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return f"{text}.{encoded(KEY.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


async def answer(method, path, headers, body, query_params):
    reply = await stock_answer(method, path, headers, body, query_params)
    status, reply_headers, text = reply
    found = TOKEN.search(text) if isinstance(text, bytes) else None
    if found is None:
        return reply
    caller = sts._caller_identity(headers, query_params)["userArn"]
    token = signed(found[2].decode(), caller).encode()
    return status, reply_headers, TOKEN.sub(rb"\g<1>" + token + rb"\g<3>", text)


def published(path: str) -> dict | None:
    if path == DISCOVERY:
        return {
            "issuer": ISSUER,
            "jwks_uri": f"{ISSUER}/.well-known/jwks.json",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
    if path == KEYS:
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID}
        return {"keys": [key | {"n": number(NUMBERS.n), "e": number(NUMBERS.e)}]}
    return None


async def app(scope, receive, send):
    document = published(scope["path"]) if scope["type"] == "http" else None
    if document is None:
        return await stock_app(scope, receive, send)
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(document).encode()})


stock_answer, stock_app = sts.handle_request, ministack_app.app
sts.handle_request, ministack_app.app = answer, app
