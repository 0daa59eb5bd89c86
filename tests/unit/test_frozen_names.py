"""Names that users' states, machines and programs hold, which no version of the package may change.

The golden files may get new entries. An entry that disappears or changes breaks users.
"""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

import pytest

import statsig_pulumi
from statsig_pulumi import errors, json_values, local_files, settings
from statsig_pulumi.api import rate_limit, rate_limit_stores
from statsig_pulumi.api.client import Client
from statsig_pulumi.export import directory, export, import_file
from statsig_pulumi.provider import EntityProvider
from statsig_pulumi.resources.ingestion_source import IngestionSourceClient
from statsig_pulumi.schema import state
from statsig_pulumi.schema.declaration import REGISTRY

from ..documents import ROOT

GOLDEN: Final = Path(__file__).parent / "golden"


def golden(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads((GOLDEN / f"{name}.json").read_text())
    return found


def test_the_class_path_of_the_provider_is_frozen() -> None:
    assert (EntityProvider.__module__, EntityProvider.__qualname__) == ("statsig_pulumi.provider", "EntityProvider")


def test_the_type_token_of_each_resource_is_frozen() -> None:
    kinds = golden("properties")
    expected = {kind: f"pulumi-python:dynamic/statsig:{kind}" for kind in kinds}
    assert {kind: import_file.to_type_token(kind) for kind in kinds} == expected
    actual = {kind: f"pulumi-python:{REGISTRY[kind].cls._resource_type_name}" for kind in kinds}
    assert actual == expected


def test_no_property_of_a_resource_disappears() -> None:
    missing = {
        f"{kind}.{name}"
        for kind, names in golden("properties").items()
        for name in names
        if name not in REGISTRY[kind].properties
    }
    assert missing == set()


def test_no_public_name_of_the_package_disappears() -> None:
    missing = [name for name in golden("public_names")["package"] if not hasattr(statsig_pulumi, name)]
    assert missing == []


def test_no_error_class_disappears() -> None:
    missing = [name for name in golden("public_names")["errors"] if not hasattr(errors, name)]
    assert missing == []


RESERVED_KEYS: Final = {
    "DECLARED": "__declared",
    "DECLARED_BY": "__declared_by",
    "DIFFERING": "__differing",
    "DIGEST": "__digest",
    "DRIFTED": "__drifted",
    "HIDDEN": "__hidden",
    "IMPORT": "__import",
    "PROJECT": "__project",
    "RESOURCE": "__resource",
    "REVIEW": "__review",
    "SECRET": "__secret",
    "SECRET_BELOW": "__secret_below",
    "SECRET_PLACES": "__secret_places",
    "STACK": "__stack",
    "WITHOUT_VALUE": "__without_value",
}


def test_the_reserved_keys_of_states_are_frozen_and_the_decision_lists_them() -> None:
    found = {name: value for name, value in vars(state).items() if str(value).startswith("__") and name.isupper()}
    assert found == RESERVED_KEYS
    assert json_values.NONE == "<none>"
    page = (ROOT / "docs/adr/reserved-keys.md").read_text(encoding="utf-8")
    assert [key for key in (*found.values(), json_values.NONE) if f"| `{key}` |" not in page] == []


IDS: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "Gate": ({"id": "new_checkout", "name": "New Checkout"}, "new_checkout"),
    "DynamicConfig": ({"id": "limits", "name": "Limits"}, "limits"),
    "Experiment": ({"id": "one_page", "name": "One page"}, "one_page"),
    "Segment": ({"id": "dutch_users", "name": "Dutch users"}, "dutch_users"),
    "Layer": ({"id": "Homepage Feed Improvements", "name": "Homepage Feed"}, "Homepage Feed Improvements"),
    "Holdout": ({"id": "long_term", "name": "Long term"}, "long_term"),
    "Tag": ({"id": "x1", "name": "payments"}, "x1"),
    "Team": ({"id": "t1", "name": "Checkout"}, "t1"),
    "TargetApp": ({"id": "a1", "name": "App"}, "a1"),
    "User": ({"email": "ana@example.com"}, "ana@example.com"),
    "Role": ({"name": "Data Scientist"}, "Data Scientist"),
    "UnitIDType": ({"name": "companyID"}, "companyID"),
    "Key": ({"key": "secret-1"}, "secret-1"),
    "Environments": ({}, "environments"),
    "ProjectSettings": ({}, "settings/project"),
    "ProjectReviewSettings": ({}, "settings/reviews"),
    "RoleSettings": ({}, "settings/roles"),
    "TeamSettings": ({}, "settings/teams"),
    "Metric": ({"id": "a / b::sum", "name": "a / b", "type": "sum"}, "a / b::sum"),
    "Alert": ({"id": "a1", "name": "Few purchases"}, "a1"),
    "Autotune": ({"id": "best_banner", "name": "Best banner"}, "best_banner"),
    "MetricSource": ({"name": "orders / all"}, "orders / all"),
    "QualifyingEvent": ({"name": "visits / all"}, "visits / all"),
    "AssignmentSource": ({"name": "Exposures"}, "Exposures"),
    "EntityPropertySource": ({"name": "Customers"}, "Customers"),
    "IngestionSource": ({"type": "s3", "dataset": "Events", "source_name": "app / x"}, "s3/Events/app / x"),
    "IngestionSchedule": ({"dataset": "Events"}, "Events"),
    "GateOverrides": ({"gateID": "g"}, "g"),
    "ExperimentOverrides": ({"experimentID": "e"}, "e"),
    "SegmentIDs": ({"segmentID": "s"}, "s"),
    "LayerOverrides": ({"layerID": "l"}, "l"),
    "HoldoutOverrides": ({"holdoutID": "h"}, "h"),
    "AutotuneOverrides": ({"autotuneID": "a"}, "a"),
    "GateRule": ({"gateID": "g", "baseID": "abc"}, "g/abc"),
    "DynamicConfigRule": ({"dynamicConfigID": "c", "baseID": "abc"}, "c/abc"),
}


def test_the_id_of_each_resource_has_its_frozen_form() -> None:
    client = Client("console-KEY123")
    actual = {
        kind: REGISTRY[kind].cls.resource_client(REGISTRY[kind], client).key_of(live) for kind, (live, _) in IDS.items()
    }
    assert actual == {kind: id_ for kind, (_, id_) in IDS.items()}
    assert IngestionSourceClient is REGISTRY["IngestionSource"].cls.resource_client


def test_the_settings_are_frozen() -> None:
    assert set(settings.STACK_KEYS) >= {
        "statsig:apiKey",
        "statsig:archiveOnDelete",
        "statsig:baseUrl",
        "statsig:importMismatch",
        "statsig:onConcurrentEdit",
        "statsig:onExisting",
        "statsig:onRelease",
        "statsig:respectReviews",
        "statsig:validateOnPreview",
        "statsig:writeBudget",
        "statsig:writeBudgetStore",
    }


def test_files_of_a_machine_are_below_the_folder_of_pulumi(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    assert local_files.local_state_folder("creates") == tmp_path / "statsig-pulumi" / "creates"
    monkeypatch.delenv("PULUMI_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert local_files.local_state_folder("budgets") == tmp_path / ".pulumi" / "statsig-pulumi" / "budgets"


PROJECT_HASH: Final = "86dfc154d8745c4f6c2e0895f0758d3611d6c8500fedb43ade310e9e9b6543f1"


def test_the_names_of_a_project_in_shared_stores_are_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client("console-KEY123").project_hash == PROJECT_HASH
    opened: list[str] = []

    def init(rates: Any, redis: Any, name: str) -> None:
        opened.append(name)

    monkeypatch.setattr("pyrate_limiter.RedisBucket.init", init)
    monkeypatch.setattr("redis.Redis.lock", lambda self, name, **more: opened.append(name))
    store = rate_limit_stores.shared_store("redis://127.0.0.1:1", PROJECT_HASH[:32])
    store.open([])
    store.lock()
    assert opened == [f"statsig-pulumi:{PROJECT_HASH[:32]}", f"statsig-pulumi:{PROJECT_HASH[:32]}:lock"]
    assert rate_limit.WriteBudget.of_project(PROJECT_HASH) is not None


def test_the_files_of_an_export_are_frozen() -> None:
    assert (directory.MANIFEST, export.IMPORT_FILE) == (".statsig-export.json", "import.json")


def test_the_console_scripts_are_frozen() -> None:
    names = {script.name for script in entry_points(group="console_scripts") if "statsig" in script.value}
    assert names >= {"statsig-pulumi", "pulumi-converter-statsig"}
