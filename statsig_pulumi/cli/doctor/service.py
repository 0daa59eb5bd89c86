"""Checks of the connection to Statsig: settings, URL, key, permissions, clock and write budget."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from ...api.client import Client
from ...errors import (
    InvalidSettingError,
    MissingKeyError,
    PassingError,
    StatsigError,
    UnauthorizedError,
    UnreachableError,
)
from ...export.inventory import MAX_CONCURRENT_READS
from ...export.kinds import listable_kinds
from ...schema.declaration import Declaration
from ...settings import DEFAULT_BASE_URL, STORE_SERVERS, Settings, check_stack_keys
from .finding import Finding
from .program import Configuration

MAX_SKEW_S: Final = 30
READ_WRITE: Final = ("omni_read_write", "personal_read_write")


def check(configuration: Configuration) -> Iterator[Finding]:
    """Yield whether the settings work. Sends GET requests only."""
    try:
        check_stack_keys(configuration.values, configuration.project)
        settings = Settings.from_sources(stack_configuration=configuration.values)
    except InvalidSettingError as error:
        yield Finding("Settings", "error", error.summary, error.next_step)
        return
    yield _describe_url(settings)
    yield from _check_connection(settings)


def _describe_url(settings: Settings) -> Finding:
    if settings.base_url == DEFAULT_BASE_URL:
        return Finding("URL", "ok", DEFAULT_BASE_URL)
    return Finding("URL", "ok", f"{settings.base_url}, which replaces {DEFAULT_BASE_URL}")


def _check_connection(settings: Settings) -> Iterator[Finding]:
    try:
        client = Client.from_settings(settings).on_behalf_of("doctor")
        if not settings.api_key:
            raise MissingKeyError
    except (MissingKeyError, InvalidSettingError) as error:
        check = "API key" if isinstance(error, MissingKeyError) else "Write budget"
        yield Finding(check, "error", error.summary, error.next_step)
        return
    key = _check_key(client, settings)
    yield key
    if key.status != "error":
        yield _check_scopes(client)
        yield _check_readable(client)
        yield _check_clock(client)
    yield _check_budget(client, settings)


def _check_key(client: Client, settings: Settings) -> Finding:
    """Return whether the API accepts the key, and the project that it is for."""
    source = f"the key from {settings.api_key_source}"
    try:
        project = client.get("project")
        id_ = str(project["id"])
    except (UnreachableError, UnauthorizedError) as error:
        return Finding("API key", "error", error.summary, error.next_step)
    except StatsigError as error:
        return Finding("API key", "warning", f"the API does not show the project of {source}: {error.summary}")
    except (TypeError, KeyError):
        return Finding("API key", "warning", f"the API does not show the project of {source}")
    name = _read_name(client)
    summary = f"{source} is for the Statsig project '{id_}'{f' ({name})' if name else ''}"
    if settings.project and settings.project not in (id_, name):
        return Finding(
            "API key",
            "error",
            f"{summary}, but statsig:project is '{settings.project}'",
            "set the key of that project, or correct statsig:project",
        )
    return Finding("API key", "ok", summary)


def _read_name(client: Client) -> str:
    try:
        settings = client.get("settings/project")
    except StatsigError:
        return ""
    return str(settings.get("name") or "") if isinstance(settings, dict) else ""


def _check_scopes(client: Client) -> Finding:
    """Return whether the key may write, which only the list of keys shows."""
    try:
        own = next((each for each in client.pages("keys") if client.is_own_key(each.get("key"))), None)
    except StatsigError:
        own = None
    if own is None:
        summary = "the key may not read keys, so the API does not show whether it may write"
        return Finding("Scopes", "skipped", summary)
    scopes = [str(scope) for scope in own["scopes"]] if isinstance(own.get("scopes"), list) else []
    shown = ", ".join(scopes) or "none"
    if any(scope in READ_WRITE for scope in scopes):
        return Finding("Scopes", "ok", f"the key may read and write: {shown}")
    return Finding(
        "Scopes",
        "warning",
        f"the key may not write: {shown}",
        "it is enough for preview, refresh, export and unmanaged; `pulumi up` needs the scope omni_read_write",
    )


def _check_readable(client: Client) -> Finding:
    """Return which kinds of objects the key may not read."""
    declarations = [d for d in listable_kinds().values() if d.endpoint.lists != "none" and not d.endpoint.subpath]
    with ThreadPoolExecutor(MAX_CONCURRENT_READS) as pool:
        try:
            refused = [kind for kind in pool.map(lambda each: _find_refused(client, each), declarations) if kind]
        except (PassingError, UnreachableError) as error:
            return Finding("Permissions", "error", error.summary, error.next_step)
    if not refused:
        return Finding("Permissions", "ok", "the key may read all kinds of objects")
    next_step = "use a Console API key whose owner or scopes include these, or do not manage them"
    return Finding("Permissions", "warning", f"the key may not read: {', '.join(refused)}", next_step)


def _find_refused(client: Client, declaration: Declaration) -> str:
    """Return the kind if the key may not list it. Other refusals mean that the project does not have it."""
    try:
        next(iter(declaration.cls.resource_client(declaration, client).list_all()), None)
    except UnauthorizedError:
        return declaration.kind
    except (PassingError, UnreachableError):
        raise
    except StatsigError:
        return ""
    return ""


def _check_clock(client: Client) -> Finding:
    ahead_s = round(client.server_time_s() - time.time())
    if abs(ahead_s) <= MAX_SKEW_S:
        return Finding("Clock", "ok", f"as that of the API, within {MAX_SKEW_S} s")
    direction = "behind" if ahead_s > 0 else "ahead of"
    summary = f"{abs(ahead_s):,} s {direction} that of the API"
    return Finding("Clock", "warning", summary, "synchronise the clock of this machine, such as by NTP")


def _check_budget(client: Client, settings: Settings) -> Finding:
    """Return whether the place works where writes are counted, without the URL, which has a password."""
    if not settings.write_budget:
        return Finding("Write budget", "ok", "statsig:writeBudget is off: writes are not counted")
    scheme = settings.write_budget_store.partition(":")[0]
    place = f"a {STORE_SERVERS[scheme]} server" if scheme else "a file of this machine"
    try:
        used = client.write_budget.count_used()
    except Exception as error:  # noqa: BLE001 - each store has its own errors, whose texts may contain the URL
        next_step = "check statsig:writeBudgetStore" if scheme else "check that ~/.pulumi/statsig-pulumi is writable"
        return Finding("Write budget", "error", f"{place} cannot be used ({type(error).__name__})", next_step)
    longest = settings.write_budget[-1]
    return Finding("Write budget", "ok", f"{used} of {longest} used, counted in {place}")
