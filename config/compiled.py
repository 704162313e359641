"""Django's templates as Python functions: the same words, without a walk from node to node.

What pages are mostly made of becomes code: text, variables, `if`, `for`, `with`, `include` and `localize`. Every other
tag stays a node, and so does what is not plain (config.quick says what is): the function calls it. The names that a
template takes from outside are looked up once. Whatever a condition raises is raised, or swallowed, by Django itself,
which is then asked the same again.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import count
from typing import Any

from django.template import Context, Node, VariableDoesNotExist
from django.template.base import NodeList, TextNode, VariableNode
from django.template.base import render_value_in_context as shown
from django.template.context import ContextDict
from django.template.defaulttags import CsrfTokenNode, ForNode, IfNode, WithNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.template.smartif import Literal
from django.templatetags.l10n import LocalizeNode
from django.utils.safestring import SafeString

from config.expressions import ELSE, MISSING, QuickExpression, QuickVariable, attribute, piped, root

TEST = {"or", "and", "in", "not in", "is", "is not", "==", "!=", ">", ">=", "<", "<="}
"""Operators of conditions that Python writes the same."""
Bound = Mapping[str, str]
"""Names of the template by the Python variable that holds them."""
STATEFUL = ("cyclevars", "_varlist")
"""What tags are known by that keep something in the rendering of their own template: cycle, ifchanged."""


class CompiledNodes(NodeList):
    """The nodes of a template, and the function that says what they say; made when first asked."""

    run: Callable[[Context], str] | None = None

    def render(self, context: Context) -> SafeString:
        """What all nodes say."""
        if not context.autoescape:
            return super().render(context)
        if self.run is None:
            self.run = Maker(self).made()
        return SafeString(self.run(context))


class Maker:
    """Writes the function of a template."""

    def __init__(self, nodes: NodeList) -> None:
        self.lines: list[str] = []
        self.given: dict[str, Any] = dict(GIVEN)
        self.roots: dict[str, str] = {}
        self.numbers = count()
        self.assigned = set(_assigned(nodes))
        self.body(nodes, {}, 1)

    def made(self) -> Callable[[Context], str]:
        """The function."""
        head = ["def run(context):", " dicts = context.dicts", " out = []; say = out.append"]
        head += [f" {variable} = root(dicts, {name!r})" for name, variable in self.roots.items()]
        source = "\n".join([*head, *self.lines, " return ''.join(out)"])
        exec(compile(source, "<template>", "exec"), self.given)  # noqa: S102 - of our own templates; data stays data
        run: Callable[[Context], str] = self.given["run"]
        return run

    def body(self, nodes: Iterable[Node], bound: Bound, depth: int) -> None:
        """Code of `nodes`, `depth` blanks from the margin."""
        self.line(depth, "pass")
        for node in nodes:
            write = WRITERS.get(type(node))
            if write is None or not write(self, node, bound, depth):
                self.line(depth, f"say({self.keep(node)}.render_annotated(context))")

    def line(self, depth: int, text: str) -> None:
        self.lines.append(" " * depth + text)

    def keep(self, value: Any) -> str:
        """A name under which the function finds `value`."""
        self.given[name := f"k{next(self.numbers)}"] = value
        return name

    def new(self) -> str:
        return f"v{next(self.numbers)}"

    def path(self, names: Sequence[str], bound: Bound) -> str:
        """What stands under `names`, or MISSING or ELSE."""
        first, *rest = names
        if first in bound:
            found = bound[first]
        elif first in self.assigned:
            found = f"root(dicts, {first!r})"
        else:
            found = self.roots.setdefault(first, f"r{len(self.roots)}")
        for name in rest:
            found = f"attribute({found}, {name!r})"
        return found

    def value(self, one: Any, bound: Bound, *, ignore: bool) -> str:
        """What `one.resolve(context, ignore)` gives."""
        kept = self.keep(one)
        if type(one) is not QuickExpression or (one.is_var and not one.names):
            return f"{kept}.resolve(context, {ignore})"
        if not one.is_var:
            return (
                f"piped({self.keep(one.var)}, {kept}, context, {ignore})" if one.calls else self.keep(one.var)
            )
        return f"piped({self.path(one.names, bound)}, {kept}, context, {ignore})"

    def condition(self, one: Any, bound: Bound) -> str:
        """A condition of `if`, as Python."""
        if isinstance(one, Literal):
            return self.value(one.value, bound, ignore=True)
        if one.id == "not":
            return f"(not {self.condition(one.first, bound)})"
        if one.id not in TEST:
            return f"asked({self.keep(one)}, context)"
        return f"({self.condition(one.first, bound)} {one.id} {self.condition(one.second, bound)})"

    def text(self, node: Any, _: Bound, depth: int) -> bool:
        self.line(depth, f"say({node.s!r})")
        return True

    def variable(self, node: Any, bound: Bound, depth: int) -> bool:
        one = node.filter_expression
        if type(one) is not QuickExpression or not one.names:
            return False
        found = self.path(one.names, bound)
        if one.calls:
            found = f"piped({found}, {self.keep(one)}, context, False)"
        self.line(depth, f"say(said({found}, {self.keep(node)}, context))")
        return True

    def choice(self, node: Any, bound: Bound, depth: int) -> bool:
        for condition, nodes in node.conditions_nodelists:
            if condition is not None:
                self.line(depth, f"try: m = {self.condition(condition, bound)}")
                self.line(depth, f"except Exception: m = asked({self.keep(condition)}, context)")
                self.line(depth, "if m:")
                self.body(nodes, bound, depth + 1)
                self.line(depth, "else:")
                depth += 1
            else:
                self.body(nodes, bound, depth)
                return True
        self.line(depth, "pass")
        return True

    def loop(self, node: Any, bound: Bound, depth: int) -> bool:
        if node.is_reversed:
            return False
        values, scope, item = self.new(), self.new(), self.new()
        self.line(depth, f"{values} = many({self.value(node.sequence, bound, ignore=True)})")
        self.line(depth, f"if not {values}:")
        self.body(node.nodelist_empty, bound, depth + 1)
        self.line(depth, "else:")
        counts = _counts(node.nodelist_loop)
        self.line(depth + 1, f"{scope} = ContextDict(context)")
        self.line(depth + 1, "try:")
        inside, at = dict(bound), depth + 3
        if counts:
            inside["forloop"] = f"{scope}_f"
            self.line(depth + 2, f"{scope}_f = {scope}['forloop'] = begun(context)")
            self.line(depth + 2, f"for {item}_i, {item} in enumerate({values}):")
            self.line(at, f"counted({scope}_f, {item}_i, len({values}))")
        else:
            self.line(depth + 2, f"for {item} in {values}:")
        names = node.loopvars
        if len(names) > 1:
            self.line(at, f"{item} = unpacked({item}, {len(names)})")
        for place, name in enumerate(names):
            one = f"{item}[{place}]" if len(names) > 1 else item
            inside[name] = self.bind(scope, name, one, at)
        self.body(node.nodelist_loop, inside, at)
        self.line(depth + 1, "finally: dicts.pop()")
        return True

    def scope(self, node: Any, bound: Bound, depth: int) -> bool:
        scope, inside = self.new(), dict(bound)
        values = {name: self.new() for name in node.extra_context}
        for name, variable in values.items():
            given = self.value(node.extra_context[name], bound, ignore=False)
            self.line(depth, f"{variable} = {given}")
        self.line(depth, f"{scope} = ContextDict(context)")
        self.line(depth, "try:")
        for name, variable in values.items():
            inside[name] = self.bind(scope, name, variable, depth + 1)
        self.body(node.nodelist, inside, depth + 1)
        self.line(depth, "finally: dicts.pop()")
        return True

    def bind(self, scope: str, name: str, value: str, depth: int) -> str:
        """Give `name` its value in the context too, for tags and templates within; the variable that holds it."""
        self.line(depth, f"{scope}[{name!r}] = {(held := self.new())} = {value}")
        self.line(depth, f"if callable({held}): {held} = ELSE")
        return held

    def local(self, node: Any, bound: Bound, depth: int) -> bool:
        self.line(
            depth, f"{(before := self.new())} = context.use_l10n; context.use_l10n = {bool(node.use_l10n)}"
        )
        self.body(node.nodelist, bound, depth)
        self.line(depth, f"context.use_l10n = {before}")
        return True

    def include(self, node: Any, bound: Bound, depth: int) -> bool:
        if node.isolated_context or getattr(node.template, "is_var", True) or node.template.calls:
            return False
        given = ", ".join(
            f"{name!r}: {self.value(one, bound, ignore=False)}" for name, one in node.extra_context.items()
        )
        self.line(depth, f"say({self.keep(Included(node))}(context, {{{given}}}))")
        return True

    def token(self, node: Any, _: Bound, depth: int) -> bool:
        self.line(depth, f"say(proof({self.keep(node)}, context))")
        return True


class Included:
    """Another template, in the middle of one."""

    def __init__(self, node: IncludeNode) -> None:
        self.node = node
        self.nodes: NodeList | None = None
        self.plain = False

    def __call__(self, context: Context, values: dict[str, Any]) -> str:
        """What it says under `values` besides what its surroundings know."""
        if self.nodes is None:
            self._find(context)
        if not self.plain or self.nodes is None:
            return str(self.node.render_annotated(context))
        with ContextDict(context, values):
            return self.nodes.render(context)

    def _find(self, context: Context) -> None:
        named: Any = self.node.template
        template: Any = context.template
        if str(named.var).startswith("."):
            self.nodes = NodeList()
            return
        self.nodes = template.engine.get_template(named.var).nodelist
        self.plain = isinstance(self.nodes, CompiledNodes) and not any(
            map(_keeps, self.nodes.get_nodes_by_type(Node))
        )


def said(value: Any, node: VariableNode, context: Context) -> str:
    """A value as the page shows it."""
    kind = type(value)
    if kind is str:
        return escape(value) if SPECIAL(value) else value
    if kind is SafeString:
        return value  # type: ignore[no-any-return]
    if kind is int and context.use_l10n is False:
        return str(value)
    if value is MISSING or value is ELSE:
        return str(node.render_annotated(context))
    return str(shown(value, context))


def proof(node: CsrfTokenNode, context: Any) -> str:
    """The field with the token against forged forms, written once a page: a case has one in each of its forms."""
    token = root(context.dicts, "csrf_token")
    of, written = getattr(context, "proof_written", (None, ""))
    if of is not token or token is ELSE:
        written = str(node.render_annotated(context))
        context.proof_written = token, written
    return str(written)


def asked(condition: Any, context: Context) -> Any:
    """A condition as `{% if %}` asks it."""
    try:
        return condition.eval(context)
    except VariableDoesNotExist:
        return None


def many(values: Any) -> Any:
    """What a loop goes through."""
    if values is None:
        return ()
    return values if hasattr(values, "__len__") else list(values)


def begun(context: Context) -> dict[str, Any]:
    """A loop's account of itself, in the loop around it."""
    around: dict[str, Any] = next(
        (scope["forloop"] for scope in list(reversed(context.dicts))[1:] if "forloop" in scope), {}
    )
    return {"parentloop": around}


def counted(loop: dict[str, Any], at: int, of: int) -> None:
    """Its account before it goes round for the `at`th time, from 0."""
    loop["counter0"], loop["counter"] = at, at + 1
    loop["revcounter"], loop["revcounter0"] = of - at, of - at - 1
    loop["first"], loop["last"] = at == 0, at == of - 1


def unpacked(item: Any, names: int) -> Any:
    """The parts of what a loop with several names goes through. ValueError as Django says it."""
    try:
        found = len(item)
    except TypeError:
        found = 1
    if found != names:
        raise ValueError(f"Need {names} values to unpack in for loop; got {found}. ")
    return tuple(item)


def _nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield from node.get_nodes_by_type(Node)


def _assigned(nodes: Iterable[Node]) -> Iterator[str]:
    """Names that a tag may give a value to: any word that a tag of another kind than ours holds."""
    for node in _nodes(nodes):
        if type(node) not in WRITERS:
            yield from (one for one in vars(node).values() if isinstance(one, str))


def _counts(nodes: Iterable[Node]) -> bool:
    """May anything in a loop ask how far it is? Whatever is not ours, and other templates, may."""
    for node in _nodes(nodes):
        if type(node) not in WRITERS or isinstance(node, IncludeNode) or "forloop" in repr(vars(node)):
            return True
    return False


def _keeps(node: Node) -> bool:
    """Does a tag keep anything in the rendering of its own template?"""
    return isinstance(node, BlockNode | ExtendsNode) or any(name in vars(node) for name in STATEFUL)


SPECIAL = re.compile("[&<>\"']").search
WRITERS: dict[type[Node], Callable[[Maker, Any, Bound, int], bool]] = {
    TextNode: Maker.text, QuickVariable: Maker.variable, IfNode: Maker.choice, ForNode: Maker.loop,
    WithNode: Maker.scope, LocalizeNode: Maker.local, IncludeNode: Maker.include, CsrfTokenNode: Maker.token,
}  # fmt: skip
GIVEN: dict[str, Any] = {
    one.__name__: one
    for one in (root, attribute, piped, said, proof, asked, many, begun, counted, unpacked, ContextDict)
} | {"ELSE": ELSE}
