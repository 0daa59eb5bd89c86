"""The routes that gates, dynamic configs and experiments share, made from what a `Config` says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ..model import configs, reviews
from ..model.configs import Config
from ..model.project import Project
from . import deletion, filters
from .pages import page
from .responses import Answer, Record, message_only, single
from .routes import Call, Routes

Present: TypeAlias = Callable[[Call, Record], Record]


def _nothing(project: Project, record: Record) -> None:
    return None


@dataclass(frozen=True)
class ConfigRoutes:
    """The handlers of one kind of config, which has its path and its collection by the same name."""

    config: Config
    present: Present = configs.presented
    # Raises when the config may not be deleted, and clears away what goes with it.
    refuse_delete: Callable[[Project, Record], None] = _nothing
    clear: Callable[[Project, Record], None] = _nothing

    def register(self, routes: Routes) -> None:
        path = f"/{self.config.kind}"
        one = f"{path}/{{id}}"
        routes.add("GET", path, self.list_all)
        routes.add("POST", path, self.create)
        routes.add("GET", one, self.read)
        routes.add("POST", one, lambda call: self.update(call, full=True))
        routes.add("PATCH", one, lambda call: self.update(call, full=False))
        routes.add("DELETE", one, self.delete)
        routes.add("GET", f"{one}/versions", self.list_versions)
        routes.add("PUT", f"{one}/reviews/{{reviewID}}/commit", self.commit_review)

    def register_switches(self, routes: Routes) -> None:
        """For configs that are on or off, and answer with themselves when they are archived."""
        one = f"/{self.config.kind}/{{id}}"
        routes.add("PUT", f"{one}/enable", lambda call: self.answer(call, configs.switch(call, self.config, on=True)))
        routes.add("PUT", f"{one}/disable", lambda call: self.answer(call, configs.switch(call, self.config, on=False)))
        routes.add("PUT", f"{one}/archive", lambda call: self.answer(call, configs.archive(call, self.config)))
        routes.add("PUT", f"{one}/unarchive", lambda call: self.answer(call, configs.unarchive(call, self.config)))

    def answer(self, call: Call, record: Record, word: str = "updated", status: int = 200) -> Answer:
        return single(self.config.messages[word], self.present(call, record), status)

    def list_all(self, call: Call) -> Answer:
        self.config.catch_up(call.project)
        return self._page(call, "listed", filters.wanted_configs(call, self.config.kind))

    def create(self, call: Call) -> Answer:
        return self.answer(call, configs.create(call, self.config), "created", 201)

    def read(self, call: Call) -> Answer:
        return self.answer(call, self.config.find(call), "read")

    def update(self, call: Call, *, full: bool) -> Answer:
        return self.answer(call, configs.update(call, self.config, full=full))

    def delete(self, call: Call) -> Answer:
        project, messages = call.project, self.config.messages
        record = project.store[self.config.kind].get(call.params["id"])
        if record is None:
            return deletion.answer(project, self.config.missing, messages["deleted"])
        self.refuse_delete(project, record)
        project.remove(self.config.kind, record["id"])
        self.clear(project, record)
        return message_only(messages["deleted"])

    def list_versions(self, call: Call) -> Answer:
        record = self.config.find(call)
        return self._page(call, "versions", call.project.store[self.config.kind].versions(record["id"]))

    def commit_review(self, call: Call) -> Answer:
        reviews.commit(call, self.config.kind, self.config.find(call)["id"])
        return message_only(self.config.messages["committed"])

    def _page(self, call: Call, word: str, records: list[Record]) -> Answer:
        return page(call, self.config.messages[word], records, lambda record: self.present(call, record))
