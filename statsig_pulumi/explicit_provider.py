"""The explicit provider: the key and the settings of one of several Statsig projects in a program."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import isawaitable
from typing import Any, Final

from pulumi import Input, Output, ProviderResource, ResourceOptions

from .errors import InvalidSettingError
from .program import find_line, in_one_line, to_run_error
from .settings import SETTINGS, ImportMismatch, OnConcurrentEdit, OnExisting, OnRelease, Settings

PACKAGE: Final = "pulumi-python"
"""The package of dynamic resources, whose provider the engine configures."""
SECRETS: Final = tuple(setting.field for setting in SETTINGS if setting.is_secret)
KEYS: Final[Mapping[str, str]] = {setting.field: setting.key for setting in SETTINGS if setting.key}
SETTING: Final = {setting.field: setting for setting in SETTINGS}


class Provider(ProviderResource):
    """A Statsig project: its key and settings, for the resources that get it as their provider.

    Pass it as ``opts=pulumi.ResourceOptions(provider=...)``, or to a component as ``providers=[...]``. Only the
    settings given here count, and for what is omitted the environment; the configuration of the stack does not.
    Changing them, such as rotating the key, changes no resource.
    """

    @in_one_line
    def __init__(
        self,
        resource_name: str,
        *,
        api_key: Input[str],
        project: Input[str] | None = None,
        base_url: Input[str] | None = None,
        allow_http: Input[bool] | None = None,
        respect_reviews: Input[bool] | None = None,
        archive_on_delete: Input[bool] | None = None,
        validate_on_preview: Input[bool] | None = None,
        on_existing: Input[OnExisting] | None = None,
        import_mismatch: Input[ImportMismatch] | None = None,
        on_concurrent_edit: Input[OnConcurrentEdit] | None = None,
        on_release: Input[OnRelease] | None = None,
        write_budget: Input[str] | None = None,
        write_budget_store: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Declare a project; raises InvalidSettingError for a value that is not accepted.

        ``api_key`` is a Console API key of the project; in the state it is a secret. ``project`` is the id or name of
        the project, which the key must be for. The other settings are those of a stack.
        """
        given = {
            "api_key": api_key,
            "project": project,
            "base_url": base_url,
            "allow_http": allow_http,
            "respect_reviews": respect_reviews,
            "archive_on_delete": archive_on_delete,
            "validate_on_preview": validate_on_preview,
            "on_existing": on_existing,
            "import_mismatch": import_mismatch,
            "on_concurrent_edit": on_concurrent_edit,
            "on_release": on_release,
            "write_budget": write_budget,
            "write_budget_store": write_budget_store,
        }
        line = find_line()
        self.settings = {
            KEYS[name]: _check_setting(f"Provider '{resource_name}'", name, value, line)
            for name, value in given.items()
            if value is not None or name == "api_key"
        }
        if not isinstance(opts, ResourceOptions | None):
            raise TypeError(f"Provider '{resource_name}': opts must be ResourceOptions, not {type(opts).__name__}")
        known = {key: value for key, value in self.settings.items() if isinstance(value, str)}
        Settings.from_sources(stack_configuration=known)
        secret = {KEYS[name] for name in SECRETS}
        inputs = {key: Output.secret(value) if key in secret else value for key, value in self.settings.items()}
        super().__init__(PACKAGE, resource_name, inputs, opts)


def _check_setting(provider: str, name: str, value: Any, line: str) -> Any:
    """Return a value as the configuration of a stack has it; raises InvalidSettingError, later for an Output.

    An empty key is an error: the engine would use that of the environment, which may be of another project.
    """
    if isinstance(value, Output) or isawaitable(value):

        def check(known: Any) -> Any:
            try:
                return _check_setting(provider, name, known, line)
            except InvalidSettingError:  # it may show the value, which may be secret
                error = InvalidSettingError(f"{provider}: {name} must be {SETTING[name].accepted}")
                raise to_run_error(error, line) from None

        return Output.from_input(value).apply(check)
    setting = SETTING[name]
    text = str(value).lower() if isinstance(value, bool) and setting.is_boolean else value
    if name == "api_key" and (text is None or text == "" or str(text).isspace()):
        raise InvalidSettingError(f"{provider}: {name} must be {setting.accepted}; it is empty")
    if not isinstance(text, str):
        raise InvalidSettingError(f"{provider}: {name} must be {setting.accepted}, not {type(value).__name__}")
    try:
        setting.read({"arguments": {name: text}})
    except InvalidSettingError as error:
        raise error.with_subject(provider) from None
    return text
