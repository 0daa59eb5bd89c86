"""Users, teams, tags and target apps."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

ROLES = ("Admin", "member", "Read Only", "read_only", "Data Scientist", "ADMIN", "Owner", "Member", "READ ONLY", "ünï")
TAGS = (
    *("checkout", "two words", "Ünïcode ✓", "quote\"d and 'd", "back\\slash", "core metric", "a/b", "100%"),
    *("🚀", "?a=b&c#d", "Checkout", "<none>", " padded ", "12", "T" * 100),
)
APPS = ("Web", "iOS", "Android App", "café", "Web / Mobile", "{app}")
TEAMS = ("Checkout", "Growth & Retention", "Équipe à la carte", "O'Brien's \"team\"", "no members", "ÉQUIPE 🎉")
PERMISSIONS = {"create_configs": True, "approve_reviews": False, "permission of 2030": True}
UNIT_ID_TYPES = ("companyID", "wörkspace id", "a/b::c")
PERSON = {"firstName": 'Zoë "Z" O\'Neil', "lastName": "line\nbreak 🎉"}


def fill(emulator: Emulator) -> None:
    environments = emulator.object("environments", "environments")["environments"]
    environments.insert(1, {"name": "QA / ü 🎉", "requiresReview": True, "requiredReviewGroupID": "group-1"})
    emulator.edit("environments", "environments", {"environments": environments})
    project = {"name": "Ünï {shop}", "visibility": "CLOSED", "default_unit_type": "companyID"}
    emulator.edit("settings", "settings/project", project)
    emulator.edit("settings", "settings/roles", {"default_project_role": "Data Scientist"})
    for name in ("Data Scientist", "ünï"):
        emulator.add("roles", {"name": name, "permissions": PERMISSIONS})
    for number, name in enumerate(UNIT_ID_TYPES):
        emulator.add("unit_id_types", {"name": name, "description": "" if number else "A firm"})
    for number in range(20):
        user = {"email": f"User{number}@Example.com", "role": ROLES[number % len(ROLES)]}
        names = {"firstName": "Zoë" if number % 3 else "", "lastName": f"Nº {number}"}
        emulator.add("users", user | (names if number % 2 else {}))
    emulator.add("users", {"email": "O'Brien+test@Example.com", **PERSON})
    for number, name in enumerate(TAGS):
        emulator.add("tags", {"name": name, "description": "☕ " * number, "isCore": number % 3 == 0})
    for name in APPS:
        emulator.add("target_app", {"name": name})
    for number, name in enumerate(TEAMS):
        emulator.add("teams", {"name": name, "description": "" if number % 2 else "Multi\nline", **_team(number)})


def _team(number: int) -> dict[str, object]:
    """Return the properties of a team: the first has presets, and most admins are members too."""
    members = [f"User{i}@Example.com" for i in range(number, 4 * number)] if number < 4 else []
    presets = {
        "defaultGateMetrics": [{"name": "purchase", "type": "event_count"}],
        "defaultTargetApplications": ["Web"],
        "changeTeamConfigs": "team_only",
        "reviewApproval": "admin_only",
        "requireReviews": True,
    }
    more: dict[int, dict[str, object]] = {
        # Nobody of this address is a user, and the admin is no member.
        1: {"admins": ["Nobody@Example.com"]},
        2: {"defaultHoldoutID": "a_holdout", "requireGateTemplates": False, "requireReviews": None},
        3: {
            "defaultExperimentPrimaryMetrics": [{"name": "ünïcode", "type": "user"}],
            "requireExperimentTemplates": True,
        },
    }
    return {"members": members, "admins": members[:1], **(presets if number == 0 else more.get(number, {}))}
