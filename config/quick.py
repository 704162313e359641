"""Django's templates, rendered faster: variables by config.expressions, whole templates by config.compiled.

Templates that are debugged are left to Django.
"""

from typing import Any

from django.template import Node, Origin, Template
from django.template.base import Lexer, NodeList, Parser, Token, VariableNode
from django.template.loaders import cached

from config.compiled import CompiledNodes
from config.expressions import QuickExpression, QuickVariable


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
        nodes = CompiledNodes(parser.parse())
        self.extra_data = parser.extra_data
        return nodes


class QuickParser(Parser):
    """Makes quick expressions, wherever a tag asks for one."""

    def compile_filter(self, token: str) -> QuickExpression:
        return QuickExpression(token, self)

    def extend_nodelist(self, nodelist: NodeList, node: Node, token: Token) -> None:
        quick = QuickVariable(node.filter_expression) if type(node) is VariableNode else node
        super().extend_nodelist(nodelist, quick, token)
