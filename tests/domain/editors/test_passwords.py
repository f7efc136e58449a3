"""Hashing of passwords: few at once, and as much work for an unknown name as for a known one."""

import threading

import pytest
from argon2 import PasswordHasher, extract_parameters

from widget.domain.editors.passwords import _NO_HASH, LANES, MEMORY_KIB, PASSES, Passwords
from widget.domain.errors import Busy


@pytest.fixture(scope="module")
def hashed() -> str:
    return Passwords().hash("three plain words")


def test_a_right_password_is_accepted_and_a_wrong_one_is_not(hashed: str) -> None:
    passwords = Passwords()
    assert passwords.is_right(hashed, "three plain words")
    assert not passwords.is_right(hashed, "three plain word")
    assert not passwords.is_right("", "three plain words")
    assert not passwords.is_right("not a hash", "three plain words")


def test_an_unknown_name_costs_as_much_work_as_a_known_one(hashed: str) -> None:
    assert extract_parameters(_NO_HASH) == extract_parameters(hashed)
    parameters = extract_parameters(hashed)
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (
        MEMORY_KIB,
        PASSES,
        LANES,
    )
    assert (MEMORY_KIB, PASSES, LANES) == (19456, 2, 1)


def test_a_hash_with_other_parameters_is_outdated(hashed: str) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("three plain words")
    passwords = Passwords()
    assert passwords.is_right(old, "three plain words") and passwords.is_outdated(old)
    assert not passwords.is_outdated(hashed)


def test_at_most_two_are_hashed_at_once_and_others_are_refused_immediately() -> None:
    passwords, begin = Passwords(), threading.Barrier(40)
    outcomes: list[bool | int | None] = []

    def sign_in() -> None:
        begin.wait()
        try:
            outcomes.append(passwords.is_right("", "three plain words"))
        except Busy as refusal:
            outcomes.append(refusal.retry_after_s)

    threads = [threading.Thread(target=sign_in) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(1) >= 1  # refused, to try again in a second
    assert outcomes.count(False) >= 2 and len(outcomes) == 40
    assert passwords.is_right("", "x") is False  # both places are free again
    assert passwords._places._value == 2
