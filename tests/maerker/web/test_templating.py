"""Texts and addresses in templates: short ways with the meaning of the long ones."""

import flask
import flask_babel

from maerker import wording
from maerker.web.templating import address
from tests.makers import Here


def rendered(source: str, **values: object) -> str:
    app = Here.world.platform.app("town")
    with app.test_request_context("/"):
        return app.jinja_env.from_string(source).render(**values)


def test_a_value_in_a_text_is_escaped() -> None:
    assert rendered("{{ _('Gruß an %(who)s', who=who) }}", who="<b>") == "Gruß an &lt;b&gt;"


def test_a_text_without_values_keeps_its_marks() -> None:
    assert rendered("{{ _('Straßen & <em>Wege</em>') }}") == "Straßen & <em>Wege</em>"


def test_a_per_cent_sign_is_written_twice() -> None:
    assert rendered("{{ _('zu 60 %%') }}") == "zu 60 %"


def test_the_number_chooses_the_form() -> None:
    form = "{{ ngettext('1 Ort zu %(what)s', '%(num)s Orte zu %(what)s', n, what=what) }}"
    assert rendered(form, n=1, what="<A>") == "1 Ort zu &lt;A&gt;"
    assert rendered(form, n=3, what="A") == "3 Orte zu A"


def test_plain_text_is_not_escaped() -> None:
    assert rendered("{% autoescape false %}{{ _('Von %(who)s', who='A & B') }}{% endautoescape %}") == "Von A & B"


def test_a_text_is_translated_where_another_language_is_read() -> None:
    app = Here.world.platform.app("town")
    with app.test_request_context("/"), flask_babel.force_locale("en"):
        translations = flask_babel.get_translations()
        translations._catalog["Ort der Probe"] = "Place of the probe"
        assert app.jinja_env.from_string("{{ _('Ort der Probe') }}").render() == "Place of the probe"
    assert rendered("{{ _('Ort der Probe') }}") == "Ort der Probe"


def test_a_text_in_between_is_in_the_language_of_its_own_reader() -> None:
    app = Here.world.platform.app("town")
    with app.test_request_context("/"):
        wording.settle_language("de")
        with wording.speaking("en"):
            flask_babel.get_translations()._catalog["Wort der Probe"] = "Word of the probe"
            assert wording.gettext("Wort der Probe") == "Word of the probe"
        assert wording.gettext("Wort der Probe") == "Wort der Probe"
        wording.forget_language()


def test_an_address_is_that_of_flask() -> None:
    app = Here.world.platform.app("town")
    with app.test_request_context("/"):
        for values in ({"filename": "css/base.css"}, {"filename": "icons/ä b.svg"}, {"filename": "a", "v": "2"}):
            assert address("static", **values) == flask.url_for("static", **values)
        assert address("portal.area") == flask.url_for("portal.area")


def test_all_templates_share_the_globals_and_one_with_own_ones_keeps_them_to_itself() -> None:
    environment = Here.world.platform.app("town").jinja_env
    assert environment.from_string("{{ url_for('static', filename='a.css') }}").render() == "/static/a.css"
    own = environment.from_string("{{ only_here }}{{ demo }}", globals={"only_here": "x"})
    assert own.render() == "xFalse"
    assert "only_here" not in environment.globals
    assert environment.from_string("[{{ only_here }}]").render() == "[]"
