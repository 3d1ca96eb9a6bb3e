"""Words of the pages about accounts: roles, rights, how far an account is, what was done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from maerker.wording import gettext as _
from maerker.wording import marked, moment_in_figures
from onboarding.contracts.kinds import KINDS, DocumentKind
from onboarding.operators.audit import ACTS
from onboarding.operators.models import OperatorRole
from onboarding.operators.permissions import may_grant
from onboarding.operators.queries import Standing
from onboarding.steps import RULE_OF, Step

ROLES: dict[OperatorRole, tuple[str, str]] = {
    OperatorRole.admin: (
        marked("Administration"),
        marked("Darf alles: auch Texte freigeben, Ausnahmen zulassen und Konten verwalten."),
    ),
    OperatorRole.support: (
        marked("Unterstützung"),
        marked("Bearbeitet die Beitrittsakten: prüft, gibt frei, erinnert, legt Termine fest, richtet ein."),
    ),
    OperatorRole.trainer: (
        marked("Schulung"), marked("Plant Schulungen und hält die Teilnahme fest. Sieht die Beitrittsakten."),
    ),
    OperatorRole.reader: (marked("Leserecht"), marked("Sieht Kommunen und Beitrittsakten. Ändert nichts.")),
}
STANDINGS: dict[Standing, tuple[str, str]] = {
    Standing.active: (marked("aktiv"), "success"),
    Standing.invited: (marked("eingeladen"), "info"),
    Standing.link_expired: (marked("Link abgelaufen"), "warning"),
    Standing.no_second_factor: (marked("zweite Stufe fehlt"), "warning"),
    Standing.disabled: (marked("gesperrt"), "neutral"),
}

DETAILS: dict[str, str] = {
    "before": marked("vorher"), "count": marked("Anzahl"), "course": marked("Kurs"), "day": marked("Tag"),
    "passkey": marked("Passkey"), "role": marked("Rolle"),
    "slug": marked("Adresse"), "way": marked("Weg"), "reason": marked("Grund"), "kind": marked("Dokument"),
    "version": marked("Fassung"), "name": marked("Name"), "fingerprint": marked("Fingerabdruck"),
    "file": marked("Akte"), "step": marked("Schritt"), "moment": marked("Zeitpunkt"), "number": marked("Anzahl"),
    "ars": marked("Schlüssel (ARS)"), "document": marked("Dokument"),
    "what": marked("Ankündigung"), "title": marked("Änderung"),
}
WAYS: dict[str, str] = {
    "again": marked("Bestätigung"), "code": marked("Code"), "passkey": marked("Passkey"),
    "recovery": marked("Notfallcode"), "setup": marked("Einrichtung"), "totp": marked("App"),
}
NOT_SHOWN = frozenset({"anchor", "by", "change", "person", "source", "tenant"})


def role_words(role: OperatorRole) -> tuple[str, str]:
    """A role's name, and what it means."""
    name, meaning = ROLES[role]
    return _(name), _(meaning)


def role_choices(held: frozenset[str]) -> list[tuple[str, str, str]]:
    """The roles that someone with these rights may give, for a choice in a form."""
    return [(str(role), *role_words(role)) for role in ROLES if may_grant(role, held)]


def standing_words(standing: Standing) -> tuple[str, str]:
    """How far an account is, and the tone of its badge."""
    words, tone = STANDINGS[standing]
    return _(words), tone


def act_words(act: str) -> str:
    """What was done, in words."""
    return _(ACTS[act]) if act in ACTS else act


def detail_words(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The details of an act as label and value; what has no words of ours is shown by its name."""
    return [
        (_(DETAILS[name]) if name in DETAILS else name, _detail(name, value))
        for name, value in details.items() if name not in NOT_SHOWN
    ]


def _detail(name: str, value: Any) -> str:
    if name in ("role", "before") and value in set(OperatorRole):
        return role_words(OperatorRole(value))[0]
    if name == "step" and value in set(Step):
        return _(RULE_OF[Step(value)].label)
    if name == "moment":
        return moment_in_figures(datetime.fromisoformat(value))
    if name in ("kind", "document") and value in set(DocumentKind):
        return _(KINDS[DocumentKind(value)].label)
    return _(WAYS[value]) if name == "way" and value in WAYS else str(value)
