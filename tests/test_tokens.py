"""Links of readers: only ours are believed, each for its one purpose."""

import hmac
import re
from datetime import timedelta

import pytest

from newsletter.audience.tokens import CONFIRM_LASTS, Purpose, Signer
from newsletter.model import EditionKey, SubscriberId
from tests.builders import NOW

ANN, WEEKLY = SubscriberId("abcdefghij234567"), EditionKey("weekly-en")


def all_tokens(signer: Signer) -> dict[Purpose, str]:
    return {
        Purpose.UNSUBSCRIBE: signer.unsubscribe(ANN, WEEKLY),
        Purpose.PREFERENCES: signer.preferences(ANN, WEEKLY),
        Purpose.CONFIRM: signer.confirm(ANN, WEEKLY, version=3, now=NOW),
    }


def test_a_token_is_read_back_for_its_own_purpose_only() -> None:
    signer = Signer("secret")
    for purpose, token in all_tokens(signer).items():
        for other in Purpose:
            claim = signer.read(token, other, now=NOW)
            if other is purpose:
                assert claim is not None
                assert (claim.subscriber, claim.edition) == (ANN, WEEKLY)
            else:
                assert claim is None


def test_lasting_tokens_stay_the_same_and_never_expire() -> None:
    signer = Signer("secret")
    token = signer.unsubscribe(ANN, WEEKLY)
    assert token == signer.unsubscribe(ANN, WEEKLY)
    assert signer.read(token, Purpose.UNSUBSCRIBE, now=NOW + timedelta(days=36_500))
    assert signer.read(signer.preferences(ANN, WEEKLY), Purpose.PREFERENCES, now=NOW + timedelta(days=36_500))


def test_a_confirm_token_lasts_seven_days() -> None:
    signer = Signer("secret")
    token = signer.confirm(ANN, WEEKLY, version=3, now=NOW)
    claim = signer.read(token, Purpose.CONFIRM, now=NOW + CONFIRM_LASTS - timedelta(seconds=1))
    assert claim is not None
    assert claim.version == 3
    assert signer.read(token, Purpose.CONFIRM, now=NOW + CONFIRM_LASTS) is None
    assert signer.read(token, Purpose.CONFIRM) is None, "without a clock nothing proves that it is still good"


def test_changing_any_one_character_makes_a_token_worthless() -> None:
    signer = Signer("secret")
    for purpose, token in all_tokens(signer).items():
        for at, character in enumerate(token):
            forged = token[:at] + ("b" if character != "b" else "c") + token[at + 1 :]
            assert signer.read(forged, purpose, now=NOW) is None, forged


@pytest.mark.parametrize(
    "token", ["", ".", "u", "u.a.b", "u..." + "a" * 26, "ü.a.b.c", "a" * 100_000, "\0", "u.a.b.c\n"]
)
def test_what_is_no_token_is_read_as_none(token: str) -> None:
    assert all(Signer("secret").read(token, purpose, now=NOW) is None for purpose in Purpose)


def test_another_secret_believes_nothing() -> None:
    for purpose, token in all_tokens(Signer("secret")).items():
        assert Signer("another").read(token, purpose, now=NOW) is None
    assert Signer("secret").suppression_hash("a@example.org") != Signer("another").suppression_hash("a@example.org")


def test_a_token_needs_no_escaping_in_a_url_and_survives_a_mail_programs_guess_of_where_a_link_ends() -> None:
    for token in all_tokens(Signer("secret")).values():
        assert re.fullmatch(r"[a-z0-9.-]+[a-z2-7]{26}", token)


def test_a_signer_tells_nobody_its_secret() -> None:
    assert "hush" not in repr(Signer("hush"))
    with pytest.raises(ValueError, match="secret"):
        Signer("")


def test_the_suppression_hash_tells_an_address_again_only_to_the_holder_of_the_secret() -> None:
    one = Signer("k").suppression_hash("Ann@example.org")
    assert one == Signer("k").suppression_hash("ann@EXAMPLE.org")
    assert one != Signer("other").suppression_hash("ann@example.org")
    assert len(one) == 64
    # Written down, for it keeps addresses out for years.
    assert (
        one
        == hmac.digest(hmac.digest(b"k", b"newsletter suppressions v1", "sha256"), b"ann@example.org", "sha256").hex()
    )
