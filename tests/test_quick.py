"""Templates are made quicker and say the same: whatever a template can name, beside what Django makes of it."""

from collections import namedtuple
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.template import (
    Context,
    Engine,
    Template,
    TemplateDoesNotExist,
    TemplateSyntaxError,
    VariableDoesNotExist,
)
from django.template.loader import get_template
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from config.compiled import CompiledNodes
from config.quick import Quick

PARTS = {
    "part": "[{{ s.text }}{{ x }}{{ own }}{% with own='inside' %}{{ own }}{% endwith %}]",
    "row": "{% for y in l %}{{ forloop.parentloop.counter }}.{{ forloop.counter }}{{ y }} {% endfor %}",
    "turns": "{% cycle 'a' 'b' %}",
    "marks": "{% now 'Y' as own %}{{ own|length }}",
    "asks": "{% csrf_token %}{% csrf_token %}",
}
LIBRARIES = {"l10n": "django.templatetags.l10n", "tz": "django.templatetags.tz"}
KEPT = ("django.template.loaders.locmem.Loader", PARTS)
ENGINE = Engine(libraries=LIBRARIES, loaders=[("config.quick.Loader", [KEPT])])
SLOW = Engine(libraries=LIBRARIES, loaders=[KEPT])
Pair = namedtuple("Pair", "left right")


@dataclass(frozen=True, slots=True)
class Screen:
    text: str
    n: int
    more: Any


class Odd:
    """An object with everything that a template treats in a way of its own."""

    shut = "shut"

    def called(self) -> str:
        return "<called>"

    def wants(self, one: int) -> int:
        return one

    def drops(self) -> str:
        raise AssertionError("a template must not do this")

    drops.alters_data = True  # type: ignore[attr-defined]

    @property
    def silent(self) -> str:
        raise ObjectDoesNotExist

    @property
    def loud(self) -> str:
        raise LookupError("loud")


VALUES: dict[str, Any] = {
    "s": Screen("<a & 'b'>", 7, {"x": mark_safe("<i>"), "items": "mine", "deep": {"y": [1, 2]}}),
    "odd": Odd(), "d": {"k": "v", "1": "one"}, "l": ["<x>", "y"], "p": Pair("l", 1.5), "none": None, "yes": True,
    "at": datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "lazy": gettext_lazy("<lazy>"), "f": 1234.5, "big": 1234567,
    "called": [Odd()], "csrf_token": SimpleLazyObject(lambda: "<token>"),
    "wrapped": SimpleLazyObject(lambda: Screen("w", 1, None)), "f2": "k", "empty": "",
}  # fmt: skip

PIECES = (
    "{{ s.text }}", "{{ s.n }}", "{{ s.more.x }}", "{{ s.more.deep.y.1 }}", "{{ s.more.items }}", "{{ d.items }}",
    "{{ s.gone }}|{{ gone }}|{{ gone.deeper }}|{{ d.gone }}|{{ none.gone }}|{{ l.9 }}", "{{ none }}{{ yes }}",
    "{{ l.0 }}{{ p.left }}{{ p.0 }}{{ p.right }}{{ d.1 }}", "{{ odd.called }}{{ odd.wants }}{{ odd.drops }}",
    "{{ odd.shut }}{{ odd.silent }}", "{{ wrapped.text }}{{ wrapped.gone }}", "{{ lazy }}{{ big }}{{ f }}",
    "{{ at }}{{ at|date:'H:i' }}",
    "{% load l10n %}{% localize off %}{{ big }}{{ f }}{{ s.n }}{% endlocalize %}",
    "{% load tz %}{% timezone 'Europe/Paris' %}{{ at|date:'H:i' }}{{ at }}{% endtimezone %}",
    "{{ gone|default:'<none>' }}{{ s.text|default:s.n }}{{ empty|default:l.0 }}",
    "{{ s.text|upper|lower }}{{ s.text|safe }}{{ l|join:', ' }}{{ l|join:d.k }}{{ s.more.x|upper }}{{ s.text|length }}",
    "{{ 'const<' }}{{ 3 }}{{ 'a'|add:'b' }}{{ s.n|add:2 }}{{ s.n|add:s.n }}{{ _('word') }}",
    "{% if gone %}a{% elif s.n > 3 and not gone %}b{% endif %}{% if 'x' in s.more %}c{% endif %}",
    "{% if gone == none %}d{% endif %}",
    "{% if s.n == 7 or gone.x %}e{% endif %}{% if l.9 < 3 %}f{% else %}g{% endif %}",
    "{% if odd.called == '<called>' %}h{% endif %}",
    "{% for x in l %}{{ forloop.counter }}{{ x }}{% endfor %}{% for x in gone %}{% empty %}none{% endfor %}",
    "{% for k in s.more.items %}{{ k }}{% endfor %}{% for a, b in d.items %}{{ a }}={{ b }}{% endfor %}",
    "{% with x=s.text y=gone %}{{ x }}[{{ y }}]{% endwith %}",
    "{% autoescape off %}{{ s.text }}{{ s.n }}{% endautoescape %}",
    "{% with x='shadow' %}{% for x in l %}{{ x }}{% endfor %}{{ x }}{% endwith %}{{ x }}",
    "{% for s in l %}{{ s }}{{ s.text }}{% endfor %}{{ s.text }}", "{% for x in none %}a{% empty %}b{% endfor %}",
    "{% for x in l reversed %}{{ x }}{{ forloop.last }}{% endfor %}{% for x in s.text %}{{ x }}{% endfor %}",
    "{% for x in l %}{% include 'part' %}{% include 'row' %}{% endfor %}{% include 'part' with x=s.n only %}",
    "{% for x in l %}{% include 'turns' %}{% cycle 'c' 'd' %}{% endfor %}{% include 'marks' %}{{ own }}",
    "{% include f3|default:'part' with own='x' %}", "{% with p='part' %}{% include p %}{% endwith %}",
    "{% for x in l %}{% for y in l %}{{ forloop.parentloop.counter }}{% endfor %}{% endfor %}",
    "{% now 'Y' as s %}{{ s|length }}{{ s.text }}{% if s.text %}a{% else %}b{% endif %}",
    "{% if not gone %}a{% endif %}{% if l.9 < 3 or yes %}b{% endif %}{% if not l.9 < 3 and none is none %}c{% endif %}",
    "{% if s.text|length > 3 and 'a' not in d %}d{% endif %}{% if gone|default:'x' == 'x' %}e{% endif %}",
    "{% if odd.silent or odd.shut == 'shut' %}f{% endif %}{% if 1 < 2 < 3 %}g{% endif %}{% if s.n in l %}h{% endif %}",
    "{% if d == d and 'k' in d and d.k %}i{% elif gone %}j{% else %}k{% endif %}",
    "{% if s.more.x %}{{ s.more.x }}{% endif %}",
    "{% for f in l %}{% if forloop.first %}{{ f }}{% endif %}{% ifchanged f %}{{ f }}{% endifchanged %}{% endfor %}",
    "{% for x in wrapped.text %}{{ x }}{% endfor %}{% for o in called %}{{ o.called }}{{ o.shut }}{% endfor %}",
    "{% csrf_token %}{% include 'asks' %}{% include 'asks' only %}",
    "{% with csrf_token='b' %}{% csrf_token %}{% endwith %}",
    "{# nothing #}{% comment %}{{ s }}{% endcomment %}'quoted'{{ 'x' }}",
    "{% firstof gone s.text %}{% cycle 'a' s.text %}{% widthratio s.n 14 100 %}{% now 'Y' as year %}{{ year|length }}",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_a_quick_template_says_what_djangos_says(piece: str) -> None:
    said, quick = Template(piece, engine=SLOW), Quick(piece, engine=ENGINE)
    for _ in range(2):  # some things are found out at the first time
        assert quick.render(Context(dict(VALUES))) == said.render(Context(dict(VALUES)))
    assert isinstance(quick.nodelist, CompiledNodes)
    assert quick.nodelist.run, "it was made a function"


def test_what_is_wrong_is_as_wrong() -> None:
    for kind in (Template, Quick):
        with pytest.raises(LookupError, match="loud"):
            kind("{{ odd.loud }}", engine=ENGINE).render(Context(VALUES))
        with pytest.raises(ValueError, match="Need 2 values to unpack"):
            kind("{% for a, b in l %}{% endfor %}", engine=ENGINE).render(
                Context(VALUES | {"l": [[1, 2, 3]]})
            )
        with pytest.raises(LookupError, match="loud"):
            kind("{% if odd.loud %}{% endif %}", engine=ENGINE).render(Context(VALUES))
        with pytest.raises(TemplateDoesNotExist):
            kind("{% include 'nowhere' %}", engine=ENGINE).render(Context(VALUES))
        with pytest.raises(VariableDoesNotExist):
            kind("{{ none|default:gone }}", engine=ENGINE).render(Context(VALUES))


def test_a_page_that_fails_leaves_its_surroundings_as_they_were() -> None:
    made: Any = Quick(
        "{% with x=s %}{% for y in l %}{% include 'part' %}{{ odd.loud }}{% endfor %}{% endwith %}",
        engine=ENGINE,
    )
    context: Any = Context(VALUES)
    with pytest.raises(LookupError, match="loud"), context.bind_template(made):
        made.nodelist.render(context)
    assert len(context.dicts) == len(Context(VALUES).dicts)


@pytest.mark.parametrize("name", ["__import__", "s.__class__", "s._private", "s.text;x", "s.text)"])
def test_no_name_in_a_template_becomes_code(name: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Quick("{{ NAME }}".replace("NAME", name), engine=ENGINE)


def test_no_text_in_a_template_becomes_code() -> None:
    text = """'); raise SystemExit #\n\\'\"{{ s.text }}"""
    assert Quick(text, engine=ENGINE).render(Context(VALUES)) == Template(text, engine=SLOW).render(
        Context(VALUES)
    )


def test_an_engine_that_shows_missing_names_shows_them() -> None:
    telling = Engine(string_if_invalid="[%s]")
    assert Quick("{{ gone.x }}", engine=telling).render(Context({})) == "[gone.x]"


def test_every_template_of_ours_is_quick() -> None:
    for path in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html")):
        found: Any = get_template(str(path.relative_to(settings.BASE_DIR / "templates")))
        assert isinstance(found.template, Quick), path
