"""Operations that older versions of the Console API lack."""

from __future__ import annotations

import pytest

from statsig_pulumi.api.generations import find_version, list_operations
from statsig_pulumi.emulator.api.table import all_routes


def test_the_emulator_switches_off_what_the_package_takes_for_new() -> None:
    assert sorted(list_operations("2026-10")) == all_routes().labels(quirk="api_2026_10")


@pytest.mark.parametrize(
    ("operation", "version"),
    [
        ("DELETE /layers/home/overrides/userID/ana", "2026-10"),
        ("DELETE /layers/home/overrides/conditional/gate/checkout", "2026-10"),
        ("DELETE /layers/home/overrides", ""),
        ("GET /autotunes/a%2Fb/overrides", "2026-10"),
        ("GET /alerts", ""),
        ("POST /alerts", "2026-10"),
        ("POST /alerts/1/2/mute", ""),
    ],
)
def test_the_version_of_an_operation_depends_on_method_and_path(operation: str, version: str) -> None:
    assert find_version(*operation.split()) == version
