# SPDX-License-Identifier: EUPL-1.2
import ids
import pytest


def test_check_character_of_the_standard():
    # the example published with the Global Release Identifier, which uses MOD 37,36
    assert ids.check("A12425GABC1234002") == "M"


@pytest.mark.parametrize("name", ["a", "b", "Global Fund"])
def test_named_identifiers_are_valid_and_repeatable(name):
    one = ids.named("P", name)
    assert ids.valid(one) and one == ids.named("P", name)
    assert not ids.valid(one[:-2] + one[-1] + one[-2]) or one[-1] == one[-2]
