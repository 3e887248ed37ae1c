"""Wrong keys are counted by address, for a quarter of an hour."""

import pytest

from api.attempts import MOST_WRONG, WINDOW, Attempts

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(clock)


def worn_out(attempts: Attempts, address: str = HERE) -> list[int]:
    return [attempts.tried(address, right=False) for _ in range(MOST_WRONG)]


def test_who_tries_too_often_waits_and_others_do_not(attempts: Attempts) -> None:
    assert worn_out(attempts) == [0] * MOST_WRONG
    assert attempts.tried(HERE, right=True) == WINDOW and attempts.tried(THERE, right=False) == 0


def test_waiting_ends_and_trying_meanwhile_does_not_prolong_it(attempts: Attempts, clock: Clock) -> None:
    worn_out(attempts)
    clock.now += WINDOW - 1
    assert attempts.tried(HERE, right=False) == 1
    clock.now += 1
    assert attempts.tried(HERE, right=True) == 0


def test_a_right_key_wipes_the_slate(attempts: Attempts) -> None:
    for right in (*[False] * (MOST_WRONG - 1), True, *[False] * MOST_WRONG):
        assert attempts.tried(HERE, right) == 0
    assert attempts.tried(HERE, right=True) == WINDOW


@pytest.mark.parametrize(("second", "waits"), [("2001:db8::ffff:1", True), ("2001:db8:0:1::1", False)])
def test_addresses_of_one_network_count_as_one(attempts: Attempts, second: str, waits: bool) -> None:
    worn_out(attempts, "2001:db8::1")
    assert (attempts.tried(second, right=False) > 0) is waits


def test_what_is_kept_is_bounded_and_the_oldest_goes_first(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.attempts._MOST_ADDRESSES", 2)
    for address in (HERE, THERE, "192.0.2.3"):
        worn_out(attempts, address)
    assert attempts.tried(HERE, right=True) == 0 and attempts.tried(THERE, right=True) > 0
