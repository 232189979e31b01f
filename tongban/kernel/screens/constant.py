"""Django's tags of words and addresses, of which most always give the same: `{% translate "…" %}`
and `{% static "…" %}` of what is written in the template are worked out once for each language.

A page has some forty, and they took a tenth of its time.
"""

from typing import Any

from django.template import Context, Library, Node
from django.template.base import FilterExpression, Parser, Token, Variable
from django.templatetags import i18n, static
from django.utils.translation import get_language

register = Library()
for theirs in (i18n.register, static.register):
    register.tags.update(theirs.tags)
    register.filters.update(theirs.filters)


class Constant(Node):
    """A node that gives the same on every page of a language."""

    def __init__(self, node: Node):
        self.node, self.given = node, dict[str | None, str]()

    def render(self, context: Context) -> str:
        language = get_language()
        given = self.given.get(language)
        if given is None:
            given = self.given[language] = self.node.render(context)
        return given


@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    node: Any = i18n.do_translate(parser, token)
    fixed = _is_written(node.filter_expression) and not node.message_context and not node.asvar
    return Constant(node) if fixed else node


@register.tag("static")
def static_address(parser: Parser, token: Token) -> Node:
    node: Any = static.do_static(parser, token)
    return Constant(node) if _is_written(node.path) and not node.varname else node


def _is_written(said: FilterExpression) -> bool:
    """In the template itself, and nothing is done to it."""
    var = said.var
    return not said.filters and (
        isinstance(var, str) or (isinstance(var, Variable) and var.literal is not None)
    )
