"""Data sources of param stores."""

from __future__ import annotations

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError

TITLE = {"name": "title", "ref_type": "static", "param_type": "string", "value": "Pay"}
ROWS = {"name": "rows", "ref_type": "layer", "param_type": "number", "layer_name": "home", "param_name": "n"}
NAME = "Checkout / all"


@pytest.fixture
def store(emulator: Emulator) -> str:
    """A store with an odd name and two parameters, beside one without any."""
    emulator.add("param_stores", {"name": NAME, "displayName": "Checkout", "parameters": [TITLE, ROWS]})
    emulator.add("param_stores", {"name": "Basket", "displayName": "Basket"})
    return NAME


def test_a_store_is_read_with_its_parameters(store: str) -> None:
    record = statsig.get_param_store(store)
    assert (record.name, record.display_name, record.team, len(record.id)) == (NAME, "Checkout", None, 22)
    title, rows = record.parameters
    assert (title.name, title.ref_type, title.type, title.value) == ("title", "static", "string", "Pay")
    assert (rows.ref_type, rows.layer_id, rows.param_name, rows.value) == ("layer", "home", "n", None)


def test_all_stores_are_listed(store: str) -> None:
    assert [each.name for each in statsig.list_param_stores()] == [store, "Basket"]


@pytest.mark.parametrize("status", [400, 404])
def test_a_missing_store_is_gone(emulator: Emulator, status: int) -> None:
    emulator.quirk(param_store_missing_status=status)
    with pytest.raises(GoneError, match="there is no param store 'nowhere' in this Statsig project"):
        statsig.get_param_store("nowhere")
