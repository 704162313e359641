"""Variables and filters of templates, found faster than Django finds them.

A page of ours asks for a few hundred variables. Django tries each step as a key, then as an attribute, then as an
index, and learns from exceptions which of them it was; a name that is missing (no error, no draft) costs as much as
twenty that are there. Here the plain cases are told by the kind of the value: keys of dictionaries, attributes of
objects that have no keys. Whatever is anything else is left to Django.
"""

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from django.template import Context
from django.template.base import FilterExpression, Parser, Variable, VariableNode
from django.template.base import render_value_in_context as shown
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]

Call = tuple[Callable[..., Any], tuple[Any, ...], bool, bool, bool]
"""A filter: its function and arguments, and whether it wants local time, the escaping, and keeps what is safe."""

ELSE: Any = object()
"""What is not plain: Django finds it."""
MISSING: Any = object()


class QuickExpression(FilterExpression):
    """A variable or a constant and its filters. `resolve` gives what Django's gives."""

    __slots__ = ("calls", "names")

    def __init__(self, token: str, parser: Parser) -> None:
        super().__init__(token, parser)
        self.names: tuple[str, ...] = ()
        if self.is_var and not self.var.translate:
            self.names = self.var.lookups or ()
        self.calls = [_call(function, arguments) for function, arguments in self.filters]

    def resolve(self, context: Context, ignore_failures: bool = False) -> Any:
        """What Django's gives."""
        value = self.var
        if self.is_var:
            value = found(context, self.names) if self.names else ELSE
        return piped(value, self, context, ignore_failures)

    def slowly(self, context: Context, ignore_failures: bool) -> Any:
        """The same, found by Django."""
        return super().resolve(context, ignore_failures)


class QuickVariable(VariableNode):
    """A variable that is shown."""

    def render_annotated(self, context: Context) -> str:
        value = self.filter_expression.resolve(context)
        kind = type(value)
        if kind is SafeString:
            return value  # type: ignore[no-any-return]
        if context.autoescape:
            if kind is str:
                return escape(value)
            if kind is int and context.use_l10n is False:
                return str(value)
        return shown(value, context)


def found(context: Context, names: tuple[str, ...]) -> Any:
    """What stands under `names`, one inside the other; MISSING when nothing does, ELSE when Django must look."""
    value = root(context.dicts, names[0])
    for name in names[1:]:
        value = attribute(value, name)
    return value


def root(scopes: list[Any], name: str) -> Any:
    """What the innermost scope that knows the name has under it."""
    for scope in reversed(scopes):
        if name in scope:
            value = scope[name]
            return ELSE if callable(value) else value
    return MISSING


def attribute(value: Any, name: str) -> Any:
    """What a value has under a name."""
    if value is MISSING or value is ELSE:
        return value
    kind = type(value)
    if kind is dict:
        if name not in value:
            return ELSE if hasattr(dict, name) or name.isdigit() else MISSING
        value = value[name]
    elif _has_no_keys(kind):
        try:
            value = getattr(value, name)
        except Exception:  # some are no failure: Django knows which
            return ELSE
    else:
        return ELSE
    return ELSE if callable(value) else value


def piped(value: Any, one: QuickExpression, context: Context, ignore_failures: bool) -> Any:
    """`one`, whose variable was found to be `value`, through its filters."""
    if value is MISSING:
        value = None if ignore_failures else "" if not _says_invalid(context) else ELSE
    if value is ELSE:
        return one.slowly(context, ignore_failures)
    for function, arguments, local, escaping, keeps in one.calls:
        given = arguments
        if arguments and type(arguments[0]) is tuple:
            given = (found(context, arguments[0]),)
            if given[0] is ELSE or given[0] is MISSING:
                return one.slowly(context, ignore_failures)
        before = template_localtime(value, context.use_tz) if local else value
        value = (
            function(before, *given, autoescape=context.autoescape) if escaping else function(before, *given)
        )
        if keeps and isinstance(before, SafeString):
            value = mark_safe(value)  # noqa: S308 - as Django does
    return value


def _has_no_keys(kind: type) -> bool:
    """None that a template could name: a tuple's numbers are no attributes either, and left to Django."""
    plain = _plain.get(kind)
    if plain is None:
        plain = _plain[kind] = not hasattr(kind, "__getitem__") or issubclass(kind, tuple)
    return plain


_plain: dict[type, bool] = {}


def _says_invalid(context: Context) -> bool:
    template: Any = context.template
    return bool(template.engine.string_if_invalid)


def _call(function: Any, arguments: Iterable[tuple[bool, Any]]) -> Call:
    """The filter made ready. An argument that is a variable is the tuple of its names; anything else is its value."""
    given = tuple(_argument(one) if looked_up else mark_safe(one) for looked_up, one in arguments)  # noqa: S308
    wants = ("expects_localtime", "needs_autoescape", "is_safe")
    local, escaping, keeps = (bool(getattr(function, name, False)) for name in wants)
    return function, given, local, escaping, keeps


def _argument(variable: Variable) -> Any:
    return variable.lookups if variable.lookups and not variable.translate else variable.literal
