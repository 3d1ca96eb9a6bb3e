"""The mapping of which a process keeps thousands."""

import sys

import pytest

from tenants.profile.same_keys import SameKeys


def test_it_reads_like_a_dictionary() -> None:
    words = {"phone": "0355 612-0", "email": "stadt@cottbus.example"}
    kept = SameKeys(words)
    assert dict(kept) == words
    assert kept == words
    assert (kept.get("phone"), kept.get("fax", "keins"), "email" in kept, len(kept)) == ("0355 612-0", "keins", True, 2)
    with pytest.raises(KeyError):
        kept["fax"]
    assert dict(SameKeys({})) == {}


def test_of_many_each_takes_less_than_half_of_a_dictionary() -> None:
    words = {f"name_{number}": "" for number in range(25)}
    first, second = SameKeys(words), SameKeys(dict.fromkeys(words, "anders"))
    assert first._places is second._places
    assert sys.getsizeof(first) + sys.getsizeof(first._values) < sys.getsizeof(words) / 2
