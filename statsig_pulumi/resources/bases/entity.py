"""The base class of every resource."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from inspect import Parameter, isawaitable
from typing import Any, ClassVar, Final, Self, dataclass_transform

from pulumi import CustomResource, Output, ResourceOptions, get_organization, get_project, get_stack
from pulumi.dynamic import Resource
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import UNKNOWN as ENGINE_UNKNOWN
from pulumi.runtime import is_dry_run
from pulumi.runtime.invoke import invoke_output

from ...engine import no_registration_messages
from ...errors import InvalidInputsError, Problem
from ...json_values import FOREIGN_KEY, MAX_DEPTH, TOO_DEEP, UNKNOWN, Json, encode_none, normalize_json
from ...lifecycle.crud import Lifecycle
from ...lifecycle.resource_client import ResourceClient
from ...lifecycle.run_context import Claim
from ...lifecycle.update import Updater
from ...provider import ENGINE_KEY, EntityProvider
from ...schema import validation
from ...schema.declaration import REGISTRY, Declaration, Endpoint
from ...schema.introspection import Introspected, Shown
from ...schema.live_object import LiveObject
from ...schema.options import computed, required
from ...schema.properties import Property, check_names, check_paths, declare_properties
from ...schema.state import IMPORT, RESOURCE, SECRET, STACK
from .references import replace_resources

PATH_OPTIONS: Final = ("ignore_changes", "replace_on_changes", "additional_secret_outputs", "hide_diffs")
"""The options of a resource that name properties."""


def argument(*, kw_only: bool, default: Any = ...) -> Any:
    """Declare a constructor argument that is no property. Only type checkers read it."""


@dataclass_transform(kw_only_default=True, field_specifiers=(required, computed, argument))
class _Declared(Resource):
    """Base that derives constructors from class bodies, for type checkers."""


class Entity(_Declared, metaclass=Introspected):
    """Base of all resources: ``class Tag(Entity, endpoint=Endpoint("tags"))`` declares one.

    Set a property with a plain value or an Output, at any depth; it reads as an Output. An omitted property is not
    managed: its value in Statsig is unchanged. An explicit empty value (``[]``, ``""``, ``None``) clears it.
    """

    resource_name: str = argument(kw_only=False)
    opts: ResourceOptions | None = argument(kw_only=True, default=None)

    public_names = ("get", "id", "urn")
    parameters_before = (Parameter("resource_name", Parameter.POSITIONAL_OR_KEYWORD, annotation=str),)
    parameters_after = (
        Parameter("opts", Parameter.KEYWORD_ONLY, default=None, annotation=Shown("ResourceOptions | None")),
    )

    declaration: ClassVar[Declaration]
    properties: ClassVar[dict[str, Property[Any]]] = {}
    lifecycle: ClassVar[type[Lifecycle]] = Lifecycle
    resource_client: ClassVar[type[ResourceClient]] = ResourceClient
    updater: ClassVar[type[Updater]] = Updater
    terraform_type: ClassVar[str] = ""
    """The resource type of the Terraform provider statsig-io/statsig, without ``statsig_``; empty if it has none."""
    used_by: ClassVar[tuple[str, ...]] = ()
    """Kinds whose objects keep one that they refer to from being deleted, where the API may delete it nevertheless."""

    def __init_subclass__(cls, *, endpoint: Endpoint | None = None) -> None:
        super().__init_subclass__(module="statsig", name=cls.__name__)
        cls.properties = declare_properties(cls)
        if endpoint is None:
            return  # a base of several resources
        cls.declaration = Declaration(cls.__name__, cls, endpoint, cls.properties)
        REGISTRY[cls.__name__] = cls.declaration

    def __init__(self, resource_name: str, *, opts: ResourceOptions | None = None, **values: Any) -> None:
        """Declare a resource under a unique name; raises InvalidInputsError if the API would reject the values."""
        check_names(type(self), values)
        for option in PATH_OPTIONS:
            check_paths(type(self), option, getattr(opts, option, None) or ())
        inputs = {n: encode_none(value) for n, value in replace_resources(self.properties, values).items()}
        if opts is not None and opts.import_ is not None:
            if not isinstance(opts.import_, str):
                raise TypeError("import_ must be a str: the preview reads the object with this id")
            # The engine's own import fails for Python dynamic resources: the provider adopts instead.
            inputs[IMPORT], opts = opts.import_, _without_import(opts)
        _raise_problems(self.declaration, resource_name, inputs)
        inputs |= {name: Output.secret(inputs[name]) for name in _always_secret(self.properties) & inputs.keys()}
        inputs |= self.reserved_inputs(inputs, resource_name, opts)
        self._declared = frozenset(name for name in inputs if name in self.properties)
        self._register(resource_name, inputs, opts)

    def __dir__(self) -> list[str]:
        return dir(type(self))

    def declares(self, name: str) -> bool:
        """Return whether the program sets the property."""
        return name in getattr(self, "_declared", ())

    @classmethod
    def get(cls, resource_name: str, id: str, opts: ResourceOptions | None = None) -> Self:
        """Return the live object with this id. It is read and not managed. If it does not exist, the command fails."""
        self = cls.__new__(cls)
        self._register(resource_name, {}, ResourceOptions.merge(opts, ResourceOptions(id=id)))
        return self

    def _register(self, resource_name: str, inputs: dict[str, Any], opts: ResourceOptions | None) -> None:
        # Each output costs the SDK five futures: with all outputs, a thousand gates would take twice as long.
        # Outputs that `output` reads later are all secret if one is, so resources with secrets register all of them.
        is_all = not inputs or bool(_always_secret(self.properties))
        outputs = dict.fromkeys(self.properties) if is_all else {}
        if secret := list(self.declaration.secret_outputs):
            opts = ResourceOptions.merge(opts, ResourceOptions(additional_secret_outputs=secret))
        values = outputs | inputs | {ENGINE_KEY: _serialize_provider(self.declaration.kind)}
        with no_registration_messages():
            # Not through the constructor of dynamic resources: it pickles a provider for each resource, and with it
            # in between, the state has a line of this file as the source position.
            CustomResource.__init__(self, f"pulumi-python:{self._resource_type_name}", resource_name, values, opts)
        self._untrack_outputs()

    def _untrack_outputs(self) -> None:
        """Have the SDK wait for the registration alone, and not for each of its outputs.

        Each time that a pending output of the program is resolved, the SDK goes through all of them again: the total
        time is quadratic in their number. A program ends when no registration and no output is pending, so one output
        is pending until this registration has started.
        """
        # Not `hasattr(output, ...)`: an Output has every attribute, as an Output. Older SDKs have no such method.
        outputs = [output for output in vars(self).values() if hasattr(type(output), "_untrack")]
        for output in outputs:
            output._untrack()
        if outputs:
            Output.from_input(None)

    def reserved_inputs(
        self, inputs: Mapping[str, Any], resource_name: str, opts: ResourceOptions | None
    ) -> dict[str, Any]:
        """Return what only the program knows, under reserved keys. An override adds to these."""
        secret = _secret_names(inputs)
        stack = f"{get_organization()}/{get_project()}/{get_stack()}"
        reserved: dict[str, Any] = {RESOURCE: self._place(resource_name, opts), STACK: stack}
        return reserved if secret is None else reserved | {SECRET: secret}

    def _place(self, resource_name: str, opts: ResourceOptions | None) -> str:
        """Return the URN, for a plugin that cannot find it in its call. With a parent, return the name."""
        if opts is not None and opts.parent is not None:
            return resource_name
        return f"urn:pulumi:{get_stack()}::{get_project()}::pulumi-python:{self._resource_type_name}::{resource_name}"

    def output(self, name: str) -> Output[Any]:
        """Return a property as an Output. If it is not declared, the engine returns it on request."""
        if name in self.__dict__:
            declared: Output[Any] = self.__dict__[name]
            return declared
        return self._resource.apply(lambda resource: _as_previewed(resource["state"].get(name)))

    @cached_property
    def _resource(self) -> Output[Any]:
        return invoke_output("pulumi:pulumi:getResource", {"urn": self.urn})

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterable[Problem]:
        """Yield the problems that involve several properties.

        ``values`` omits missing, unknown and invalid values.
        """
        return ()

    @classmethod
    def claim(cls, values: Mapping[str, Json]) -> Claim | None:
        """Return what these inputs manage of another object, so that two resources do not manage the same."""
        return None

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return a response in the form that the properties are decoded from."""
        return response

    @classmethod
    def explain_exclusion(cls, live: LiveObject) -> str:
        """Return why no resource can manage a live object, such as one that Statsig made by itself; empty if one can.

        Exports name such an object with this reason, and it is neither imported nor listed as unmanaged.
        """
        return ""

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        """Return what an export declares, if it depends on more than one property."""
        return values

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return values to compare in place of the live ones, by name, for what Statsig changes by itself."""
        return {}


@cache
def _serialize_provider(kind: str) -> str:
    """Return the provider of a kind as the state holds it."""
    serialized: str = serialize_provider(EntityProvider(kind))
    return serialized


def _raise_problems(declaration: Declaration, resource_name: str, inputs: dict[str, Any]) -> None:
    """Raise InvalidInputsError with every problem of the values that are known while the program runs."""
    problems = list(validation.find_problems(declaration.cls, normalize_json(_known(inputs))))
    if problems:
        raise InvalidInputsError(f"{declaration.kind} '{resource_name}'", problems)


def _as_previewed(value: Json) -> Any:
    """Return a value; in a preview, a missing one is not known yet."""
    return ENGINE_UNKNOWN if value is None and is_dry_run() else value


def _always_secret(properties: Mapping[str, Property[Any]]) -> set[str]:
    return {name for name, p in properties.items() if p.options.secret}


def _known(value: Any, depth: int = 0) -> Json:
    """Return a value with UNKNOWN for everything that is not known while the program runs."""
    match value:
        case Output():
            return UNKNOWN
        case dict() | list() | tuple() if depth > MAX_DEPTH:
            return TOO_DEEP
        case dict():
            return {
                key: _known(item, depth + 1) if isinstance(key, str) else FOREIGN_KEY for key, item in value.items()
            }
        case list() | tuple():
            return [_known(item, depth + 1) for item in value]
        case _ if isawaitable(value):
            return UNKNOWN
        case _:
            return value


def _secret_names(inputs: Mapping[str, Any]) -> Output[list[str] | None] | None:
    """Return the names of the properties that hold a secret Output at any depth; None if there is no Output."""
    outputs = [(name, output) for name, value in inputs.items() for output in _outputs_in(value)]
    if not outputs:
        return None

    def select(are_secret: list[bool]) -> list[str] | None:
        return sorted({name for (name, _), is_secret in zip(outputs, are_secret, strict=True) if is_secret}) or None

    return Output.all(*(_is_secret(output) for _, output in outputs)).apply(select)


def _is_secret(output: Output[Any]) -> Output[bool]:
    is_secret: Awaitable[bool] = output.is_secret()
    return Output.from_input(is_secret)


def _outputs_in(value: Any) -> Iterator[Output[Any]]:
    match value:
        case Output():
            yield value
        case dict():
            for item in value.values():
                yield from _outputs_in(item)
        case list() | tuple():
            for item in value:
                yield from _outputs_in(item)


def _without_import(opts: ResourceOptions) -> ResourceOptions:
    copied = ResourceOptions.merge(opts, None)
    copied.import_ = None
    return copied
