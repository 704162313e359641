"""Django's templates, with variables found faster.

A page of ours asks for a few hundred variables. Django tries each step as a key, then as an attribute, then as an
index, and learns from exceptions which of them it was; a name that is missing (no error, no draft) costs as much as
twenty that are there. Here the plain cases are told by the kind of the value: keys of dictionaries, attributes of
objects that have no keys. Whatever is anything else is left to Django, and so are templates that are debugged.
"""

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from django.template import Context, Node, Origin, Template
from django.template.base import FilterExpression, Lexer, NodeList, Parser, Token, Variable, VariableNode
from django.template.base import render_value_in_context as shown
from django.template.loaders import cached
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]

Call = tuple[Callable[..., Any], tuple[Any, ...], bool, bool, bool]
"""A filter: its function and arguments, and whether it wants local time, the escaping, and keeps what is safe."""

ELSE: Any = object()
"""What is not plain: Django finds it."""
MISSING: Any = object()


class Loader(cached.Loader):
    """Templates of other loaders, each compiled once."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """The template of that name. Raises TemplateDoesNotExist."""
        found = super().get_template(template_name, skip)
        if self.engine.debug or isinstance(found, Quick):
            return found
        made = Quick(found.source, found.origin, found.name, self.engine)
        self.get_template_cache[self.cache_key(template_name, skip)] = made
        return made


class Quick(Template):
    """A template of quick expressions."""

    def compile_nodelist(self) -> NodeList:
        engine: Any = self.engine
        tokens = Lexer(self.source).tokenize()
        parser: Any = QuickParser(tokens, engine.template_libraries, engine.template_builtins, self.origin)
        nodes: NodeList = parser.parse()
        self.extra_data = parser.extra_data
        return nodes


class QuickParser(Parser):
    """Makes quick expressions, wherever a tag asks for one."""

    def compile_filter(self, token: str) -> "QuickExpression":
        return QuickExpression(token, self)

    def extend_nodelist(self, nodelist: NodeList, node: Node, token: Token) -> None:
        quick = QuickVariable(node.filter_expression) if type(node) is VariableNode else node
        super().extend_nodelist(nodelist, quick, token)


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
        value = self.var
        if self.is_var:
            value = found(context, self.names) if self.names else ELSE
            if value is MISSING:
                value = None if ignore_failures else "" if not _says_invalid(context) else ELSE
            if value is ELSE:
                return super().resolve(context, ignore_failures)
        for function, arguments, local, escaping, keeps in self.calls:
            given = arguments
            if arguments and type(arguments[0]) is tuple:
                given = (found(context, arguments[0]),)
                if given[0] is ELSE or given[0] is MISSING:
                    return super().resolve(context, ignore_failures)
            before = template_localtime(value, context.use_tz) if local else value
            value = (
                function(before, *given, autoescape=context.autoescape)
                if escaping
                else function(before, *given)
            )
            if keeps and isinstance(before, SafeString):
                value = mark_safe(value)  # noqa: S308 - as Django does
        return value


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
    first = names[0]
    for scope in reversed(context.dicts):
        if first in scope:
            value = scope[first]
            break
    else:
        return MISSING
    if callable(value):
        return ELSE
    for name in names[1:]:
        kind = type(value)
        if kind is dict:
            if name in value:
                value = value[name]
            else:
                return ELSE if hasattr(dict, name) or name.isdigit() else MISSING
        elif _has_no_keys(kind):
            try:
                value = getattr(value, name)
            except Exception:  # some are no failure: Django knows which
                return ELSE
        else:
            return ELSE
        if callable(value):
            return ELSE
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
