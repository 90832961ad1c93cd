"""Letters signed with DKIM: a verifier of others accepts them, and any change is seen."""

import asyncio
import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from newsletter import pipeline
from newsletter.config import Config, Deliver, Smtp, config_from
from newsletter.deliver.signing import Dkim, open_key
from newsletter.deliver.transports.smtp import open_transport
from newsletter.errors import ConfigError
from newsletter.newsroom import open_newsroom
from newsletter.pipeline.probing import sample
from tests.builders import NOW
from tests.fakes.smtpd import Smtpd, serving
from tests.mailroom import KEY, Hands, approve
from tests.test_rendering import LANGUAGES, rendered, whole

DEBIAN = "/usr/bin/python3"
VERIFY = """
import base64, sys, dkim
record = b"v=DKIM1; k=rsa; p=" + sys.argv[1].encode()
letter = sys.stdin.buffer.read()
print(dkim.verify(letter, dnsfunc=lambda name, **_: record if name == b"s2026._domainkey.news.example." else None))
"""
SENDER = "AI 基建周报 <weekly@news.example>"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("keys") / "dkim.pem"
    made = generate_rsa(65537, 2048)
    file.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


@pytest.fixture(scope="module")
def dkim(key: Path) -> Dkim:
    return open_key("news.example", "s2026", key)


def letter(language: str = "en") -> bytes:
    return sample(rendered(whole(3, language), sender=SENDER, reply_to="ed@news.example"), NOW)


def accepted(dkim: Dkim, signed: bytes) -> bool:
    """By dkimpy, which Debian packs; our own program does not need it."""
    if subprocess.run([DEBIAN, "-c", "import dkim"], capture_output=True).returncode:
        pytest.skip("dkimpy (python3-dkim) is not installed")
    public = dkim.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    record = "".join(public.split("\n")[1:-2])
    done = subprocess.run([DEBIAN, "-c", VERIFY, record], input=signed, capture_output=True, check=True)
    return done.stdout.strip() == b"True"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_verifier_of_others_accepts_a_signed_letter_and_sees_every_change(dkim: Dkim, language: str) -> None:
    signed = dkim.signed(letter(language))
    assert accepted(dkim, signed)
    for before, after in (
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"List-Unsubscribe-Post: nothing"),
        (b"List-Unsubscribe: <https://example.org/", b"List-Unsubscribe: <https://example.com/"),
        (b"To: reader@example.org", b"To: other@example.org"),
        (b"\r\nFrom: ", b"\r\nFrom: stranger@example.org\r\nFrom: "),
    ):
        assert before in signed
        assert not accepted(dkim, signed.replace(before, after, 1))
    body = signed.index(b"\r\n\r\n")
    assert not accepted(dkim, signed[: body + 4] + signed[body + 4 :].replace(b"e", b"f", 3))


def test_both_unsubscribe_headers_and_all_that_a_reader_sees_are_signed(dkim: Dkim) -> None:
    head = dkim.signed(letter()).partition(b"\r\nFrom: ")[0].decode()
    names = re.sub(r"\s", "", re.search(r"h=([^;]*);", head)[1]).split(":")  # type: ignore[index]
    wanted = {"from", "subject", "date", "to", "message-id", "list-id", "list-unsubscribe", "list-unsubscribe-post"}
    assert wanted <= set(names)
    assert names.count("from") == 2
    assert max(len(line) for line in head.split("\r\n")) <= 78


def test_the_same_letter_is_signed_the_same_and_stays_as_it_was(dkim: Dkim) -> None:
    assert dkim.signed(letter()) == dkim.signed(letter())
    assert dkim.signed(letter()).endswith(letter())


def test_a_key_that_cannot_sign_is_named_with_the_way_to_make_one(tmp_path: Path) -> None:
    curve = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for name, content, said in (("a.pem", b"no key", "no private key"), ("b.pem", curve, "no RSA key")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigError, match=f"{said}.*openssl genrsa"):
            open_key("news.example", "s", tmp_path / name)
    with pytest.raises(ConfigError, match=r"c\.pem'?: cannot be read"):
        open_key("news.example", "s", tmp_path / "c.pem")


def test_the_key_lies_beside_the_config_and_its_absence_is_told_before_anything_is_sent(key: Path) -> None:
    smtp = Smtp(dkim_domain="news.example", dkim_selector="s2026", dkim_key=key.name)
    assert open_transport(Deliver(smtp=smtp), folder=key.parent) is not None
    with pytest.raises(ConfigError, match=r"dkim_key"):
        open_transport(Deliver(smtp=replace(smtp, dkim_key="absent.pem")), folder=key.parent)


def test_signing_by_halves_is_a_mistake_of_the_config(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="dkim_selector, dkim_key: is missing"):
        config_from({"deliver": {"smtp": {"dkim_domain": "news.example"}}}, where="c", folder=tmp_path)
    with pytest.raises(ConfigError, match="dkim_domain"):
        config_from({"deliver": {"smtp": {"dkim_domain": "news example"}}}, where="c", folder=tmp_path)


def test_letters_leave_over_smtp_with_their_signature(config: Config, key: Path, dkim: Dkim) -> None:
    with serving(Smtpd()) as server:
        smtp = Smtp(
            host="127.0.0.1", port=server.port, tls="none", timeout=1.0,
            dkim_domain="news.example", dkim_selector="s2026", dkim_key=str(key),
        )  # fmt: skip
        deliver = replace(config.deliver, transport="smtp", smtp=smtp)
        with open_newsroom(replace(config, deliver=deliver)) as room:
            approve(room, 2, body=rendered(whole(3, "zh"), sender=SENDER))
            asyncio.run(pipeline.deliver(room, KEY, clock=Hands(step=timedelta(milliseconds=1))))
        assert len(server.taken) == 2
        assert all(accepted(dkim, one.data) for one in server.taken)
