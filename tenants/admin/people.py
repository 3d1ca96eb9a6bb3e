"""Who works in the town: inviting people, their roles and departments, closing accounts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, make_response, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.admin.blueprint import blueprint, town, who
from tenants.admin.forms import OfficeSchema, read, text_of, typed
from tenants.admin.profile_form import current_version
from tenants.admin.saved import SENTENCES, Details, saved
from tenants.profile.actions import set_account_idle_days
from tenants.profile.schemas import IdleDaysSchema
from tenants.reports.permissions import Permission
from tenants.reports.schemas import sentences
from tenants.staff import actions, invitations, queries
from tenants.staff.models import Role
from tenants.staff.permissions import ROLE_SENTENCES, may_grant
from tenants.staff.queries import Person
from tenants.staff.schemas import PersonSchema
from tenants.staff.signed_in import ROLE_LABELS

ID = "<int:account_id>"
LIST = "/verwaltung/personen"
_SENTENCES = {
    "account_created": marked("Eine Person ist eingeladen. Die Einladung gilt sieben Tage."),
    "invited_again": marked("Eine Einladung ist noch einmal versandt. Der frühere Link öffnet nichts mehr."),
    "invitation_withdrawn": marked("Eine Einladung ist zurückgezogen. Der Link in der E-Mail öffnet nichts mehr."),
    "account_changed": marked("Angaben zu einer Person sind geändert. Sie gelten ab ihrem nächsten Klick."),
    "account_enabled": marked("Ein Konto ist wieder offen. Die Person meldet sich mit ihrem bisherigen Passwort an."),
    "signed_out_everywhere": marked("Eine Person ist überall abgemeldet."),
}


def _say(words: str) -> Callable[[Details], str]:
    return lambda _details: _(words)


SENTENCES.update({act: _say(words) for act, words in _SENTENCES.items()})
SENTENCES["account_disabled"] = lambda details: (
    _("Ein Konto ist gesperrt, weil sich lange niemand damit angemeldet hat.") if details.get("reason") == "unused"
    else _("Ein Konto ist gesperrt, alle Anmeldungen sind beendet.")
)
SENTENCES["idle_days_changed"] = lambda details: _(
    "Ungenutzte Konten enden jetzt nach %(days)s Tagen.", days=details["days"]
)


@dataclass(frozen=True, kw_only=True)
class TypedPerson:
    """The form as typed, so that it can be shown again."""

    display_name: str = ""
    email: str = ""
    role: str = ""
    departments: tuple[str, ...] = ()
    seen: str = ""

    @classmethod
    def from_form(cls, form: "MultiDict[str, str]") -> "TypedPerson":
        names = ("display_name", "email", "role", "seen")
        plain = {name: " ".join(text_of(form.get(name, "")).split()) for name in names}
        return cls(**plain, departments=tuple(form.getlist("departments")))

    @classmethod
    def of(cls, person: Person) -> "TypedPerson":
        mark = actions.mark_of(person.display_name, person.email, person.role, person.department_ids)
        return cls(
            display_name=person.display_name, email=person.email, role=person.role.value, seen=mark,
            departments=tuple(str(item) for item in person.department_ids),
        )

    def read(self) -> dict[str, Any]:
        """Raises Invalid with the sentence for each field."""
        given = {name: value for name in PersonSchema().fields if (value := getattr(self, name))}
        try:
            loaded: dict[str, Any] = PersonSchema().load(given)
        except ValidationError as error:
            raise Invalid(fields=sentences(error)) from None
        return loaded


@blueprint.get(LIST)
@may(Permission.manage_people)
def people() -> str:
    return render_template(
        "admin/people.html", people=queries.people(now()), role_labels=ROLE_LABELS, me=who().id,
        idle_days=town().profile["account_idle_days"],
    )


@blueprint.get(f"{LIST}/einladen")
@may(Permission.manage_people)
def invite_form() -> Response:
    return _invite_page(TypedPerson(), {})


@blueprint.post(f"{LIST}/einladen")
@may(Permission.manage_people)
@keeps_text
def invite() -> Response:
    given = TypedPerson.from_form(request.form)
    if g.form_refused:
        return _invite_page(given, {}, 400)
    try:
        account = invitations.invite(
            **given.read(), settings=current_app.config["SETTINGS"], by=who().actor, at=now()
        )
    except Invalid as problem:
        return _invite_page(given, dict(problem.fields), 422)
    return _back(account.id)


@blueprint.get(f"{LIST}/{ID}")
@may(Permission.manage_people)
def person(account_id: int) -> Response:
    found = queries.person(account_id, now())
    return _person_page(found, TypedPerson.of(found), {})


@blueprint.post(f"{LIST}/{ID}")
@may(Permission.manage_people)
@keeps_text
def change_person(account_id: int) -> Response:
    given = TypedPerson.from_form(request.form)
    if g.form_refused:
        return _person_page(queries.person(account_id, now()), given, {}, 400)
    try:
        actions.change_account(account_id, **given.read(), seen=given.seen, by=who().actor, at=now())
    except Invalid as problem:
        return _person_page(queries.person(account_id, now()), given, dict(problem.fields), 422)
    except Stale as problem:
        return _stale(account_id, given, problem)
    return _back(account_id)


@blueprint.post(f"{LIST}/{ID}/einladung")
@may(Permission.manage_people)
def invite_again(account_id: int) -> Response:
    invitations.invite_again(account_id, current_app.config["SETTINGS"], by=who().actor, at=now())
    return _back(account_id)


@blueprint.get(f"{LIST}/{ID}/einladung/zurueckziehen")
@may(Permission.manage_people)
def confirm_withdrawal(account_id: int) -> str:
    return render_template("admin/person_withdraw.html", person=queries.person(account_id, now()))


@blueprint.post(f"{LIST}/{ID}/einladung/zurueckziehen")
@may(Permission.manage_people)
def withdraw_invitation(account_id: int) -> Response:
    invitations.withdraw_invitation(account_id, by=who().actor, at=now())
    return saved(LIST)


@blueprint.get(f"{LIST}/{ID}/sperren")
@may(Permission.manage_people)
def confirm_disabling(account_id: int) -> str:
    return render_template("admin/person_disable.html", person=queries.person(account_id, now()))


@blueprint.post(f"{LIST}/{ID}/sperren")
@may(Permission.manage_people)
def disable(account_id: int) -> Response:
    actions.disable_account(account_id, by=who().actor, at=now())
    return _back(account_id)


@blueprint.post(f"{LIST}/{ID}/freischalten")
@may(Permission.manage_people)
def enable(account_id: int) -> Response:
    actions.enable_account(account_id, by=who().actor, at=now())
    return _back(account_id)


@blueprint.post(f"{LIST}/{ID}/abmelden")
@may(Permission.manage_people)
def sign_out_everywhere(account_id: int) -> Response:
    actions.revoke_sessions(account_id, by=who().actor, at=now())
    return redirect("/anmelden", 303) if account_id == who().id else _back(account_id)


@blueprint.get(f"{LIST}/dauer")
@may(Permission.manage_people)
def idle_days_form() -> Response:
    return _idle_page(str(town().profile["account_idle_days"]), {})


@blueprint.post(f"{LIST}/dauer")
@may(Permission.manage_people)
@keeps_text
def set_idle_days() -> Response:
    given = typed()
    if g.form_refused:
        return _idle_page(given.get("account_idle_days", ""), {}, 400)
    try:
        values = read(IdleDaysForm(), given)
        set_account_idle_days(
            values["account_idle_days"], version=values["version"], by=who().actor, at=now()
        )
    except Invalid as problem:
        return _idle_page(given.get("account_idle_days", ""), dict(problem.fields), 422)
    except Stale as problem:
        return _idle_page(given.get("account_idle_days", ""), {}, 409, stale=problem.explanation)
    return saved(LIST)


class IdleDaysForm(OfficeSchema, IdleDaysSchema):
    """With the version of the profile."""


def _idle_page(days: str, errors: dict[str, str], status: int = 200, stale: str = "") -> Response:
    body = render_template(
        "admin/people_idle.html", typed=days, errors=errors, stale=stale, version=current_version(status)
    )
    return make_response(body, status)


def _back(account_id: int) -> Response:
    return saved(f"{LIST}/{account_id}")


def _invite_page(given: TypedPerson, errors: dict[str, str], status: int = 200) -> Response:
    body = render_template("admin/person_invite.html", typed=given, errors=errors, **_choices(None))
    return make_response(body, status)


def _person_page(
    found: Person, given: TypedPerson, errors: dict[str, str], status: int = 200, stale: str = ""
) -> Response:
    body = render_template(
        "admin/person.html", person=found, typed=given, errors=errors, stale=stale, me=who().id,
        may_change=may_grant(who().actor, found.role), role_labels=ROLE_LABELS, **_choices(found),
    )
    return make_response(body, status)


def _stale(account_id: int, given: TypedPerson, problem: Stale) -> Response:
    """The present values stand beside what was typed; saving again takes the typed ones."""
    found = queries.person(account_id, now())
    again = TypedPerson(**{**given.__dict__, "seen": TypedPerson.of(found).seen})
    return _person_page(found, again, {}, 409, stale=problem.explanation)


def _choices(found: Person | None) -> dict[str, Any]:
    """Roles that the person at the screen may give, and the Fachbereiche that can be asked, or that the person has."""
    by = who().actor
    roles = [
        (role.value, _(ROLE_LABELS[role]), _(ROLE_SENTENCES[role])) for role in Role
        if may_grant(by, role) or (found and found.role is role)
    ]
    had = found.department_ids if found else ()
    departments = [(str(item.id), item.name) for item in town().departments if not item.closed or item.id in had]
    return {"roles": roles, "departments": departments}
