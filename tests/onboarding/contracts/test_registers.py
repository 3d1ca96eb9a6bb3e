"""Sub-processors change only after their objection period; trusted certificates; essential changes."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Invalid, NotThere, Stale
from onboarding.applications.models import JoiningFile
from onboarding.contracts import subprocessor_actions
from onboarding.contracts.actions import add_trust_anchor, remove_trust_anchor
from onboarding.contracts.changes import declare_platform_change, released_again_since
from onboarding.contracts.file_models import CopySide, CopyState, CopyWay, DocumentState, FileCopy, FileDocument
from onboarding.contracts.models import Subprocessor, SubprocessorChange
from onboarding.contracts.queries import (
    due_subprocessor_changes,
    newest_platform_change,
    platform_changes,
    subprocessor_changes,
    subprocessor_register,
    subprocessors_in_force,
    trust_anchors,
    trusted_certificates,
)
from onboarding.contracts.rows import Subprocessing
from onboarding.contracts.subprocessor_actions import (
    announce_subprocessor_change,
    complete_subprocessor_change,
    register_subprocessor,
    withdraw_subprocessor_change,
)
from onboarding.contracts.versions import SubprocessorState
from tests.makers import a_municipality
from tests.onboarding.contracts.console import ANKE, AT, at_the_console

DATA_CENTRE = Subprocessing(name="Rechenzentrum Havelland GmbH", seat="Brandenburg an der Havel",
                            country="Deutschland", service="Betrieb der Server", data="Alle Daten")
MAILER = Subprocessing(name="Postbote Nord AG", seat="Rostock", country="Deutschland", service="Versand von E-Mails",
                       data="E-Mail-Adresse")
DAY = date(2027, 1, 4)
ON_THE_DAY = AT + timedelta(days=43)


def registered(monkeypatch: pytest.MonkeyPatch, new: Subprocessing = DATA_CENTRE) -> Subprocessor:
    """An active row; that other tests have made signed agreements does not matter here."""
    with monkeypatch.context() as patch:
        patch.setattr("onboarding.contracts.subprocessor_actions.somebody_has_an_agreement", lambda: False)
        return register_subprocessor(new, by=ANKE, at=AT)


def announced(**changes: Any) -> SubprocessorChange:
    values: dict[str, Any] = {
        "what": "E-Mails versendet künftig ein anderes Unternehmen.", "new": MAILER, "takes_effect_on": DAY,
        "by": ANKE, "at": AT, **changes,
    }
    return announce_subprocessor_change(**values)


def names(*, objected: tuple[int, ...] = ()) -> set[str]:
    return {row.name for row in subprocessors_in_force(objected=objected)}


def test_an_announced_change_has_no_effect_before_its_day() -> None:
    with at_the_console():
        change = announced()
        assert change.objections_until == date(2026, 12, 22)
        assert MAILER.name not in names()
        assert change in subprocessor_changes()
        assert change not in due_subprocessor_changes(DAY - timedelta(days=1))
        with pytest.raises(Stale):
            complete_subprocessor_change(change.id, by=ANKE, at=AT)


def test_on_its_day_it_takes_effect_once_and_not_for_a_kommune_that_objected(monkeypatch: pytest.MonkeyPatch) -> None:
    with at_the_console():
        former = registered(monkeypatch)
        change = announced(replaces_id=former.id)
        assert change in due_subprocessor_changes(DAY)
        assert complete_subprocessor_change(change.id, by=ANKE, at=ON_THE_DAY)
        assert not complete_subprocessor_change(change.id, by=ANKE, at=ON_THE_DAY)
        assert change not in due_subprocessor_changes(DAY)
        assert MAILER.name in names()
        assert DATA_CENTRE.name not in names()
        assert DATA_CENTRE.name in names(objected=(change.id,))
        assert MAILER.name not in names(objected=(change.id,))
        assert (former.state, former.ended_on) == (SubprocessorState.ended, DAY)
        row = next(row for row in subprocessors_in_force() if row.name == MAILER.name)
        assert row.since == DAY


def test_the_same_company_with_another_service_is_its_next_version(monkeypatch: pytest.MonkeyPatch) -> None:
    with at_the_console():
        former = registered(monkeypatch)
        change = announced(new=replace(DATA_CENTRE, service="Betrieb und Sicherung der Server"), replaces_id=former.id)
        planned = next(row for row in subprocessor_register() if row.id == change.subprocessor_id)
        assert (planned.number, planned.version) == (former.number, 2)
        complete_subprocessor_change(change.id, by=ANKE, at=ON_THE_DAY)
        services = {row.service for row in subprocessors_in_force() if row.name == DATA_CENTRE.name}
        assert services == {"Betrieb und Sicherung der Server"}


def test_one_that_goes_is_announced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with at_the_console():
        former = registered(monkeypatch)
        change = announced(new=None, replaces_id=former.id)
        assert former.state is SubprocessorState.active
        complete_subprocessor_change(change.id, by=ANKE, at=ON_THE_DAY)
        assert DATA_CENTRE.name not in names()


def test_a_change_can_be_taken_back_until_it_is_in_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    with at_the_console():
        former = registered(monkeypatch)
        change = announced(replaces_id=former.id)
        withdraw_subprocessor_change(change.id, by=ANKE, at=AT)
        withdraw_subprocessor_change(change.id, by=ANKE, at=AT)
        assert not complete_subprocessor_change(change.id, by=ANKE, at=ON_THE_DAY)
        assert DATA_CENTRE.name in names()
        again = announced(replaces_id=former.id)
        complete_subprocessor_change(again.id, by=ANKE, at=ON_THE_DAY)
        with pytest.raises(Stale):
            withdraw_subprocessor_change(again.id, by=ANKE, at=ON_THE_DAY)
        with pytest.raises(NotThere):
            withdraw_subprocessor_change(0, by=ANKE, at=AT)


@pytest.mark.parametrize(("changes", "field"), [
    ({"takes_effect_on": date(2026, 12, 22)}, "takes_effect_on"), ({"objection_days": 29}, "objection_days"),
    ({"what": " "}, "what"), ({"new": None}, "name"), ({"new": replace(MAILER, seat="")}, "seat"),
    ({"new": replace(MAILER, name="x" * 501)}, "name"),
])
def test_an_announcement_too_short_or_without_content_is_refused(changes: dict[str, Any], field: str) -> None:
    with at_the_console(), pytest.raises(Invalid) as refused:
        announced(**changes)
    assert set(refused.value.fields) == {field}


def test_the_first_possible_day_is_the_one_after_the_objection_period() -> None:
    with at_the_console():
        assert announced(takes_effect_on=date(2026, 12, 23)).takes_effect_on == date(2026, 12, 23)


def test_one_row_is_changed_by_one_announcement_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with at_the_console():
        former = registered(monkeypatch)
        announced(replaces_id=former.id)
        with pytest.raises(Stale):
            announced(replaces_id=former.id)
        with pytest.raises(NotThere):
            announced(replaces_id=0)


@pytest.mark.parametrize(("kind", "state", "refused"), [
    ("data_processing_agreement", CopyState.accepted, True), ("data_processing_agreement", CopyState.checking, False),
    ("service_promise", CopyState.accepted, False),
])
def test_once_an_agreement_is_signed_nothing_is_entered_without_announcement(
    kind: str, state: CopyState, refused: bool
) -> None:
    municipality_id, _, _ = a_municipality()
    with at_the_console():
        before = subprocessor_actions.somebody_has_an_agreement()
        with file_scope(uuid.uuid4()):
            a_signed_copy(municipality_id, kind, state)
        if refused or before:
            with pytest.raises(Stale):
                register_subprocessor(MAILER, by=ANKE, at=AT)
        else:
            assert register_subprocessor(MAILER, by=ANKE, at=AT).state is SubprocessorState.active


def a_signed_copy(municipality_id: uuid.UUID, kind: str, state: CopyState) -> None:
    """A file with one document of this kind and one copy of it in this state, in the open file's scope."""
    current = session()
    current.add(JoiningFile(
        municipality_id=municipality_id, reference=uuid.uuid4().hex[:12], applied_at=AT, turn_since=AT
    ))
    current.flush()
    document = FileDocument(
        kind=kind, text_version=1, data={}, state=DocumentState.ready, made_at=AT, sha256="ab" * 32
    )
    current.add(document)
    current.flush()
    current.add(FileCopy(
        document_id=document.id, side=CopySide.municipality, way=CopyWay.scan, state=state, file="a", sha256="ab" * 32,
        size=1, uploaded_at=AT, checked_at=AT,
    ))
    current.flush()


def test_a_sub_processor_without_country_or_data_is_not_entered() -> None:
    with at_the_console(), pytest.raises(Invalid) as refused:
        register_subprocessor(replace(MAILER, country="", data=""), by=ANKE, at=AT)
    assert set(refused.value.fields) == {"country", "data"}


WHY = "Die Stelle hat den Dienst eingestellt."


@dataclass(frozen=True)
class ReadCertificate:
    """As `maerker.documents.certificates` hands it over."""

    fingerprint: str = "ab" * 32
    pem: str = "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n"
    valid_from: datetime = AT - timedelta(days=100)
    valid_to: datetime = AT + timedelta(days=900)


def test_a_certificate_is_trusted_until_it_is_taken_off_the_list() -> None:
    certificate: Any = ReadCertificate()
    with at_the_console():
        row = add_trust_anchor(certificate, name=" Bundesdruckerei ", by=ANKE, at=AT)
        assert row.name == "Bundesdruckerei"
        assert certificate.pem.encode() in trusted_certificates()
        with pytest.raises(Invalid) as refused:
            add_trust_anchor(certificate, name="Noch einmal", by=ANKE, at=AT)
        assert set(refused.value.fields) == {"certificate"}
        remove_trust_anchor(row.id, reason=WHY, by=ANKE, at=AT)
        remove_trust_anchor(row.id, reason=WHY, by=ANKE, at=AT)
        assert row not in trust_anchors()
        assert row in trust_anchors(removed=True)
        assert add_trust_anchor(certificate, name="Wieder", by=ANKE, at=AT) in trust_anchors()
        with pytest.raises(NotThere):
            remove_trust_anchor(0, reason=WHY, by=ANKE, at=AT)


def test_a_certificate_is_not_taken_off_without_a_reason() -> None:
    certificate: Any = ReadCertificate()
    with at_the_console():
        row = add_trust_anchor(certificate, name="Musterdienst", by=ANKE, at=AT)
        with pytest.raises(Invalid) as refused:
            remove_trust_anchor(row.id, reason=" kurz ", by=ANKE, at=AT)
        assert set(refused.value.fields) == {"reason"}
        assert row in trust_anchors()


def test_an_ended_certificate_and_one_without_a_name_are_refused() -> None:
    ended: Any = ReadCertificate(valid_to=AT)
    with at_the_console(), pytest.raises(Invalid) as refused:
        add_trust_anchor(ended, name="", by=ANKE, at=AT)
    assert set(refused.value.fields) == {"name", "certificate"}


def test_an_essential_change_opens_new_releases_from_its_declaration_on() -> None:
    later = AT + timedelta(days=400)
    with at_the_console():
        change = declare_platform_change(
            title="Umzug", description="Die Server ziehen um.", effective_on=later.date() + timedelta(days=60),
            by=ANKE, at=later,
        )
        assert newest_platform_change() is change
        assert platform_changes()[0] is change
        assert released_again_since() == later


@pytest.mark.parametrize(("changes", "field"), [
    ({"title": " "}, "title"), ({"description": ""}, "description"), ({"effective_on": AT.date()}, "effective_on"),
])
def test_a_change_without_words_or_time_is_refused(changes: dict[str, Any], field: str) -> None:
    values: dict[str, Any] = {"title": "Umzug", "description": "Die Server ziehen um.", "effective_on": DAY, **changes}
    with at_the_console(), pytest.raises(Invalid) as refused:
        declare_platform_change(**values, by=ANKE, at=AT)
    assert set(refused.value.fields) == {field}
