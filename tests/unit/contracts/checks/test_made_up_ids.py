"""Ids that are nobody's, made from ids that are."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.absent_ids import other_of_the_same_form


@given(command_id=st.uuids())
def test_other_uuid_is_a_uuid(command_id: uuid.UUID) -> None:
    other, is_of_its_form = other_of_the_same_form(str(command_id))
    assert is_of_its_form
    assert uuid.UUID(other) != command_id
    assert other[14] == str(command_id)[14]  # the version's place


@given(command_id=st.text(min_size=1))
def test_other_id_is_another(command_id: str) -> None:
    assert other_of_the_same_form(command_id)[0] != command_id


@pytest.mark.parametrize("command_id", ["1", "007", "123456"])
def test_other_of_a_running_number_is_a_number_that_32_bits_hold(command_id: str) -> None:
    assert other_of_the_same_form(command_id) == ("2147483647", True)


@pytest.mark.parametrize("command_id", ["a1", "cmd-17", "9" * 12])
def test_other_of_a_short_id_need_not_have_its_form(command_id: str) -> None:
    assert not other_of_the_same_form(command_id)[1]
