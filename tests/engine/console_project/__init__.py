"""A Statsig project of every kind as console users made it: over 200 objects, odd values included."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from . import experiments, gates, people, values, warehouse

NOWHERE_ELSE = {
    # These are statuses of experiments that run.
    "/experiments/stopped/status",
    "/experiments/assignment_stopped/status",
    # A decision needs its reason.
    "/experiments/decided_without_a_reason/status",
    "/experiments/decided_without_a_reason/launchedGroupID",
    # A percentage has two decimals.
    "/gates/share_of_more_decimals/rules",
    # The text that stands for null in a state.
    "/gates/described_as_none/description",
    "/gates/described_as_none/rules",
    "/tags/<none>",
}
"""What no program can bring to another project."""


def fill(emulator: Emulator) -> None:
    """Make the project; the requests that this takes are not in the log."""
    people.fill(emulator)
    gates.fill(emulator)
    values.fill(emulator)
    experiments.fill(emulator)
    warehouse.fill(emulator)
    emulator.clear_requests()


def fill_gates(emulator: Emulator, count: int) -> None:
    """Many gates that are alike, and not equal."""
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
