"""A Statsig project of every kind as console users build it: over 200 objects, including odd values."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from . import autotunes, experiments, gates, metrics, people, segments, values, warehouse

NOT_REPRODUCIBLE = {
    # Only an experiment that runs can get these statuses.
    "/experiments/stopped/status",
    "/experiments/assignment_stopped/status",
    # The API requires a reason for a decision.
    "/experiments/decided_without_a_reason/status",
    "/experiments/decided_without_a_reason/launchedGroupID",
    # The API accepts two decimals of a percentage.
    "/gates/share_of_more_decimals/rules",
    # The API accepts fewer names of segments, and fewer types of conditions in them, than the console.
    "/segments/odd",
    "/segments/by_public/rules",
    # The API accepts fewer names and types of metrics than Statsig has.
    "/metrics/list/Größe ✓::sum",
    "/metrics/list/import::import_window",
    "/metrics/list/purchase::event_count",
    "/metrics/list/refunds::event_count",
    # The package reserves this text for null.
    "/gates/described_as_none/description",
    "/gates/described_as_none/rules",
    "/tags/<none>",
    # The API accepts P1 to P4.
    "/alerts/of a priority that cannot be written/priority",
    # An alert that is created has no delay instead of a delay of 0.
    "/alerts/muted/evaluationDelayMs",
}
"""Values that no program can create in another project."""


def fill(emulator: Emulator) -> None:
    """Add all objects, and clear the request log."""
    people.fill(emulator)
    segments.fill(emulator)
    gates.fill(emulator)
    values.fill(emulator)
    experiments.fill(emulator)
    warehouse.fill(emulator)
    autotunes.fill(emulator)
    metrics.fill(emulator)
    emulator.clear_requests()


def fill_gates(emulator: Emulator, count: int) -> None:
    """Add gates that differ in few properties."""
    for number in range(count):
        emulator.add(
            "gates",
            {
                "name": f"Gate {number:04}",
                "description": f"The gate with number {number}",
                "isEnabled": number % 7 != 0,
                "tags": [f"group {number % 10}"],
                "rules": [
                    gates.rule("Benelux", number % 101, gates.condition("country", "any", ["NL", "BE", "LU"])),
                    gates.rule("Everyone", number / 100 % 100, {"type": "public"}),
                ],
            },
        )
