"""A failure is one line, and transient failures are retried."""

from __future__ import annotations

import re

from statsig_pulumi.emulator import Emulator

from .stack import Answer, Stack
from .wire import Wire

ONE_OF_EACH = """
statsig.Gate("gate", name="checkout", description="{words}")
statsig.DynamicConfig("config", name="limits", description="{words}")
statsig.Team("team", name="Shop", description="{words}")
statsig.Tag("tag", name="payments", description="{words}")
"""
KINDS = ("gates", "dynamic_configs", "teams", "tags")


def reasons(answer: Answer) -> list[str]:
    """The error lines that are ours, without the words that the engine puts before them."""
    found = [line.strip() for line in answer.text.splitlines() if "statsig_pulumi." in line]
    return sorted({re.sub(r"^.*?\bstatsig_pulumi\.", "", line) for line in found})


def test_requests_are_retried_after_transient_failures(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.fault(method="POST", path="/gates", status=503, applied=True)
    emulator.fault(method="POST", path="/users/teams", kind="drop_after")
    emulator.fault(method="POST", path="/tags", kind="drop_before")
    emulator.fault(method="POST", path="/dynamic_configs", status=429, headers={"Retry-After": "1"})
    answer = stack.program(ONE_OF_EACH.format(words="One")).up()
    posts = [entry["path"] for entry in wire.writes()]
    # What was applied is found and not sent again; what was not is sent again.
    assert sorted(posts) == ["/dynamic_configs", "/dynamic_configs", "/gates", "/tags", "/tags", "/users/teams"]
    assert [len(emulator.objects(kind)) for kind in KINDS] == [1, 1, 1, 2]
    assert re.search(r"waiting \d+ s for Statsig's write budget", answer.text)

    for path, kind in (("/gates/*", "status"), ("/tags/*", "drop_before"), ("/dynamic_configs/*", "not_json")):
        emulator.fault(method="GET", path=path, kind=kind)
    emulator.fault(method="GET", path="/users/teams/*", kind="truncate")
    stack.refresh_is_empty()
    gets = [entry["path"] for entry in wire.requests()]
    assert (len(gets), len(set(gets))) == (8, 4)

    emulator.fault(method="PATCH", path="/gates/*", status=502, applied=True)
    emulator.fault(method="PATCH", path="/tags/*", kind="drop_after")
    stack.program(ONE_OF_EACH.format(words="Two")).up()
    assert {record["description"] for kind in KINDS for record in emulator.objects(kind)} == {"Two", ""}
    emulator.fault(method="DELETE", path="/gates/*", status=500, applied=True)
    stack.destroy()
    assert [len(emulator.objects(kind)) for kind in KINDS] == [0, 0, 0, 1]


def test_a_rejected_request_is_one_line_with_the_message_of_the_api(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    emulator.fault(
        method="POST",
        path="/gates",
        times=None,
        status=400,
        body={
            "status": 400,
            "message": "Bad Request Exception",
            "errors": [
                {"property": "rules.0.name", "errorMessage": "Is\nodd"},
                {"property": "idType", "errorMessage": "Required"},
            ],
        },
    )
    stack.program('statsig.Gate("gate", name="checkout")')
    answer = stack.up(ok=False)
    (reason,) = reasons(answer)
    assert reason.startswith(
        "RejectedError: Gate 'checkout': POST /gates answered 400: Bad Request Exception"
        " (rules.0.name: Is odd; idType: Required)"
    )
    assert "Traceback" not in answer
    assert len(wire.writes()) == 1

    stack.env["STATSIG_DEBUG"] = "1"
    debugged = stack.up(ok=False)
    assert "Traceback" in debugged
    assert "crud.py" in debugged


PAIR = """
statsig.Gate("gate", name="checkout", description="{words}")
statsig.Tag("tag", name="payments", description="{words}")
"""


def test_a_revoked_or_read_only_key_fails_every_command_and_keeps_the_state(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    key = "console-4mostSecretKey"
    emulator.set_key(key)
    stack.env["STATSIG_CONSOLE_KEY"] = key
    stack.program(PAIR.format(words="One")).up()
    kept = set(stack.resources())
    before = emulator.objects("gates"), emulator.objects("tags")
    hint = "; check that STATSIG_CONSOLE_KEY is an active Console API key with the rights for this"

    emulator.set_key(key, "revoked")
    stack.program(PAIR.format(words="Two"))
    for command in (stack.refresh, stack.up, stack.destroy):
        wire.requests()
        answer = command(ok=False)
        assert len(reasons(answer)) in (1, 2), "one line for each resource that was tried"
        for reason in reasons(answer):
            assert reason.startswith("UnauthorizedError: ")
            assert "answered 401: This endpoint only accepts an active CONSOLE key" in reason
            assert reason.endswith(hint)
        assert wire.requests() == [], "the key is refused before anything is read or written"

    emulator.set_key(key, "read_only")
    for command in (stack.up, stack.destroy):
        answer = command(ok=False)
        assert all(reason.endswith(f"answered 403: Forbidden resource{hint}") for reason in reasons(answer))
        assert reasons(answer)
    stack.refresh_is_empty()

    assert set(stack.resources()) == kept == {"gate", "tag"}
    assert (emulator.objects("gates"), emulator.objects("tags")) == before
    assert not [answer for answer in stack.answers if key in answer or "4mostSecret" in answer]
    assert not [path for path in stack.folder.rglob("*") if path.is_file() and key.encode() in path.read_bytes()]


def test_a_missing_key_is_a_one_line_error_with_the_next_step(stack: Stack, wire: Wire) -> None:
    del stack.env["STATSIG_CONSOLE_KEY"]
    stack.program('statsig.Gate("gate", name="checkout")')
    answer = stack.preview(ok=False)
    assert reasons(answer) == [
        "MissingKeyError: no Statsig Console API key is configured; set the environment variable STATSIG_CONSOLE_KEY,"
        " or run `pulumi config set --secret statsig:apiKey`"
    ]
    assert "Traceback" not in answer
    assert wire.requests() == []


def test_a_key_in_the_stack_configuration_works_and_stays_encrypted(stack: Stack, emulator: Emulator) -> None:
    key = stack.env.pop("STATSIG_CONSOLE_KEY")
    stack.set_secret("statsig:apiKey", key)
    stack.program('statsig.Gate("gate", name="checkout")').up()
    stack.destroy()
    assert emulator.objects("gates") == []
    assert key not in "".join(answer.text for answer in stack.answers)
    assert not [path for path in stack.folder.rglob("*") if path.is_file() and key.encode() in path.read_bytes()]


def test_what_depends_on_a_failed_resource_keeps_its_values(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    program = """
gate = statsig.Gate("gate", name="checkout", description="{words}")
statsig.DynamicConfig("config", name="limits", description=gate.gate_id)
"""
    stack.run("config", "set", "statsig:onRelease", "reset")
    stack.program(program.format(words="One")).up()
    wire.requests()
    emulator.fault(method="PATCH", path="/gates/*", status=400, body={"status": 400, "message": "no"})
    answer = stack.program(program.format(words="Two")).up("--continue-on-error", ok=False)
    assert wire.written() == ["PATCH /gates/checkout: description"]
    assert "reset to" not in answer
    assert emulator.object("dynamic_configs", "limits")["description"] == "checkout"
