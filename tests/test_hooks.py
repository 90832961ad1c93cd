"""The address for providers' events: nothing is believed, and nothing breaks."""

import base64
import json
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.testclient import TestClient

from newsletter.newsroom import Newsroom
from newsletter.web.app import make_app
from tests.builders import NOW

KEY = ec.generate_private_key(ec.SECP256R1())
STAMP = str(int(NOW.timestamp()))


@pytest.fixture
def site(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    public = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    monkeypatch.setenv("SENDGRID_WEBHOOK_KEY", base64.b64encode(public).decode())
    with TestClient(make_app(room, clock=lambda: NOW)) as client:
        yield client


def post(site: TestClient, body: bytes, *, signed: bytes | None = None) -> int:
    signature = KEY.sign(STAMP.encode() + (body if signed is None else signed), ec.ECDSA(hashes.SHA256()))
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": STAMP,
        "Content-Type": "application/json",
    }
    return int(site.post("/hooks/sendgrid", content=body, headers=headers).status_code)


def test_signed_events_are_taken_as_they_came_byte_for_byte(site: TestClient) -> None:
    body = json.dumps([{"event": "delivered", "timestamp": int(NOW.timestamp()), "delivery": "x"}], indent=1).encode()
    assert post(site, body) == 200
    assert post(site, body) == 200, "a second copy is normal"
    assert post(site, b"[]") == 200


def test_unsigned_and_forged_events_are_refused(site: TestClient) -> None:
    assert site.post("/hooks/sendgrid", content=b"[]").status_code == 403
    assert post(site, b'[{"event": "bounce"}]', signed=b"[]") == 403


def test_a_body_without_end_is_cut_off(site: TestClient) -> None:
    assert post(site, b" " * (8 * 1024 * 1024 + 1)) == 413


def test_a_form_of_a_megabyte_is_refused_unread(site: TestClient) -> None:
    assert site.post("/subscribe", data={"email": "a" * 1_100_000}).status_code == 413
    assert site.post("/subscribe", content=b"", headers={"Content-Length": "-1"}).status_code == 413
