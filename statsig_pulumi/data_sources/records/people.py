"""Records of users and teams."""

from __future__ import annotations

from ...resources.team import TeamFields
from ...resources.user import UserFields
from ...schema.options import computed
from ...schema.properties import ListProp, Prop
from .record import Record


class UserRecord(Record, UserFields):
    """A user of the Statsig organization."""


class TeamRecord(Record, TeamFields):
    """A team, and the defaults of the objects that it creates."""

    id: Prop[str | None] = computed()
    """Statsig's id of the team, if the API returns it."""
    members: ListProp[UserRecord] = computed()
    """Members. Lists of teams may omit them."""
    admins: ListProp[UserRecord] = computed()
    """Users who may change the team. Lists of teams may omit them."""
    change_team_configs: Prop[str] = computed()
    """Who may change objects that the team owns: ``anyone`` or ``team_only``."""
    review_approval: Prop[str] = computed()
    """Who may approve changes of objects that the team owns: ``anyone``, ``team_only`` or ``admin_only``."""
