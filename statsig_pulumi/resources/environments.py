"""The environments of a project (Console API: ``/environments``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ..errors import Problem
from ..json_values import Json
from ..lifecycle.singleton import Singleton
from ..lifecycle.update import Updater
from ..schema.declaration import Endpoint
from ..schema.options import computed, optional, required
from ..schema.properties import Fields, ListProp, NestedType, Prop
from ..schema.references import ItemKey
from ..schema.sentences import Level, Sentence, describe_property
from .bases.entity import Entity
from .types.shared import NonEmptyStr, find_duplicates, get_items, iterate_objects

INITIAL: Final = {"development": False, "staging": False, "production": True}
"""The environments of a new project, and whether each is production."""
FLAGS: Final = ("requires_review", "requires_release_pipeline")


class EnvironmentFields(Fields):
    """Fields of environments."""

    name: Prop[NonEmptyStr] = required()
    """Name, unique in the project. Rules and keys refer to an environment by its name."""
    is_production: Prop[bool] = optional(create_default=False)
    """Whether it is the production environment."""
    requires_review: Prop[bool] = optional(create_default=False)
    """Whether changes that apply in it require a review."""
    required_review_group_id: Prop[str | None] = optional(exported=False)
    """Statsig's id of the group that reviews the changes."""
    requires_release_pipeline: Prop[bool] = optional(create_default=False)
    """Whether changes that apply in it require a release pipeline."""
    id: Prop[str] = computed(sent_back=True)
    """Statsig's id of the environment."""


class Environment(NestedType, EnvironmentFields):
    """One environment of the project. It is matched to the existing one by its name."""

    identity = ("name",)

    @classmethod
    def to_request(cls, values: Mapping[str, Json], body: dict[str, Json]) -> dict[str, Json]:
        return {name: value for name, value in body.items() if value is not None}


def _is_initial(environments: Json) -> bool:
    """Return whether these are the environments of a new project."""
    named = [(each.get("name"), bool(each.get("is_production"))) for each in environments]
    return named == list(INITIAL.items()) and not any(each.get(flag) for each in environments for flag in FLAGS)


def _find_production_problems(counts: Iterable[bool | None], values: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield a problem unless one environment is production. None stands for a value that is not known."""
    flags = list(counts)
    count = flags.count(True)
    if values.get("allow_any_production") or (count < 2 and None in flags) or count == 1:
        return
    found = "no environment" if count == 0 else f"{count} environments"
    reason = f"{found} with is_production=True; declare exactly one, or allow_any_production=True"
    yield Problem("environments", f"has {reason}")


class EnvironmentsUpdater(Updater):
    """Updates of environments. None is removed or renamed unless the program allows it."""

    def change_problems(
        self, olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]
    ) -> Iterable[Problem]:
        if "environments" not in changed:
            return
        before = {str(item.get("name")): item for _, item in iterate_objects(olds, "environments")}
        items = get_items(news, "environments")
        declared = [item for item in items if isinstance(item, dict)]
        removed = before.keys() - {item.get("name") for item in declared}
        if removed and len(items) == len(declared) and not news.get("allow_removal"):
            names = ", ".join(f"'{name}'" for name in before if name in removed)
            yield Problem(
                "environments",
                f"lacks {names}: rules and keys that name a removed or renamed environment no longer apply to it."
                " Declare it, or declare allow_removal=True",
            )
        yield from _find_production_problems(
            (item.get("is_production", before.get(str(item.get("name")), {}).get("is_production")) for item in items),
            news,
        )


class EnvironmentsFields(Fields):
    """Fields of the environments of a project."""

    environments: ListProp[Environment] = required(default=_is_initial)
    """All environments of the project, in the order in which the console shows them."""


class Environments(Entity, EnvironmentsFields, endpoint=Endpoint("environments", key=(), update="merge")):
    """All environments of the project, such as development, staging and production.

    A project has one list. ``POST /environments`` replaces it if it differs from the declared one; existing
    environments keep their ids. Removing or renaming an environment changes to whom the rules that name it apply, so
    that it is an error unless ``allow_removal`` is declared. The API cannot delete the list, so ``pulumi destroy``
    leaves it unchanged. Rules, overrides and keys can refer to an environment by ``environments.named("qa")``: they are
    created after it.

    Example::

        import statsig_pulumi as statsig

        statsig.Environments(
            "environments",
            environments=[
                statsig.Environment(name="development"),
                statsig.Environment(name="staging"),
                statsig.Environment(
                    name="production", is_production=True, requires_review=True
                ),
            ],
        )
    """

    category = "Project and access"
    lifecycle = Singleton
    updater = EnvironmentsUpdater
    terraform_type = "environments"

    public_names = (*Entity.public_names, "named")

    named = ItemKey("environments", "name")
    """Return the name of an environment, for what refers to it."""

    allow_removal: Prop[bool] = optional(local=True)
    """Whether environments that the program omits are removed. Otherwise, omitting one is an error."""
    allow_any_production: Prop[bool] = optional(local=True)
    """Whether the list may have no production environment, or several."""

    @classmethod
    def consequences(cls, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Sentence]:
        """Yield every change: rules and keys name environments. A removed or another production one is serious."""
        olds, news = before.get("environments"), after.get("environments")
        if isinstance(olds, list) and isinstance(news, list):
            for text in describe_property(cls.properties["environments"], olds, news):
                is_serious = " removed" in text or " renamed to " in text or ": is_production: " in text
                level: Level = "high" if is_serious else "medium"
                yield Sentence(text, level, "environment", ("environments",))

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        if isinstance(values.get("environments"), list):
            yield from find_duplicates(values, "environments")
            items = get_items(values, "environments")
            flags = (item.get("is_production") if isinstance(item, dict) else None for item in items)
            yield from _find_production_problems((flag if isinstance(flag, bool) else None for flag in flags), values)

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        flags = [bool(item.get("is_production")) for item in get_items(values, "environments")]
        return values if flags.count(True) == 1 else values | {"allow_any_production": True}
