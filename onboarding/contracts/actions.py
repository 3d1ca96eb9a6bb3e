"""What the operator does with the texts of the documents and with the list of trusted certificates."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from maerker.wording import gettext as _
from onboarding.contracts.audit import note as note_act
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.models import ContractText, TrustAnchor
from onboarding.contracts.packaged import packaged_text
from onboarding.contracts.versions import TextState

if TYPE_CHECKING:
    from maerker.documents.certificates import Certificate

LONGEST_SOURCE = 200_000
LONGEST_NOTE = 2000
LONGEST_NAME = 200
SHORTEST_REASON = 10
BEGINS_WITH = '#import "/house.typ": *'


def load_first_texts(*, by: Actor, at: datetime) -> tuple[DocumentKind, ...]:
    """Take the texts that come with the platform as version 1, drafts, for each kind that has none yet.

    The answer names the kinds it took; a second call takes none.
    """
    _lock_texts()
    there = set(session().scalars(select(ContractText.kind).distinct()))
    new = tuple(kind for kind in DocumentKind if kind not in there)
    for kind in new:
        source = packaged_text(kind).source
        _write(kind, 1, source, _("Erste Fassung, mit der Plattform geliefert."), by=by, at=at)
    return new


def draft_text(kind: DocumentKind, source: str, change: str, *, by: Actor, at: datetime) -> ContractText:
    """Write a new version of a text, a draft. No version is ever changed; `change` says what is new in this one.

    Whether it becomes a document is checked by `check_source` in a worker. Raises Invalid with a sentence for each
    field: a source that is empty, too long, without the layout or the same as the newest one; no note.
    """
    source = source.replace("\r\n", "\n").strip() + "\n"
    problems: dict[str, str] = {}
    if source == "\n":
        problems["source"] = _("Bitte geben Sie den Text ein.")
    elif len(source) > LONGEST_SOURCE:
        problems["source"] = _("Der Text ist zu lang.")
    elif not source.startswith(BEGINS_WITH):
        problems["source"] = _("Der Text beginnt mit der Zeile %(line)s.", line=BEGINS_WITH)
    if not change.strip():
        problems["note"] = _("Bitte sagen Sie in einem Satz, was sich ändert.")
    elif len(change) > LONGEST_NOTE:
        problems["note"] = _("Bitte fassen Sie sich kürzer.")
    _lock_texts()
    newest = session().scalars(
        select(ContractText).where(ContractText.kind == kind).order_by(ContractText.version.desc()).limit(1)
    ).one_or_none()
    if newest is not None and newest.source == source:
        problems.setdefault("source", _("Der Text ist derselbe wie in Fassung %(n)s.", n=newest.version))
    if problems:
        raise Invalid(fields=problems)
    return _write(kind, newest.version + 1 if newest else 1, source, change.strip(), by=by, at=at)


def release_text(kind: DocumentKind, version: int, *, by: Actor, at: datetime) -> ContractText:
    """Put a version into force: new documents are made from it. The former one and older drafts are retired.

    Documents that were made before stay as they are. Raises NotThere; Stale if it is in force already, was retired,
    or a newer one is in force.
    """
    _lock_texts()
    rows = session().scalars(
        select(ContractText).where(ContractText.kind == kind).order_by(ContractText.version)
        .execution_options(populate_existing=True)
    ).all()
    chosen = next((row for row in rows if row.version == version), None)
    if chosen is None:
        raise NotThere()
    if chosen.state is not TextState.draft:
        raise Stale(_("Diese Fassung ist kein Entwurf mehr. Bitte sehen Sie sich den jetzigen Stand an."))
    for row in rows:
        if row.state is TextState.released or (row.state is TextState.draft and row.version < version):
            row.state, row.retired_at, row.retired_by = TextState.retired, at, by.name
    session().flush()  # the former one ends before the new one begins: only one is in force
    chosen.state, chosen.released_at, chosen.released_by = TextState.released, at, by.name
    session().flush()
    note_act("text_released", by=by, at=at, kind=str(kind), version=version)
    return chosen


def discard_draft(kind: DocumentKind, version: int, *, by: Actor, at: datetime) -> None:
    """Put a draft aside. Raises NotThere; Stale if it is no draft, or the last version left of its kind."""
    _lock_texts()
    row = session().scalars(
        select(ContractText).where(ContractText.kind == kind, ContractText.version == version)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotThere()
    if row.state is not TextState.draft:
        raise Stale(_("Diese Fassung ist kein Entwurf mehr. Bitte sehen Sie sich den jetzigen Stand an."))
    usable = session().scalar(
        select(func.count()).where(ContractText.kind == kind, ContractText.state != TextState.retired)
    )
    if usable == 1:
        raise Stale(_("Das ist die einzige Fassung dieses Dokuments. Bitte schreiben Sie zuerst eine neue."))
    row.state, row.retired_at, row.retired_by = TextState.retired, at, by.name
    session().flush()
    note_act("text_discarded", by=by, at=at, kind=str(kind), version=version)


def add_trust_anchor(certificate: "Certificate", *, name: str, by: Actor, at: datetime) -> TrustAnchor:
    """Trust the signatures that this certificate vouches for. It was read by `maerker.documents.certificates`.

    Raises Invalid: no name, the certificate has ended, or it is on the list already.
    """
    problems: dict[str, str] = {}
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        problems["name"] = _("Bitte geben Sie der Stelle einen Namen.")
    _lock("trust_anchors")
    if certificate.valid_to <= at:
        problems["certificate"] = _("Dieses Zertifikat ist abgelaufen.")
    elif session().scalar(select(func.count()).where(
        TrustAnchor.fingerprint == certificate.fingerprint, TrustAnchor.removed_at.is_(None)
    )):
        problems["certificate"] = _("Dieses Zertifikat steht schon auf der Liste.")
    if problems:
        raise Invalid(fields=problems)
    row = TrustAnchor(
        name=name.strip(), certificate=certificate.pem, fingerprint=certificate.fingerprint,
        valid_from=certificate.valid_from, valid_to=certificate.valid_to, added_at=at, added_by=by.name,
    )
    session().add(row)
    session().flush()
    note_act("trust_anchor_added", by=by, at=at, name=row.name, fingerprint=row.fingerprint)
    return row


def remove_trust_anchor(anchor_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Trust it no more. Signatures that were checked before keep their result.

    The reason stands in the operator's record. Raises NotThere; Invalid without a reason; twice is once.
    """
    row = session().scalars(
        select(TrustAnchor).where(TrustAnchor.id == anchor_id).with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotThere()
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_NOTE:
        raise Invalid(fields={"reason": _("Bitte sagen Sie in einem Satz, warum.")})
    if row.removed_at is None:
        row.removed_at, row.removed_by = at, by.name
        session().flush()
        note_act("trust_anchor_removed", by=by, at=at, anchor=row.id, name=row.name, fingerprint=row.fingerprint,
                 reason=reason.strip())


def _write(
    kind: DocumentKind, version: int, source: str, change: str, *, by: Actor, at: datetime
) -> ContractText:
    row = ContractText(
        kind=kind, version=version, state=TextState.draft, source=source, note=change, made_at=at, made_by=by.name
    )
    session().add(row)
    session().flush()
    note_act("text_drafted", by=by, at=at, kind=str(kind), version=version)
    return row


def _lock_texts() -> None:
    """Two people number and release one after the other."""
    _lock("contract_texts")


def _lock(table: str) -> None:
    session().execute(text("SELECT pg_advisory_xact_lock(hashtext(:table))"), {"table": table})
