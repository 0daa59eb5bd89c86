"""Users and teams on the real engine: invited, updated, kept when the stack is destroyed."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

PEOPLE = """
ana = statsig.User("ana", email="Ana@example.com", role="{role}", first_name="Ana")
ben = statsig.User("ben", email="ben@example.com", role="Read Only")
statsig.Team("team", name="Shop", members=[ben.email], admins=[ana.email])
"""


def test_users_are_invited_updated_and_kept_on_destroy(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    def role(email: str) -> str:
        found: str = emulator.object("users", email)["role"]
        return found

    emulator.add("users", {"email": "ben@example.com", "role": "member"})
    assert "+ 4 to create" in stack.program(PEOPLE.format(role="Member")).preview()
    assert wire.requests() == []
    answer = stack.up()
    assert "User 'ana@example.com' was invited; the invitation is in Statsig" in answer
    sent = {entry["path"].replace("%40", "@"): entry["body"] for entry in wire.writes()}
    assert sent.pop("/users/teams").items() >= {"members": ["ben@example.com"], "admins": ["ana@example.com"]}.items()
    assert sent == {
        "/users/invite": {"role": "Member", "emails": ["ana@example.com"]},
        "/users/ana@example.com": {"firstName": "Ana"},
        "/users/ben@example.com": {"role": "Read Only"},
    }
    assert (role("ana@example.com"), role("ben@example.com")) == ("Member", "Read Only")
    team = emulator.object("teams", "Shop")
    assert (team["members"], team["admins"]) == (["ben@example.com"], ["ana@example.com"])
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()

    # The console gives Ben another role: seen, and put right; Ana gets one by the program.
    emulator.edit("users", "ben@example.com", {"role": "Admin"})
    assert "~ 1 updated" in stack.refresh()
    stack.program(PEOPLE.format(role="Admin"))
    shown = " ".join(stack.preview("--diff").text.split())
    assert '~ role: "Member" => "Admin"' in shown
    assert '~ role: "admin" => "Read Only"' in shown
    wire.requests()
    stack.up()
    assert [line.replace("%40", "@") for line in wire.written()] == [
        "POST /users/ana@example.com: role",
        "POST /users/ben@example.com: role",
    ]
    assert (role("ana@example.com"), role("ben@example.com")) == ("Admin", "Read Only")
    stack.preview_is_empty()

    answer = stack.destroy()
    for name in ("ana", "ben"):
        assert f"User '{name}@example.com' is kept in Statsig: the API cannot delete it" in answer
    assert stack.resources() == {}
    assert {user["email"].lower() for user in emulator.objects("users")} >= {"ana@example.com", "ben@example.com"}
    assert emulator.objects("teams") == []


def test_an_invitation_lasts_until_the_user_is_visible(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.quirk(invited_users_visible=False)
    stack.program(PEOPLE.format(role="Member")).up()
    assert stack.resources()["ana"]["outputs"]["is_invited"] is True
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()
    assert [line for line in wire.written() if "invite" in line] == ["POST /users/invite: emails role"] * 2

    # Both have accepted: what an invitation cannot say is said now.
    emulator.quirk(invited_users_visible=True)
    stack.refresh()
    assert "is_invited" not in stack.resources()["ana"]["outputs"]
    assert '+ first_name: "Ana"' in " ".join(stack.preview("--diff").text.split())
    stack.up()
    assert [line.replace("%40", "@") for line in wire.written()] == ["POST /users/ana@example.com: firstName"]
    stack.preview_is_empty()


def test_an_external_address_cannot_be_invited(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    answer = stack.program('statsig.User("eve", email="eve@elsewhere.org", role="Member")').up(ok=False)
    (line,) = [line for line in answer.error_lines if "eve@elsewhere.org" in line]
    assert "Can not invite emails from outside your organization's domain (example.com)" in line
    assert "Traceback" not in answer
    assert wire.written() == ["POST /users/invite: emails role"]
    assert stack.resources() == {}
