"""The documents of joining: what each is called, who signs it, and what it stands on."""

import enum
from dataclasses import dataclass

from maerker.wording import marked


class DocumentKind(enum.StrEnum):
    """A kind of document that a Kommune gets, filled in with its own facts."""

    accession_declaration = "accession_declaration"
    service_promise = "service_promise"
    data_processing_agreement = "data_processing_agreement"
    processing_release = "processing_release"
    privacy_notice = "privacy_notice"
    record_of_processing = "record_of_processing"
    retention_plan = "retention_plan"
    accessibility_statement = "accessibility_statement"
    training_certificate = "training_certificate"


class SignedBy(enum.StrEnum):
    """Whose signature makes the document valid."""

    nobody = "nobody"
    municipality = "municipality"
    municipality_and_operator = "municipality_and_operator"


@dataclass(frozen=True)
class KindOfDocument:
    """What people call it and the line under its title (marked), who signs, the rule or paragraph it stands on."""

    label: str
    subtitle: str
    signed_by: SignedBy
    basis: str
    for_each_person: bool = False
    """Made for one person (a certificate), not once for the Kommune."""


KINDS: dict[DocumentKind, KindOfDocument] = {
    DocumentKind.accession_declaration: KindOfDocument(
        marked("Beitrittserklärung"), marked("zum Dienst Maerker"),
        SignedBy.municipality,
        marked("Rahmenvereinbarung; § 57 BbgKVerf (Verpflichtungserklärungen)"),
    ),
    DocumentKind.service_promise: KindOfDocument(
        marked("Serviceversprechen"), marked("zum Dienst Maerker: was die Verwaltung zusagt"),
        SignedBy.municipality, marked("Rahmenvereinbarung, sechs Punkte des Dienstes"),
    ),
    DocumentKind.data_processing_agreement: KindOfDocument(
        marked("Auftragsverarbeitungsvertrag"), marked("zum Dienst Maerker, nach Art. 28 DSGVO"),
        SignedBy.municipality_and_operator,
        marked("Art. 28 Abs. 3 und 9 DSGVO"),
    ),
    DocumentKind.processing_release: KindOfDocument(
        marked("Freigabe der Verarbeitung"), marked("zum Dienst Maerker, nach § 4 BbgDSG"),
        SignedBy.municipality, marked("§ 4 BbgDSG"),
    ),
    DocumentKind.privacy_notice: KindOfDocument(
        marked("Datenschutzhinweise"), marked("zum Dienst Maerker, nach Art. 13 DSGVO"),
        SignedBy.nobody, marked("Art. 13 DSGVO"),
    ),
    DocumentKind.record_of_processing: KindOfDocument(
        marked("Verzeichnis von Verarbeitungstätigkeiten"), marked("zum Dienst Maerker, nach Art. 30 DSGVO"),
        SignedBy.nobody, marked("Art. 30 Abs. 1 und 2 DSGVO"),
    ),
    DocumentKind.retention_plan: KindOfDocument(
        marked("Löschkonzept"), marked("zum Dienst Maerker, in Anlehnung an DIN 66398"),
        SignedBy.nobody,
        marked("Art. 5 Abs. 1 Buchst. e und Art. 17 DSGVO; DIN 66398; § 4 BbgArchivG"),
    ),
    DocumentKind.accessibility_statement: KindOfDocument(
        marked("Erklärung zur Barrierefreiheit"), marked("der Seiten des Dienstes Maerker"),
        SignedBy.nobody, marked("§ 9 BbgBGG; BbgBITV"),
    ),
    DocumentKind.training_certificate: KindOfDocument(
        marked("Schulungsnachweis"), marked("zum Dienst Maerker"),
        SignedBy.nobody, marked("Rahmenvereinbarung; Art. 29 und 32 Abs. 4 DSGVO"),
        for_each_person=True,
    ),
}

OF_THE_MUNICIPALITY = tuple(kind for kind, what in KINDS.items() if not what.for_each_person)
"""The whole set that each Kommune gets."""
