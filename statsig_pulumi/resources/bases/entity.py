"""The base class of every resource."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from inspect import Parameter, isawaitable
from typing import Any, ClassVar, Final, Literal, Self, dataclass_transform

from pulumi import CustomResource, Output, ResourceOptions, get_organization, get_project, get_stack
from pulumi.dynamic import Resource
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import UNKNOWN as ENGINE_UNKNOWN
from pulumi.runtime import is_dry_run
from pulumi.runtime.invoke import invoke_output

from ...engine import no_registration_messages
from ...errors import InvalidInputsError, Problem, root_of
from ...json_values import Json, encode_none
from ...lifecycle.creation import Creation
from ...lifecycle.crud import Lifecycle
from ...lifecycle.deletion import Deletion
from ...lifecycle.resource_client import ResourceClient
from ...lifecycle.run_context import Claim
from ...lifecycle.update import Updater
from ...program import IfValid, find_program, refuse, type_error
from ...provider import ENGINE_KEY, EntityProvider
from ...schema.arguments import find_misplaced, find_wrong_names, find_wrong_paths, get_root, replace_wrong
from ...schema.declaration import REGISTRY, Declaration, Endpoint
from ...schema.introspection import Introspected, Shown
from ...schema.live_object import LiveObject
from ...schema.options import computed, required
from ...schema.places import find_places_of_keys
from ...schema.properties import Property, declare_properties
from ...schema.sentences import Sentence
from ...schema.state import HIDDEN, IMPORT, RESOURCE, SECRET, SECRET_PLACES, STACK, WITHOUT_VALUE
from ...schema.validation import describe_type, find_unusable
from .inputs import WithoutValue, find_known_problems, find_secret_places, list_outputs, start_check
from .references import replace_resources

Category = Literal["Feature flags", "Experiments", "Metrics and alerts", "Warehouse", "Project and access"]
"""The groups in which the documentation lists resources, in its order."""
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

    public_names: ClassVar[tuple[str, ...]] = ("get", "id", "urn")
    parameters_before = (Parameter("resource_name", Parameter.POSITIONAL_OR_KEYWORD, annotation=str),)
    parameters_after = (
        Parameter("opts", Parameter.KEYWORD_ONLY, default=None, annotation=Shown("ResourceOptions | None")),
    )

    declaration: ClassVar[Declaration]
    properties: ClassVar[dict[str, Property[Any]]] = {}
    lifecycle: ClassVar[type[Lifecycle]] = Lifecycle
    resource_client: ClassVar[type[ResourceClient]] = ResourceClient
    creation: ClassVar[type[Creation]] = Creation
    updater: ClassVar[type[Updater]] = Updater
    deletion: ClassVar[type[Deletion]] = Deletion
    category: ClassVar[Category]
    """Group of the documentation that lists the resource."""
    import_id: ClassVar[str] = ""
    """What the id of an import is, if it is not a property that programs set."""
    terraform_type: ClassVar[str] = ""
    """The resource type of the Terraform provider statsig-io/statsig, without ``statsig_``; empty if it has none."""
    used_by: ClassVar[tuple[str, ...]] = ()
    """Kinds whose objects keep one that they refer to from being deleted, where the API may delete it nevertheless."""
    loss: ClassVar[str] = ""
    """What ends with the object, such as "code that checks it gets false"; empty if nothing depends on it."""
    has_console_page: ClassVar[bool] = False
    """Whether the console shows the object at the path of its endpoint."""

    def __init_subclass__(cls, *, endpoint: Endpoint | None = None) -> None:
        super().__init_subclass__(module="statsig", name=cls.__name__)
        cls.properties = declare_properties(cls)
        if endpoint is None:
            return  # a base of several resources
        cls.declaration = Declaration(cls.__name__, cls, endpoint, cls.properties)
        REGISTRY[cls.__name__] = cls.declaration

    def __init__(
        self, resource_name: str = "", *misplaced: Any, opts: ResourceOptions | None = None, **values: Any
    ) -> None:
        """Declare a resource under a unique name.

        Raises TypeError for wrong arguments, and InvalidInputsError if the API would reject the values. In a program
        that the engine runs, the problems of all resources are one error at its end, and nothing is registered.
        """
        cls, program = type(self), find_program()
        subject = f"{cls.__name__} '{resource_name}'" if isinstance(resource_name, str) else cls.__name__
        wrong = list(_find_wrong_arguments(cls, resource_name, misplaced, opts, values))
        if wrong and program is None:
            raise type_error(subject, wrong)
        values = replace_wrong(cls, misplaced, values) if wrong else values
        inputs = {n: encode_none(value) for n, value in replace_resources(self.properties, values).items()}
        wrong += find_known_problems(cls, inputs)
        if wrong:
            refuse(subject, wrong, InvalidInputsError)
            self._declared = frozenset(values)
            self._register_invalid(resource_name, opts)
            return
        if opts is not None and opts.import_:  # the SDK ignores an empty id
            # The engine's own import fails for Python dynamic resources: the provider adopts instead.
            inputs[IMPORT], opts = opts.import_, _without_import(opts)
        check = start_check(cls, subject, inputs, program) if program else None
        inputs |= {name: Output.secret(inputs[name]) for name in _always_secret(self.properties) & inputs.keys()}
        inputs |= self.reserved_inputs(inputs, resource_name, opts)
        self._declared = frozenset(name for name in inputs if name in self.properties)
        self._register(resource_name, inputs, opts, check)

    def __dir__(self) -> list[str]:
        return dir(type(self))

    def declares(self, name: str) -> bool:
        """Return whether the program sets the property."""
        return name in getattr(self, "_declared", ())

    @classmethod
    def get(cls, resource_name: str, id: str, opts: ResourceOptions | None = None) -> Self:
        """Return the live object with this id. It is read and not managed. If it does not exist, the command fails."""
        self = cls.__new__(cls)
        subject = f"{cls.__name__}.get('{resource_name}')" if isinstance(resource_name, str) else f"{cls.__name__}.get"
        if wrong := [*_find_wrong_arguments(cls, resource_name, (), opts, {}), *_find_wrong_id(id)]:
            refuse(subject, wrong, type_error)
            self._register_invalid(resource_name, opts)
        else:
            self._register(resource_name, {}, ResourceOptions.merge(opts, ResourceOptions(id=id)))
        return self

    def _register_invalid(self, resource_name: Any, opts: Any) -> None:
        """Have outputs that fail like those of a failed registration: an invalid program registers nothing."""
        name = resource_name if isinstance(resource_name, str) and resource_name else type(self).__name__
        self._register(name, {}, opts if isinstance(opts, ResourceOptions) else None)

    def _register(
        self,
        resource_name: str,
        inputs: dict[str, Any],
        opts: ResourceOptions | None,
        check: Future[None] | None = None,
    ) -> None:
        # Each output costs the SDK five futures: with all outputs, a thousand gates would take twice as long.
        # Outputs that `output` reads later are all secret if one is, so resources with secrets register all of them.
        is_all = not inputs or bool(_always_secret(self.properties))
        outputs = dict.fromkeys(self.properties) if is_all else {}
        if secret := list(self.declaration.secret_outputs):
            opts = ResourceOptions.merge(opts, ResourceOptions(additional_secret_outputs=secret))
        program, provider = find_program(), _serialize_provider(self.declaration.kind)
        values = outputs | inputs | {ENGINE_KEY: IfValid(program, provider, check) if program else provider}
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
        stack = f"{get_organization()}/{get_project()}/{get_stack()}"
        reserved: dict[str, Any] = {RESOURCE: self._place(resource_name, opts), STACK: stack}
        if paths := getattr(opts, "hide_diffs", None):
            reserved[HIDDEN] = sorted(self.properties if "*" in paths else map(get_root, paths))
        if outputs := list_outputs(inputs):
            places = find_secret_places(outputs)
            reserved |= {
                SECRET: places.apply(lambda known: sorted(set(map(root_of, known))) or None),
                SECRET_PLACES: places.apply(lambda known: find_places_of_keys(self.properties, known) or None),
                WITHOUT_VALUE: WithoutValue(outputs),
            }
        return reserved

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
        return self._resource.apply(lambda resource: _get_output(resource["state"], name))

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
    def consequences(cls, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterable[Sentence]:
        """Yield what a change means, such as "passes for everyone", for previews and reviews.

        ``before`` and ``after`` hold all values of the object, by name. ``before`` is empty for a new object. Values
        may be missing; unknown and secret ones are ``UNKNOWN``.
        """
        return ()

    @classmethod
    def find_loss(cls, outputs: Mapping[str, Json]) -> str:
        """Return what ends with an object that has these outputs; empty if it has ended already."""
        return cls.loss

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return values to compare in place of the live ones, by name, for what Statsig changes by itself."""
        return {}


@cache
def _serialize_provider(kind: str) -> str:
    """Return the provider of a kind as the state holds it."""
    serialized: str = serialize_provider(EntityProvider(kind))
    return serialized


def _find_wrong_arguments(
    cls: type[Entity], resource_name: Any, misplaced: tuple[Any, ...], opts: Any, values: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield the problems of a call that are no problems of values."""
    if not isinstance(resource_name, str) or not resource_name:
        yield Problem("", f"needs a name as its first argument: write {cls.__name__}('name', ...)")
    if any(isinstance(value, ResourceOptions) for value in misplaced):
        yield Problem("", "takes resource options by name: write opts=pulumi.ResourceOptions(...)")
    others = tuple(value for value in misplaced if not isinstance(value, ResourceOptions))
    yield from find_misplaced(cls, others, f"{cls.__name__}('name', ")
    yield from find_wrong_names(cls, values)
    if opts is not None and not isinstance(opts, ResourceOptions):
        yield Problem("opts", f"must be pulumi.ResourceOptions, not {type(opts).__name__}")
    for option in PATH_OPTIONS:
        yield from find_wrong_paths(cls, option, getattr(opts, option, None) or ())
    if not isinstance(getattr(opts, "import_", None), str | None):
        yield Problem("import_", "must be a str: the preview reads the object with this id")


def _find_wrong_id(id_: Any) -> Iterator[Problem]:
    """Yield the problems of an id. Without an id, the engine would create an object."""
    if isinstance(id_, Output) or isawaitable(id_):
        return
    if not isinstance(id_, str):
        yield Problem("id", f"must be a str, not {describe_type(id_)}")
    elif not id_.strip():
        yield Problem("id", "must not be empty")
    else:
        yield from find_unusable(id_, "id")


def _get_output(state: Mapping[str, Json], name: str) -> Any:
    """Return an output; one that a preview does not have, and one of a resource that failed, is not known."""
    value = state.get(name)
    return ENGINE_UNKNOWN if not state or (value is None and is_dry_run()) else value


def _always_secret(properties: Mapping[str, Property[Any]]) -> set[str]:
    return {name for name, p in properties.items() if p.options.secret}


def _without_import(opts: ResourceOptions) -> ResourceOptions:
    copied = ResourceOptions.merge(opts, None)
    copied.import_ = None
    return copied
