"""Tags that always give the same are worked out once for each language, and no others."""

from django.template import Context, Template
from django.utils.translation import override

from tongban.kernel.screens.constant import Constant


def given(template, language, **more):
    with override(language):
        return template.render(Context(more))


def test_words_of_the_template_are_said_once_in_each_language():
    words = Template("{% load i18n %}{% translate '退出' %}")
    (fixed,) = words.nodelist.get_nodes_by_type(Constant)
    for _again in range(2):
        assert given(words, "zh-hans") == "退出" and given(words, "en") == "Sign out"
    assert fixed.given == {"zh-hans": "退出", "en": "Sign out"}
    assert Template("{% load i18n %}{% translate '50%' %}").render(Context()) == "50%"


def test_what_differs_from_page_to_page_is_worked_out_each_time():
    for text in (
        "{% load i18n %}{% translate said %}",
        "{% load i18n %}{% translate '退出'|add:said %}",
        "{% load i18n %}{% translate '退出' as kept %}{{ said }}",
        "{% load i18n %}{% blocktranslate %}{{ said }}{% endblocktranslate %}",
        "{% load static %}{% static said %}",
    ):
        template = Template(text)
        assert not list(template.nodelist.get_nodes_by_type(Constant)), text
        assert [given(template, "en", said=one)[-1] for one in ("a", "b")] == ["a", "b"], text


def test_addresses_of_files_are_worked_out_once():
    page = Template("{% load static %}{% static 'tongban.css' %}{% static 'icon.svg' %}")
    assert page.render(Context()) == "/static/tongban.css/static/icon.svg"
    assert len(page.nodelist.get_nodes_by_type(Constant)) == 2
