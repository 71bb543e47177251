"""Standard Webhooks: what a receiver verifies with any library for it."""

import base64
import hashlib
import hmac

import pytest

from signing.webhooks import derived_secret, signed_headers

# The specification's own libraries verify this one.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'


def test_the_known_vector() -> None:
    headers = signed_headers([SECRET], message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", at_seconds=1614265330, body=BODY)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert headers["webhook-timestamp"] == "1614265330"


def test_while_secrets_change_both_sign() -> None:
    secrets = [derived_secret(b"k" * 32, subject="R8-000001", generation=each) for each in (2, 1)]
    both = signed_headers(secrets, message_id="evt_1", at_seconds=1, body=b"{}")["webhook-signature"].split(" ")
    assert [each.partition(",")[0] for each in both] == ["v1", "v1"]
    key = base64.b64decode(secrets[1].removeprefix("whsec_"))
    assert both[1] == "v1," + base64.b64encode(hmac.digest(key, b"evt_1.1.{}", hashlib.sha256)).decode()


def test_secrets_differ_by_webhook_generation_and_key_and_are_long_enough() -> None:
    found = {
        derived_secret(key, subject=subject, generation=generation)
        for key in (b"a" * 32, b"b" * 32)
        for subject in ("R8-000001", "R8-000002")
        for generation in (1, 2)
    }
    assert len(found) == 8
    assert all(len(base64.b64decode(each.removeprefix("whsec_"))) == 32 for each in found)


def test_an_id_with_a_dot_is_never_signed() -> None:
    with pytest.raises(ValueError):
        signed_headers([SECRET], message_id="evt.1", at_seconds=1, body=b"")
