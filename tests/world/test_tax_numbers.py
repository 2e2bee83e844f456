"""Verdicts on check digits, of numbers whose digits are public examples or worked out here."""

import pytest

from pipeline.world.tax_numbers import has_right_check_digits


@pytest.mark.parametrize("last", range(10))
@pytest.mark.parametrize("country", ["DE", "CZ", "PL", "NL"])
def test_a_member_states_number_is_judged_by_its_own_check_anywhere(last, country):
    # ISO 7064 MOD 11,10 of 13669597 gives the check digit 6.
    assert has_right_check_digits(f"DE13669597{last}", country) is (last == 6)


@pytest.mark.parametrize(
    ("number", "country", "verdict"),
    [
        ("NL002455799B11", "NL", True),
        ("CHE550752872TVA", "CH", True),
        ("PT785931487", "PT", False),
        ("GB348718867", "GB", False),
        ("DE335715883", "CZ", False),  # without DE it passes a Czech check
        ("EL812415868", "DE", False),  # without EL, of Greece, it passes a German check
        ("EL094259216", "DE", True),
        ("ABC", "DE", None),
        ("DE136695976", None, True),
    ],
)
def test_verdicts(number, country, verdict):
    assert has_right_check_digits(number, country) is verdict
