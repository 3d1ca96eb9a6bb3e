"""texts of contracts with versions, trust list, sub-processors, essential changes"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KINDS = ("accession_declaration", "service_promise", "data_processing_agreement", "processing_release",
         "privacy_notice", "record_of_processing", "retention_plan", "accessibility_statement", "training_certificate")
ENDS = {
    "contract_texts": ("state", "released_at", "released_by", "retired_at", "retired_by"),
    "trust_anchors": ("removed_at", "removed_by"),
    "subprocessors": ("state", "since", "ended_on"),
    "subprocessor_changes": ("completed_at", "withdrawn_at", "withdrawn_by"),
    "platform_changes": (),
}


def upgrade() -> None:
    _texts()
    _trust_anchors()
    _subprocessors()
    _platform_changes()
    _words_stay()
    _grants()
    _texts_in_use()


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _somebody(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _one_of(name: str, values: Sequence[str], length: int = 20) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=length)
    return sa.Column(name, kind, nullable=False)


def _texts() -> None:
    table = "contract_texts"
    op.create_table(
        table,
        _id(), _one_of("kind", KINDS, 40), sa.Column("version", sa.Integer(), nullable=False),
        _one_of("state", ("draft", "released", "retired")), _words("source"), _somebody("note"),
        _moment("made_at"), _somebody("made_by"), _moment("released_at", nullable=True), _somebody("released_by"),
        _moment("retired_at", nullable=True), _somebody("retired_by"),
        sa.CheckConstraint("version > 0", name=op.f("ck_contract_texts_version")),
        sa.CheckConstraint(
            "state <> 'released' OR released_at IS NOT NULL", name=op.f("ck_contract_texts_released_has_moment")
        ),
        sa.CheckConstraint(
            "(state = 'retired') = (retired_at IS NOT NULL)", name=op.f("ck_contract_texts_retired_has_moment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_texts")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_contract_texts_kind_version")),
    )
    op.create_index(
        "ix_contract_texts_released", table, ["kind"], unique=True, postgresql_where=sa.text("state = 'released'")
    )


def _trust_anchors() -> None:
    op.create_table(
        "trust_anchors",
        _id(), _words("name"), _words("certificate"), sa.Column("fingerprint", sa.String(64), nullable=False),
        _moment("valid_from"), _moment("valid_to"), _moment("added_at"), _somebody("added_by"),
        _moment("removed_at", nullable=True), _somebody("removed_by"),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_trust_anchors_valid_span")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trust_anchors")),
    )
    op.create_index(
        "ix_trust_anchors_trusted", "trust_anchors", ["fingerprint"], unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def _subprocessors() -> None:
    op.create_table(
        "subprocessors",
        _id(), sa.Column("number", sa.Integer(), nullable=False), sa.Column("version", sa.Integer(), nullable=False),
        _words("name"), _words("seat"), _words("country"), _words("service"), _words("data"),
        sa.Column("since", sa.Date(), nullable=True), _one_of("state", ("planned", "active", "ended")),
        sa.Column("ended_on", sa.Date(), nullable=True), _moment("made_at"), _somebody("made_by"),
        sa.CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_subprocessors_ended_has_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subprocessors")),
        sa.UniqueConstraint("number", "version", name=op.f("uq_subprocessors_number_version")),
    )
    op.create_index(
        "ix_subprocessors_active", "subprocessors", ["number"], unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    table, other = "subprocessor_changes", "subprocessors.id"
    op.create_table(
        table,
        _id(), _words("what"), sa.Column("subprocessor_id", sa.BigInteger(), nullable=True),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True), _moment("announced_at"), _somebody("announced_by"),
        sa.Column("objection_days", sa.Integer(), nullable=False),
        sa.Column("objections_until", sa.Date(), nullable=False),
        sa.Column("takes_effect_on", sa.Date(), nullable=False), _moment("completed_at", nullable=True),
        _moment("withdrawn_at", nullable=True), _somebody("withdrawn_by"),
        sa.CheckConstraint(
            "subprocessor_id IS NOT NULL OR replaces_id IS NOT NULL",
            name=op.f("ck_subprocessor_changes_changes_something"),
        ),
        sa.CheckConstraint(
            "takes_effect_on > objections_until", name=op.f("ck_subprocessor_changes_after_objections")
        ),
        sa.CheckConstraint(
            "completed_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_subprocessor_changes_one_end")
        ),
        sa.ForeignKeyConstraint(
            ["subprocessor_id"], [other], name=op.f("fk_subprocessor_changes_subprocessor_id")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], [other], name=op.f("fk_subprocessor_changes_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subprocessor_changes")),
    )
    for column in ("subprocessor_id", "replaces_id"):
        op.create_index(op.f(f"ix_subprocessor_changes_{column}"), table, [column])


def _platform_changes() -> None:
    op.create_table(
        "platform_changes",
        _id(), _words("title"), _words("description"), _moment("declared_at"), _somebody("declared_by"),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_changes")),
    )


def _words_stay() -> None:
    """A version begins as a draft and only goes on from there; what was written stays as it was, for the owner too."""
    op.execute(
        "CREATE FUNCTION contract_texts_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'INSERT' THEN"
        "  IF NEW.state <> 'draft' THEN RAISE EXCEPTION 'a text begins as a draft'; END IF;"
        "  RETURN NEW;"
        " END IF;"
        " IF (NEW.kind, NEW.version, NEW.source, NEW.note, NEW.made_at, NEW.made_by)"
        "  IS DISTINCT FROM (OLD.kind, OLD.version, OLD.source, OLD.note, OLD.made_at, OLD.made_by)"
        "  OR (OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at)"
        "  OR NOT (NEW.state = OLD.state OR (OLD.state, NEW.state) IN"
        "   (('draft', 'released'), ('draft', 'retired'), ('released', 'retired')))"
        " THEN RAISE EXCEPTION 'a text of a contract stays as it was written'; END IF;"
        " RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER contract_texts_stay BEFORE INSERT OR UPDATE ON contract_texts"
        " FOR EACH ROW EXECUTE FUNCTION contract_texts_stay()"
    )


def _grants() -> None:
    """The console writes new rows and their ends; the joining application reads; nobody deletes."""
    for table, ends in ENDS.items():
        op.execute(f"GRANT SELECT, INSERT ON {table} TO maerker_console")
        if ends:
            op.execute(f"GRANT UPDATE ({', '.join(ends)}) ON {table} TO maerker_console")
        if table != "trust_anchors":
            op.execute(f"GRANT SELECT ON {table} TO maerker_joining")


def _texts_in_use() -> None:
    """The joining application reads what was released, and the draft in use where nothing was released yet."""
    op.execute(
        "CREATE FUNCTION contract_text_in_use(which text) RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER"
        " SET search_path = public, pg_temp AS"
        " $$ SELECT version FROM contract_texts WHERE kind = which AND state <> 'retired'"
        " ORDER BY (state = 'released') DESC, version DESC LIMIT 1 $$"
    )
    op.execute("REVOKE ALL ON FUNCTION contract_text_in_use(text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION contract_text_in_use(text) TO maerker_joining, maerker_console")
    op.execute("ALTER TABLE contract_texts ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY every_text ON contract_texts TO maerker_console USING (true) WITH CHECK (true)")
    op.execute(
        "CREATE POLICY texts_in_use ON contract_texts FOR SELECT TO maerker_joining"
        " USING (state <> 'draft' OR version = contract_text_in_use(kind))"
    )
