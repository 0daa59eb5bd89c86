"""People and their teams on the real engine: invited, given a role, left when the stack goes."""

from __future__ import annotations

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

PEOPLE = """
ana = statsig.User("ana", email="Ana@example.com", role="{role}", first_name="Ana")
ben = statsig.User("ben", email="ben@example.com", role="Read Only")
statsig.Team("team", name="Shop", members=[ben.email], admins=[ana.email])
"""


@pytest.mark.parametrize("is_seen", [True, False], ids=["an invited user is seen", "one is seen after accepting"])
def test_people_are_invited_given_roles_and_left(stack: Stack, emulator: Emulator, wire: Wire, is_seen: bool) -> None:
    def role(email: str) -> str:
        found: str = emulator.object("users", email)["role"]
        return found

    emulator.quirk(invited_users_visible=is_seen)
    emulator.add("users", {"email": "ben@example.com", "role": "member"})
    assert "+ 4 to create" in stack.program(PEOPLE.format(role="Member")).preview()
    assert wire.requests() == []
    answer = stack.up()
    assert "User 'ana@example.com' is invited, and finds the invitation in Statsig" in answer
    users = [(entry["path"], entry["body"]) for entry in wire.writes() if "teams" not in entry["path"]]
    assert sorted(users, key=lambda user: user[0]) == [
        ("/users/ben@example.com", {"role": "Read Only"}),
        ("/users/invite", {"role": "Member", "emails": ["ana@example.com"]}),
    ]
    assert (role("ana@example.com"), role("ben@example.com")) == ("Member", "Read Only")
    team = emulator.object("teams", "Shop")
    assert (team["members"], team["admins"]) == (["ben@example.com"], ["ana@example.com"])
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()

    # The console gives Ben another role: seen, and put right; Ana gets one by the program.
    emulator.edit("users", "ben@example.com", {"role": "Admin"})
    assert "~ 1 updated" in stack.refresh()
    wire.requests()
    stack.program(PEOPLE.format(role="Admin")).up()
    assert wire.written()[0] == "POST /users/ben@example.com: role"
    assert (role("ben@example.com"), len(wire.requests())) == ("Read Only", 0)
    stack.preview_is_empty()

    answer = stack.destroy()
    for name in ("ana", "ben"):
        assert f"User '{name}@example.com' is left in Statsig as it is: the API has no way to take it back" in answer
    assert stack.resources() == {}
    assert {user["email"].lower() for user in emulator.objects("users")} >= {"ana@example.com", "ben@example.com"}
    assert emulator.objects("teams") == []


def test_one_from_outside_cannot_be_invited(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    answer = stack.program('statsig.User("eve", email="eve@elsewhere.org", role="Member")').up(ok=False)
    (line,) = [line for line in answer.error_lines if "eve@elsewhere.org" in line]
    assert "Can not invite emails from outside your organization's domain (example.com)" in line
    assert "Traceback" not in answer
    assert wire.written() == ["POST /users/invite: emails role"]
    assert stack.resources() == {}
