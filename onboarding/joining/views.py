"""The gate's host: how a municipality joins, said before there is anything to fill in."""

from flask import Flask, make_response, redirect, render_template
from werkzeug.wrappers import Response

from maerker.web.access import public
from maerker.wording import gettext as _
from onboarding.joining import (
    access,
    apply,
    changes,
    device,
    documents,
    documents_hand_in,
    entries,
    file,
    people,
    self_test,
    start,
    training,
    withdraw,
)
from onboarding.joining.blueprint import blueprint
from onboarding.joining.blueprint import settings as _settings

MODULES = (
    apply, access, file, entries, people, device, withdraw, documents, documents_hand_in, training, self_test, start,
    changes,
)


def register(app: Flask) -> None:
    """Connect the joining application. The modules above have added their addresses to the blueprint."""
    # Flask-Login would look at a cookie `remember_token` first, which a sister subdomain can plant.
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-maerker_remembers_nobody"
    app.register_blueprint(blueprint)


@blueprint.get("/")
@public
def show_way() -> Response:
    """The steps of joining, each with what it takes and who does it (domain.md section 5)."""
    answer = make_response(render_template(
        "joining/way.html", steps=steps(), overview=_settings().public_url(_settings().base_host),
    ))
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/datenschutz")
@public
def privacy() -> str:
    """What happens with the details of the people in a file: more than with those who only look around."""
    return render_template("joining/privacy.html", operator=_settings(), contact=_settings().operator_contact)


@blueprint.get("/impressum", defaults={"page": "impressum"})
@blueprint.get("/barrierefreiheit", defaults={"page": "barrierefreiheit"})
@public
def legal(page: str) -> Response:
    """The operator's other legal pages stand at the bare host."""
    return redirect(f"{_settings().public_url(_settings().base_host)}/{page}")


def steps() -> list[tuple[str, str, str]]:
    """Title, what it means, who does it."""
    town, operator, both = _("Kommune"), _("Betreiber"), _("Kommune und Betreiber")
    return [
        (_("Antrag"), _("Ihre Verwaltung meldet sich und nennt, wer fachlich, technisch, für den Datenschutz und für "
                        "die Presse zuständig ist, und wann sie starten möchte."), town),
        (_("Beschluss"), _("Wenn Ihre Hauptsatzung es verlangt, beschließt die Vertretung den Beitritt."), town),
        (_("Beitrittserklärung"), _("Die oder der Hauptverwaltungsbeamte unterschreibt die Erklärung, je nach Satzung "
                                    "zusammen mit einer Stellvertretung."), town),
        (_("Serviceversprechen"), _("Sie sagen zu: Was bis 14 Uhr eingeht, ist am nächsten Arbeitstag bis 18 Uhr "
                                    "öffentlich; nach drei Arbeitstagen gibt es eine verbindliche Antwort. Das gilt "
                                    "für die ganze Verwaltung oder für genannte Fachbereiche."), town),
        (_("Auftragsverarbeitung"), _("Ihre Kommune bleibt verantwortlich für die Daten. Der Vertrag nach Art. 28 "
                                      "DSGVO regelt, was der Betreiber in Ihrem Auftrag tut."), both),
        (_("Freigabe des Verfahrens"), _("Sie geben die Verarbeitung vor dem Start schriftlich frei (§ 4 BbgDSG)."),
         town),
        (_("Schulung"), _("Wer Hinweise veröffentlicht, wird vorher geschult: mindestens zwei Personen, meistens "
                          "drei."), operator),
        (_("Einrichtung"), _("Kategorien, Fachbereiche mit Postfächern, Ortsteile, Texte, Farben und Wappen werden "
                             "eingetragen und in einem Probebetrieb geprüft."), both),
        (_("Starttermin"), _("Sie legen den Tag fest. Mehrere Kommunen können gemeinsam starten."), both),
        (_("In Betrieb"), _("Ihre Adresse ist erreichbar, die ersten Hinweise kommen."), town),
    ]
