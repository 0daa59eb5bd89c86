"""The Pulumi side of a declaration: the base class of every entity."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, Self, dataclass_transform

from pulumi import Output, ResourceOptions, get_project, get_stack
from pulumi.dynamic import Resource
from pulumi.output import UNKNOWN as ENGINE_UNKNOWN
from pulumi.runtime import is_dry_run
from pulumi.runtime.invoke import invoke_output

from ...errors import InvalidInputsError, Problem
from ...json_values import UNKNOWN, Json, encode_none, normalize_json
from ...lifecycle.crud import Lifecycle
from ...lifecycle.resource_client import ResourceClient
from ...lifecycle.run_context import Claim
from ...provider import EntityProvider
from ...schema import validation
from ...schema.declaration import REGISTRY, Declaration, Endpoint
from ...schema.live_object import LiveObject
from ...schema.options import computed, required
from ...schema.properties import Property, check_names, declare_properties
from ...schema.state import IMPORT, RESOURCE, SECRET


class _Omitted:
    """What a property is that the program does not declare."""

    def __repr__(self) -> str:
        return "..."


OMITTED = _Omitted()


def argument(*, kw_only: bool, default: Any = ...) -> Any:
    """A constructor argument that is no property; for type checkers alone."""


@dataclass_transform(kw_only_default=True, field_specifiers=(required, computed, argument))
class _Declared(Resource):
    """Tells type checkers that the class bodies below make constructors."""


class Entity(_Declared):
    """Base of all resources: ``class Tag(Entity, endpoint=Endpoint("tags"))`` declares one.

    Set a property with a plain value or an Output, at any depth; it reads as an Output. An omitted property is not
    managed: its value in Statsig is unchanged. An explicit empty value (``[]``, ``""``, ``None``) clears it.
    """

    resource_name: str = argument(kw_only=False)
    opts: ResourceOptions | None = argument(kw_only=True, default=None)

    declaration: ClassVar[Declaration]
    properties: ClassVar[dict[str, Property[Any]]]
    lifecycle: ClassVar[type[Lifecycle]] = Lifecycle
    resource_client: ClassVar[type[ResourceClient]] = ResourceClient
    terraform_type: ClassVar[str] = ""
    """The resource type of the Terraform provider statsig-io/statsig, without ``statsig_``; empty if it has none."""

    def __init_subclass__(cls, *, endpoint: Endpoint | None = None) -> None:
        super().__init_subclass__(module="statsig", name=cls.__name__)
        cls.properties = declare_properties(cls)
        if endpoint is None:
            return  # properties that several entities share, and no entity
        cls.declaration = Declaration(cls.__name__, cls, endpoint, cls.properties)
        cls.__signature__ = _signature(cls.declaration)  # type: ignore[attr-defined]
        REGISTRY[cls.__name__] = cls.declaration

    def __init__(self, resource_name: str, *, opts: ResourceOptions | None = None, **given: Any) -> None:
        """Declare one under a name that is unique in the program; raises InvalidInputsError for what cannot be."""
        check_names(type(self), given)
        inputs = {name: encode_none(value) for name, value in given.items()}
        if opts is not None and opts.import_ is not None:
            if not isinstance(opts.import_, str):
                raise TypeError("import_ has to be the id as text, because the preview looks the object up by it")
            # The engine's own import fails for Python dynamic resources: the provider adopts instead.
            inputs[IMPORT], opts = opts.import_, _without_import(opts)
        _refuse_what_is_wrong(self.declaration, resource_name, inputs)
        inputs |= {name: Output.secret(inputs[name]) for name in _secret_by_nature(self.properties) & inputs.keys()}
        inputs |= {RESOURCE: self._place(resource_name, opts), **self.extra_inputs(inputs)}
        if (secret := _secret_names(inputs)) is not None:
            inputs[SECRET] = secret
        self.declared = frozenset(name for name in inputs if name in self.properties)
        self._register(resource_name, inputs, opts)

    @classmethod
    def get(cls, resource_name: str, id: str, opts: ResourceOptions | None = None) -> Self:
        """The live object with this id, to be read and not managed; a missing one is an error."""
        self = cls.__new__(cls)
        self._register(resource_name, {}, ResourceOptions.merge(opts, ResourceOptions(id=id)))
        return self

    def _register(self, resource_name: str, inputs: dict[str, Any], opts: ResourceOptions | None) -> None:
        # Each output costs the SDK five futures, so that a thousand gates with all of theirs would take twice as long.
        # Those that are asked for later are all secret where one is, which is no good to an entity with secrets.
        is_all = not inputs or bool(_secret_by_nature(self.properties))
        outputs = dict.fromkeys(self.properties) if is_all else {}
        if secret := list(self.declaration.secret_outputs):
            opts = ResourceOptions.merge(opts, ResourceOptions(additional_secret_outputs=secret))
        Resource.__init__(self, EntityProvider(self.declaration.kind), resource_name, outputs | inputs, opts)

    def _place(self, resource_name: str, opts: ResourceOptions | None) -> str:
        """The URN, of which the plugin is not told; under a parent it would be a matter of outputs."""
        if opts is not None and opts.parent is not None:
            return resource_name
        return f"urn:pulumi:{get_stack()}::{get_project()}::pulumi-python:{self._resource_type_name}::{resource_name}"

    def output(self, name: str) -> Output[Any]:
        """A property as the resource has it; of one that is not declared, the engine is asked when it is read."""
        if name in self.__dict__:
            own: Output[Any] = self.__dict__[name]
            return own
        return self._resource.apply(lambda resource: _as_previewed(resource["state"].get(name)))

    @cached_property
    def _resource(self) -> Output[Any]:
        return invoke_output("pulumi:pulumi:getResource", {"urn": self.urn})

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterable[Problem]:
        """What is wrong between properties; missing, unknown and individually wrong ones are left out of ``values``."""
        return ()

    @classmethod
    def extra_inputs(cls, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return inputs under reserved keys, for what only the program knows."""
        return {}

    @classmethod
    def claim(cls, values: Mapping[str, Json]) -> Claim | None:
        """Return what these inputs manage of another object, so that two resources do not manage the same."""
        return None

    @classmethod
    def validate_change(
        cls, olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]
    ) -> Iterable[Problem]:
        """Yield why an object with the values ``olds`` cannot become what ``news`` declares.

        ``changed`` are the names of the properties that differ.
        """
        return ()

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return a response in the form that the properties are decoded from."""
        return response

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        """What a program would write of a live object, where it depends on more than one property."""
        return values

    @classmethod
    def requires(cls, values: Mapping[str, Json]) -> Iterable[str]:
        """Return the kinds of other resources that an object with these inputs cannot work without."""
        return ()

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return values to compare in place of the live ones, by name, for what Statsig changes by itself."""
        return {}


def _refuse_what_is_wrong(declaration: Declaration, resource_name: str, inputs: dict[str, Any]) -> None:
    """Fail at the program's own line for all that is wrong with the values known while it runs."""
    found = list(validation.find_problems(declaration.cls, normalize_json(_known(inputs))))
    if found:
        raise InvalidInputsError(f"{declaration.kind} '{resource_name}'", found)


def _as_previewed(value: Json) -> Any:
    """What a preview does not find is not known yet."""
    return ENGINE_UNKNOWN if value is None and is_dry_run() else value


def _secret_by_nature(properties: Mapping[str, Property[Any]]) -> set[str]:
    return {name for name, p in properties.items() if p.options.secret}


def _known(value: Any) -> Json:
    """The value with everything that is not known while the program runs as UNKNOWN."""
    match value:
        case Output():
            return UNKNOWN
        case dict():
            return {key: _known(item) for key, item in value.items()}
        case list() | tuple():
            return [_known(item) for item in value]
        case _ if inspect.isawaitable(value):
            return UNKNOWN
        case _:
            return value


def _secret_names(inputs: Mapping[str, Any]) -> Output[list[str] | None] | None:
    """The properties that hold a secret Output, at any depth; nothing where no Output stands."""
    asked = [(name, output) for name, value in inputs.items() for output in _outputs_in(value)]
    if not asked:
        return None
    names = [name for name, _ in asked]
    answers = Output.all(*(_is_secret(output) for _, output in asked))
    return answers.apply(
        lambda found: sorted({n for n, is_secret in zip(names, found, strict=True) if is_secret}) or None
    )


def _is_secret(output: Output[Any]) -> Output[bool]:
    answer: Awaitable[bool] = output.is_secret()
    return Output.from_input(answer)


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


def _signature(declaration: Declaration) -> inspect.Signature:
    """What ``help()`` and editors without a type checker show."""
    named = [
        inspect.Parameter("resource_name", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str),
        *(
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if p.options.required else OMITTED,
            )
            for name, p in declaration.inputs.items()
        ),
        inspect.Parameter("opts", inspect.Parameter.KEYWORD_ONLY, default=None),
    ]
    return inspect.Signature(named)
