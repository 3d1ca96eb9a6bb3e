"""Words about the documents of a file, for the pages of both sides: where one stands, what it is for, its name."""

from maerker.wording import gettext as _
from maerker.wording import marked
from onboarding.contracts.file_models import CopyState, FileCopy, FileDocument
from onboarding.contracts.file_queries import Stage
from onboarding.contracts.file_uploads import ending
from onboarding.contracts.kinds import KINDS, DocumentKind

STAGES: dict[Stage, tuple[str, str, str]] = {
    Stage.none: (marked("noch nicht erstellt"), "neutral", "note"),
    Stage.in_work: (marked("wird erstellt"), "info", "clock"),
    Stage.failed: (marked("nicht erstellt"), "danger", "danger"),
    Stage.ready: (marked("liegt vor"), "success", "check"),
    Stage.to_sign: (marked("zu unterschreiben"), "warning", "edit"),
    Stage.refused: (marked("nicht angenommen"), "danger", "danger"),
    Stage.checking: (marked("wird geprüft"), "info", "clock"),
    Stage.to_confirm: (marked("beim Betreiber"), "info", "eye"),
    Stage.countersign: (marked("Gegenzeichnung fehlt"), "info", "edit"),
    Stage.countersigning: (marked("Gegenzeichnung wird geprüft"), "info", "clock"),
    Stage.done: (marked("unterschrieben und geprüft"), "success", "check"),
}
"""Badge of each stage: words, tone, icon."""

FOR_WHAT: dict[DocumentKind, str] = {
    DocumentKind.accession_declaration: marked(
        "Damit tritt Ihre Kommune dem Dienst bei. Sie nennt, wer sie vertritt, wer fachlich, technisch und für den "
        "Datenschutz zuständig ist, und wann sie starten möchte."),
    DocumentKind.service_promise: marked(
        "Was Ihre Verwaltung den Bürgerinnen und Bürgern zusagt: veröffentlichen, antworten und weiterleiten, mit "
        "Fristen."),
    DocumentKind.data_processing_agreement: marked(
        "Ihre Kommune bleibt für die Daten verantwortlich. Der Vertrag regelt, was der Betreiber in Ihrem Auftrag tut. "
        "Nach Ihnen unterschreibt der Betreiber."),
    DocumentKind.processing_release: marked(
        "Vor dem Start gibt Ihre Kommune die Verarbeitung schriftlich frei, später vor jeder wesentlichen Änderung."),
    DocumentKind.privacy_notice: marked(
        "Steht auf Ihren Seiten: was mit den Angaben derer geschieht, die etwas melden."),
    DocumentKind.record_of_processing: marked(
        "Ihr Eintrag und der des Betreibers für das Verzeichnis von Verarbeitungstätigkeiten."),
    DocumentKind.retention_plan: marked("Welche Daten wann gelöscht werden, und durch wen."),
    DocumentKind.accessibility_statement: marked("Steht auf Ihren Seiten: was barrierefrei ist, was nicht, wer hilft."),
}

COPY_STATES: dict[CopyState, tuple[str, str]] = {
    CopyState.checking: (marked("wird maschinell geprüft"), "info"),
    CopyState.to_confirm: (marked("wird vom Betreiber verglichen"), "info"),
    CopyState.accepted: (marked("angenommen"), "success"),
    CopyState.refused: (marked("nicht angenommen"), "danger"),
    CopyState.withdrawn: (marked("zurückgenommen"), "neutral"),
}


def label_of(document: FileDocument) -> str:
    """'Beitrittserklärung'."""
    return _(KINDS[DocumentKind(document.kind)].label)


def file_name(document: FileDocument, kommune: str) -> str:
    """'Beitrittserklärung Spremberg.pdf', and a preview says that it is one."""
    kind = _("%(label)s (Vorschau)", label=label_of(document)) if document.preview else label_of(document)
    return f"{_plain(f'{kind} {kommune}')}.pdf"


def copy_name(copy: FileCopy, document: FileDocument, kommune: str) -> str:
    """'Beitrittserklärung Spremberg, unterschrieben.pdf'."""
    words = _("%(label)s %(kommune)s, unterschrieben", label=label_of(document), kommune=kommune)
    return f"{_plain(words)}.{ending(copy.content_type)}"


def _plain(name: str) -> str:
    """Without the signs that a file's name cannot have on one system or another."""
    return " ".join("".join(" " if char in '\\/:*?"<>|' else char for char in name if char.isprintable()).split())
