"""Links and codes are derived, told apart by all they are for, and compared as a whole; limits fill up evenly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import Problem
from api.signing.links import LinkKeys, digits
from api.signing.rates import Limit, Rates
from api.signing.sessions import begun_session, session_of

KEYS = LinkKeys(keys=(b"k" * 32,))


def test_a_link_opens_what_it_was_made_for() -> None:
    token = KEYS.token(number="R8-000001", signer=1, generation=1)
    assert KEYS.opens(token, number="R8-000001", signer=1, generation=1)
    assert len(token) == 43


@pytest.mark.parametrize(
    ("number", "signer", "generation"), [("R8-000002", 1, 1), ("R8-000001", 2, 1), ("R8-000001", 1, 2)]
)
def test_and_nothing_else(number: str, signer: int, generation: int) -> None:
    token = KEYS.token(number="R8-000001", signer=1, generation=1)
    assert not KEYS.opens(token, number=number, signer=signer, generation=generation)


@given(st.text())
def test_whatever_is_typed_is_compared_without_an_error(text: str) -> None:
    assert not KEYS.opens(text, number="R8-000001", signer=1, generation=1)
    assert not KEYS.proves(f"x{digits(text)}", number="R8-000001", document="a" * 64, signer=1, nth=1)
    assert session_of(text) is None


@given(st.integers(1, 1000), st.integers(1, 50))
def test_a_code_is_six_digits_and_proves_itself(nth: int, signer: int) -> None:
    code = KEYS.code(number="R8-000001", document="a" * 64, signer=signer, nth=nth)
    assert code.isascii()
    assert code.isdigit()
    assert len(code) == 6
    assert KEYS.proves(code, number="R8-000001", document="a" * 64, signer=signer, nth=nth)


def test_no_two_texts_are_derived_alike() -> None:
    with pytest.raises(ValueError, match="separator"):
        KEYS.token(number="R8-000001|1", signer=1, generation=1)


def test_an_older_key_is_believed_while_a_newer_one_derives() -> None:
    rotated = LinkKeys(keys=(b"n" * 32, b"k" * 32))
    assert rotated.opens(
        KEYS.token(number="R8-000001", signer=1, generation=1), number="R8-000001", signer=1, generation=1
    )
    assert rotated.token(number="R8-000001", signer=1, generation=1) != KEYS.token(
        number="R8-000001", signer=1, generation=1
    )


def test_keys_are_shown_nowhere() -> None:
    assert "k" * 8 not in repr(KEYS)
    session = begun_session(KEYS, number="R8-000001", signer=1, generation=1, nonce="a nonce")
    assert session.secret not in repr(session)
    assert session_of(session.token) == session


def test_a_session_of_one_contract_has_another_hash_in_another() -> None:
    session = begun_session(KEYS, number="R8-000001", signer=1, generation=1, nonce="a nonce")
    moved = session_of(session.token.replace("R8-000001", "R8-000002"))
    assert moved is not None
    assert not moved.is_bound(session.hash)
    assert session.is_bound(session.hash)
    assert not session.is_bound(None)


def test_a_limit_lets_so_many_through_and_fills_up_again() -> None:
    now = [0.0]
    rates, limit = Rates(monotonic=lambda: now[0]), Limit(name="x", times=3, seconds=30)
    for _ in range(3):
        rates.require(limit, "somebody")
    with pytest.raises(Problem) as refused:
        rates.require(limit, "somebody")
    assert (refused.value.code, refused.value.headers["Retry-After"]) == ("too-many-requests", "11")
    rates.require(limit, "somebody else")
    now[0] = 11.0
    rates.require(limit, "somebody")
