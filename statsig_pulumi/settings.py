"""Settings of the package: every ``statsig:*`` key of a stack and every ``STATSIG_*`` variable, validated once.

``SETTINGS`` lists them. To add one, add a field to Settings or Policy, and its Setting.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_address
from typing import Any, Final, Literal, NamedTuple, Self, get_args
from urllib.parse import urlsplit

from .errors import InvalidSettingError

Source = Literal["arguments", "environment", "stack_configuration"]
PRECEDENCE: Final[tuple[Source, ...]] = ("arguments", "stack_configuration", "environment")
"""The sources of settings. If two sources have a setting, the first one counts."""

OnExisting = Literal["fail", "adoptIdentical", "adopt"]
ImportMismatch = Literal["fail", "adopt"]
OnConcurrentEdit = Literal["warn", "fail", "overwrite"]
OnRelease = Literal["keep", "reset"]

DEFAULT_BASE_URL: Final = "https://statsigapi.net/console/v1"
STORE_SERVERS: Final = {"postgres": "postgresql", "postgresql": "postgresql", "redis": "redis", "rediss": "redis"}
"""The servers that can hold a write budget, by the scheme of their URL. A server has the name of its extra."""
NAMESPACE: Final = "statsig"
"""The namespace of the keys in the configuration of a stack."""
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}


class Window(NamedTuple):
    """A limit of the write budget: the most writes in a number of seconds."""

    writes: int
    seconds: int

    def __str__(self) -> str:
        minutes, rest = divmod(self.seconds, 60)
        return f"{self.writes} in {self.seconds} s" if rest else f"{self.writes} in {minutes} min"


DEFAULT_WRITE_BUDGET: Final = (Window(100, 10), Window(900, 900))
"""Console API, Rate limits: about 100 writes in 10 s and 900 in 15 min per project."""


@dataclass(frozen=True)
class Policy:
    """Decisions of a lifecycle that a stack makes for all resources which do not make them."""

    archive_on_delete: bool = False
    validate_on_preview: bool = False
    on_existing: OnExisting = "fail"
    import_mismatch: ImportMismatch = "fail"
    offline_preview: bool = False
    on_concurrent_edit: OnConcurrentEdit = "warn"
    on_release: OnRelease = "keep"


DEFAULT_POLICY: Final = Policy()


@dataclass(frozen=True)
class Settings:
    """The settings of one command. ``SETTINGS`` documents the fields."""

    api_key: str = field(default="", repr=False)
    base_url: str = DEFAULT_BASE_URL
    allow_http: bool = False
    respect_reviews: bool = False
    write_budget: tuple[Window, ...] = DEFAULT_WRITE_BUDGET
    write_budget_store: str = field(default="", repr=False)
    policy: Policy = DEFAULT_POLICY
    debug: bool = False
    project: str = ""
    api_key_source: str = field(default="", compare=False)
    """The name by which the source of the key has it."""

    @classmethod
    def from_sources(
        cls,
        arguments: Mapping[str, str] | None = None,
        stack_configuration: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Return the settings of these sources; ``PRECEDENCE`` has their order.

        ``arguments`` are named as the fields, ``stack_configuration`` has keys such as ``statsig:apiKey``, and
        ``environment`` is that of the process if it is omitted. A blank value counts as not set.
        Raises InvalidSettingError for a value that is not accepted, and for an unencrypted base URL.
        """
        sources: dict[Source, Mapping[str, str]] = {
            "arguments": arguments or {},
            "environment": os.environ if environment is None else environment,
            "stack_configuration": stack_configuration or {},
        }
        values = {}
        for setting in SETTINGS:
            value = setting.read(sources)
            if value is not None:
                values[setting.field] = value
        policy = {each.name: values.pop(each.name) for each in fields(Policy) if each.name in values}
        settings = cls(**values, policy=Policy(**policy), api_key_source=API_KEY.find_source(sources))
        if not settings.allow_http and _is_unencrypted(settings.base_url):
            raise InvalidSettingError(
                f"{BASE_URL.title} must start with https://, because http:// sends the key unencrypted",
                next_step=f"for a test server on another machine, set {ALLOW_HTTP.title} to true",
            )
        return settings


@dataclass(frozen=True)
class Setting:
    """One setting: its names in each source, and how its text is read."""

    field: str
    """The field of Settings or Policy, which is also its name among arguments."""
    key: str | None
    """The key in the configuration of a stack."""
    variable: str | None
    """The environment variable."""
    doc: str
    parse: Callable[[str], Any]
    """Return the value of a text that is not blank; raises ValueError, with the reason where it is not obvious."""
    accepted: str
    """The accepted values, as an error names them."""
    is_secret: bool = False
    """Whether errors must not repeat the value."""

    @property
    def is_boolean(self) -> bool:
        """Whether it is true or false."""
        return bool(self.accepted == _TRUE_OR_FALSE["accepted"])

    @property
    def title(self) -> str:
        """The names of the setting for messages: ``STATSIG_CONSOLE_URL (or statsig:baseUrl)``."""
        first, *others = [name for name in (self.variable, self.key) if name]
        return f"{first} (or {others[0]})" if others else first

    def from_environment(self) -> Any:
        """Return the value in the environment of the process, or None; raises InvalidSettingError."""
        return self.read({"environment": os.environ})

    def read(self, sources: Mapping[Source, Mapping[str, str]]) -> Any:
        """Return the value in the first source that has it, or None; raises InvalidSettingError."""
        return next((self._parse(name, text) for name, text in self._find(sources)), None)

    def find_source(self, sources: Mapping[Source, Mapping[str, str]]) -> str:
        """Return the name by which the first source has the setting; empty if none has."""
        return next((name for name, _ in self._find(sources)), "")

    def _find(self, sources: Mapping[Source, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
        """Yield the name and the text in each source that has the setting, the first one first."""
        names: dict[Source, str | None] = {
            "arguments": self.field,
            "environment": self.variable,
            "stack_configuration": self.key,
        }
        for source in PRECEDENCE:
            name = names[source]
            if name and (text := sources.get(source, {}).get(name, "").strip()):
                yield name, text

    def _parse(self, name: str, text: str) -> Any:
        try:
            return self.parse(text)
        except ValueError as error:
            shown = "" if self.is_secret else f", not '{_hide_credentials(text)}'"
            reason = f": {error}" if str(error) else ""
            raise InvalidSettingError(f"{name} must be {self.accepted}{shown}{reason}") from None


def check_stack_keys(keys: Iterable[str], project: str) -> None:
    """Raise InvalidSettingError for a ``statsig:`` key of a stack that is no setting.

    In a Pulumi project with the name ``statsig``, such keys may be those of the program: then only a key that
    resembles a setting is an error.
    """
    for key in sorted(keys):
        if key.partition(":")[0] != NAMESPACE or key in STACK_KEYS:
            continue
        similar = get_close_matches(key, STACK_KEYS, n=1, cutoff=0.8)
        if similar or project != NAMESPACE:
            hint = f"did you mean {similar[0]}?" if similar else f"the settings are {', '.join(sorted(STACK_KEYS))}"
            raise InvalidSettingError(f"{key} is not a setting", next_step=hint)


def _parse_key(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        raise ValueError
    return text


def _parse_base_url(text: str) -> str:
    address = urlsplit(text)  # raises ValueError for a malformed host
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError
    return text


def _hide_credentials(text: str) -> str:
    """Return a text without the user and password of a URL in it."""
    return re.sub(r"(?<=//)[^/\s]*@", "[secret]@", text)


def _is_unencrypted(url: str) -> bool:
    """Return whether requests to this URL leave the machine without encryption."""
    address = urlsplit(url)
    host = address.hostname or ""
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost" or host.endswith(".localhost")
    return address.scheme == "http" and not is_loopback


def _parse_write_budget(text: str) -> tuple[Window, ...]:
    if text == "off":
        return ()
    windows = sorted((_parse_window(part.strip()) for part in text.split(",")), key=lambda window: window.seconds)
    for short, long in itertools.pairwise(windows):
        if not 1 < long.writes / short.writes <= long.seconds / short.seconds:
            raise ValueError(f"{short} and {long} do not limit each other")
    return tuple(windows)


def _parse_window(text: str) -> Window:
    match = re.fullmatch(r"([1-9]\d*)\s*/\s*([1-9]\d*)\s*([smh])", text)
    if match is None:
        raise ValueError
    return Window(int(match[1]), int(match[2]) * _UNITS[match[3]])


def _parse_store(text: str) -> str:
    try:
        is_known = urlsplit(text).scheme in STORE_SERVERS
    except ValueError:  # its text may repeat the password
        is_known = False
    if not is_known:
        raise ValueError
    return text


def _one_of(words: tuple[str, ...], values: tuple[Any, ...], *, ignore_case: bool = False) -> dict[str, Any]:
    """Return ``parse`` and ``accepted`` of a setting with these words for these values."""
    by_word = dict(zip(words, values, strict=True))

    def parse(text: str) -> Any:
        word = text.lower() if ignore_case else text
        if word not in by_word:
            raise ValueError
        return by_word[word]

    return {"parse": parse, "accepted": f"{', '.join(words[:-1])} or {words[-1]}"}


_TRUE_OR_FALSE: Final = _one_of(("true", "false"), (True, False), ignore_case=True)

API_KEY: Final = Setting(
    "api_key",
    "statsig:apiKey",
    "STATSIG_CONSOLE_KEY",
    "The Console API key.",
    _parse_key,
    "a key of printable ASCII characters",
    is_secret=True,
)
BASE_URL: Final = Setting(
    "base_url",
    "statsig:baseUrl",
    "STATSIG_CONSOLE_URL",
    f"Replaces the whole base URL of the API, {DEFAULT_BASE_URL}.",
    _parse_base_url,
    f"a whole URL, such as {DEFAULT_BASE_URL}",
)
ALLOW_HTTP: Final = Setting(
    "allow_http",
    "statsig:allowHttp",
    "STATSIG_ALLOW_HTTP",
    "Accept a base URL that starts with http:// and is not of this machine.",
    **_TRUE_OR_FALSE,
)
WRITE_BUDGET_STORE: Final = Setting(
    "write_budget_store",
    "statsig:writeBudgetStore",
    None,
    "The URL of a PostgreSQL or Redis server through which several machines share the write budget.",
    _parse_store,
    "a URL such as postgresql://… or redis://…",
    is_secret=True,
)
DEBUG: Final = Setting(
    "debug",
    None,
    "STATSIG_DEBUG",
    "Show the full traceback of an error, and with `--debug` the SDK's messages on each registration.",
    **_one_of(("1", "0"), (True, False)),
)
SETTINGS: Final = (
    API_KEY,
    BASE_URL,
    ALLOW_HTTP,
    Setting(
        "project",
        "statsig:project",
        "STATSIG_PROJECT",
        "The id or name of the Statsig project. With the key of another project, every command fails.",
        str,
        "the id or name of a Statsig project",
    ),
    Setting(
        "offline_preview",
        "statsig:offlinePreview",
        "STATSIG_OFFLINE_PREVIEW",
        "Have previews send no requests, so that they need no key.",
        **_TRUE_OR_FALSE,
    ),
    Setting(
        "respect_reviews",
        "statsig:respectReviews",
        None,
        "Ask the API to honour the review settings of the project.",
        **_TRUE_OR_FALSE,
    ),
    Setting(
        "archive_on_delete",
        "statsig:archiveOnDelete",
        None,
        "Archive gates, configs, experiments and segments instead of deleting them.",
        **_TRUE_OR_FALSE,
    ),
    Setting(
        "validate_on_preview",
        "statsig:validateOnPreview",
        None,
        "Have Statsig run the queries of warehouse-native sources at the preview; each takes one write of the budget.",
        **_TRUE_OR_FALSE,
    ),
    Setting(
        "on_existing",
        "statsig:onExisting",
        None,
        "What to do when the object of a new resource exists: fail, adopt it if it is as declared, or adopt it always.",
        **_one_of(get_args(OnExisting), get_args(OnExisting)),
    ),
    Setting(
        "import_mismatch",
        "statsig:importMismatch",
        None,
        "What to do when the object of an import differs from the program: fail, or adopt and change it.",
        **_one_of(get_args(ImportMismatch), get_args(ImportMismatch)),
    ),
    Setting(
        "on_concurrent_edit",
        "statsig:onConcurrentEdit",
        "STATSIG_ON_CONCURRENT_EDIT",
        "Effect if others changed the object of an update after the state was written: warn, fail, or also remove"
        " what they added.",
        **_one_of(get_args(OnConcurrentEdit), get_args(OnConcurrentEdit)),
    ),
    Setting(
        "on_release",
        "statsig:onRelease",
        "STATSIG_ON_RELEASE",
        "Effect on a property that is no longer declared: keep its value, or reset it to Statsig's default.",
        **_one_of(get_args(OnRelease), get_args(OnRelease)),
    ),
    Setting(
        "write_budget",
        "statsig:writeBudget",
        None,
        "How many writes are sent to the Statsig project in how much time.",
        _parse_write_budget,
        "such as '100/10s, 900/15m', or 'off'",
    ),
    WRITE_BUDGET_STORE,
    DEBUG,
)
"""All settings, in the order of the documentation."""

STACK_KEYS: Final = tuple(setting.key for setting in SETTINGS if setting.key)
"""The keys that this package reads from the configuration of a stack."""
