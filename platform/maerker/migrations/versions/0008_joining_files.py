"""joining files: applications, people, links, what was typed, documents, signatures, history"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# What the joining application may write of each table: never the operator's decisions.
FILES = ("joining_files", "file_people", "file_sessions", "file_links", "file_entries", "file_events",
         "file_overrides", "file_outbox", "file_documents", "file_copies", "file_change_answers")
OWN = "file_id = current_file()"


def upgrade() -> None:
    op.execute(
        "CREATE FUNCTION current_file() RETURNS uuid LANGUAGE sql STABLE"
        " AS $$ SELECT nullif(current_setting('maerker.file', true), '')::uuid $$"
    )
    op.execute("CREATE SEQUENCE joining_references")
    _people()
    _documents()
    for table in FILES:
        _wall(table)
    _grants()
    _meeting()


def _wall(table: str) -> None:
    """The joining application and the owner see one file, the console all; it writes in the scope of one."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_file ON {table} TO maerker_joining, maerker_owner USING ({OWN}) WITH CHECK ({OWN})")
    op.execute(f"CREATE POLICY every_file ON {table} TO maerker_console USING (true) WITH CHECK ({OWN})")


def _grant(rights: str, tables: Iterable[str], role: str) -> None:
    op.execute(f"GRANT {rights} ON {', '.join(tables)} TO {role}")


def _grants() -> None:
    op.execute("GRANT EXECUTE ON FUNCTION current_file() TO PUBLIC")
    op.execute("GRANT USAGE ON SEQUENCE joining_references TO maerker_joining, maerker_console")
    changing = [name for name in FILES if name != "file_events"]
    _grant("SELECT, INSERT", ["file_events"], "maerker_joining, maerker_console")
    _grant("SELECT, INSERT, UPDATE", changing, "maerker_console")
    _grant("DELETE", ["file_sessions", "file_links", "file_outbox", "file_documents", "file_copies"], "maerker_console")
    _grant("SELECT", (name for name in changing if name != "file_outbox"), "maerker_joining")
    _grant("INSERT, UPDATE", ["file_people", "file_sessions", "file_links", "file_entries"], "maerker_joining")
    _grant("DELETE", ["file_sessions", "file_entries"], "maerker_joining")
    _grant("INSERT", ["file_outbox", "file_documents", "file_change_answers"], "maerker_joining")
    _grant(
        "INSERT (file_id, municipality_id, reference, applied_at, turn_since, wished_start),"
        " UPDATE (confirmed_at, wished_start, withdrawn_at, withdrawn_reason, step, turn, turn_since)",
        ["joining_files"], "maerker_joining",
    )
    _grant("UPDATE (superseded_at)", ["file_documents"], "maerker_joining")
    _grant("UPDATE (answer, reason, answered_at, answered_by)", ["file_change_answers"], "maerker_joining")
    _grant(
        "INSERT (file_id, document_id, side, way, state, file, file_name, content_type, sha256, size, signed_on,"
        " signatories, uploaded_at, uploaded_by),"
        " UPDATE (state, withdrawn_at, withdrawn_by, withdrawn_reason)",
        ["file_copies"], "maerker_joining",
    )
    op.execute("CREATE POLICY every_posting ON file_outbox TO maerker_relay USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT, UPDATE (taken_at) ON file_outbox TO maerker_relay")
    # An accepted copy is the operator's word: whoever is the joining application cannot say it.
    op.execute(
        "CREATE POLICY not_accepted ON file_copies AS RESTRICTIVE FOR UPDATE TO maerker_joining"
        " USING (true) WITH CHECK (state = 'withdrawn')"
    )
    op.execute(
        "CREATE POLICY begun ON file_copies AS RESTRICTIVE FOR INSERT TO maerker_joining"
        " WITH CHECK (state = 'checking' AND side = 'municipality')"
    )
    op.execute(
        "CREATE POLICY asked_for ON file_documents AS RESTRICTIVE FOR INSERT TO maerker_joining"
        " WITH CHECK (state = 'requested')"
    )


def _meeting() -> None:
    """Two applications for one Kommune meet in one file: the application learns which one, nothing else of it."""
    op.execute("CREATE POLICY for_meeting ON joining_files FOR SELECT TO maerker_search USING (true)")
    op.execute("GRANT SELECT (file_id, municipality_id) ON joining_files TO maerker_search")
    op.execute("GRANT USAGE, CREATE ON SCHEMA public TO maerker_search")
    op.execute(
        "CREATE FUNCTION joining_file_of(municipality uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER"
        " SET search_path = public, pg_temp AS"
        " $$ SELECT file_id FROM joining_files WHERE municipality_id = municipality $$"
    )
    op.execute("REVOKE ALL ON FUNCTION joining_file_of(uuid) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION joining_file_of(uuid) TO maerker_joining, maerker_console")
    op.execute("ALTER FUNCTION joining_file_of(uuid) OWNER TO maerker_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM maerker_search")


def _people() -> None:
    op.create_table('joining_files',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('municipality_id', sa.Uuid(), nullable=False),
        sa.Column('reference', sa.String(length=20), nullable=False),
        sa.Column('applied_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('admitted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('admitted_by', sa.Text(), server_default='', nullable=False),
        sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('refused_reason', sa.Text(), server_default='', nullable=False),
        sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('withdrawn_reason', sa.Text(), server_default='', nullable=False),
        sa.Column('wished_start', sa.Date(), nullable=True),
        sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('start_fixed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('start_fixed_by', sa.Text(), server_default='', nullable=False),
        sa.Column('provisioned_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('set_up_missing', JSONB(), server_default='[]', nullable=False),
        sa.Column('set_up_looked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('trained_needed', sa.Integer(), server_default='2', nullable=False),
        sa.Column('step', sa.String(length=40), server_default='application', nullable=False),
        sa.Column('turn', sa.String(length=20), server_default='municipality', nullable=False),
        sa.Column('turn_since', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_joining_files_municipality_id')),
        sa.PrimaryKeyConstraint('file_id', name=op.f('pk_joining_files')),
        sa.UniqueConstraint('municipality_id', name=op.f('uq_joining_files_municipality_id')),
        sa.UniqueConstraint('reference', name=op.f('uq_joining_files_reference'))
    )
    op.create_index(op.f('ix_joining_files_starts_at'), 'joining_files', ['starts_at'], unique=False)
    op.create_index(op.f('ix_joining_files_turn_turn_since'), 'joining_files', ['turn', 'turn_since'], unique=False)
    op.create_table('file_people',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('id', sa.BigInteger(), sa.Identity(always=True), autoincrement=True, nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('function', sa.Text(), server_default='', nullable=False),
        sa.Column('email', sa.Text(), nullable=False),
        sa.Column('phone', sa.Text(), server_default='', nullable=False),
        sa.Column('roles', JSONB(), server_default='[]', nullable=False),
        sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('let_in_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['file_id'], ['joining_files.file_id'], name=op.f('fk_file_people_file_id')),
        sa.PrimaryKeyConstraint('file_id', 'id', name=op.f('pk_file_people'))
    )
    op.create_index('ix_file_people_email', 'file_people', ['file_id', sa.literal_column('lower(email)')], unique=True)
    op.create_table('file_sessions',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('asked_again_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('account_id', sa.BigInteger(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['file_id', 'account_id'], ['file_people.file_id', 'file_people.id'], name=op.f('fk_file_sessions_file_id_account_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('file_id', 'token_hash', name=op.f('pk_file_sessions'))
    )
    op.create_index(op.f('ix_file_sessions_file_id_account_id'), 'file_sessions', ['file_id', 'account_id'], unique=False)
    op.create_table('file_links',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('id', sa.BigInteger(), sa.Identity(always=True), autoincrement=True, nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('purpose', sa.Enum('confirm', 'sign_in', 'invite', 'device', 'ask_again', name='purpose', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['file_id', 'person_id'], ['file_people.file_id', 'file_people.id'], name=op.f('fk_file_links_file_id_person_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('file_id', 'id', name=op.f('pk_file_links'))
    )
    op.create_index(op.f('ix_file_links_file_id_person_id'), 'file_links', ['file_id', 'person_id'], unique=False)
    op.create_table('file_entries',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('key', sa.String(length=60), nullable=False),
        sa.Column('value', JSONB(), nullable=False),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('saved_by', sa.Text(), server_default='', nullable=False),
        sa.ForeignKeyConstraint(['file_id'], ['joining_files.file_id'], name=op.f('fk_file_entries_file_id')),
        sa.PrimaryKeyConstraint('file_id', 'key', name=op.f('pk_file_entries'))
    )
    op.create_table('file_events',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('id', sa.BigInteger(), sa.Identity(always=True), autoincrement=True, nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.Column('act', sa.String(length=60), nullable=False),
        sa.Column('step', sa.String(length=40), server_default='', nullable=False),
        sa.Column('by_kind', sa.String(length=20), nullable=False),
        sa.Column('by_id', sa.BigInteger(), nullable=True),
        sa.Column('by_name', sa.Text(), server_default='', nullable=False),
        sa.Column('details', JSONB(), server_default='{}', nullable=False),
        sa.ForeignKeyConstraint(['file_id'], ['joining_files.file_id'], name=op.f('fk_file_events_file_id')),
        sa.PrimaryKeyConstraint('file_id', 'id', name=op.f('pk_file_events'))
    )
    op.create_index(op.f('ix_file_events_file_id_at'), 'file_events', ['file_id', 'at'], unique=False)
    op.create_table('file_overrides',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('step', sa.String(length=40), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('first_by', sa.BigInteger(), nullable=False),
        sa.Column('first_name', sa.Text(), nullable=False),
        sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('second_by', sa.BigInteger(), nullable=True),
        sa.Column('second_name', sa.Text(), server_default='', nullable=False),
        sa.Column('second_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('second_by IS DISTINCT FROM first_by', name=op.f('ck_file_overrides_two_people')),
        sa.ForeignKeyConstraint(['file_id'], ['joining_files.file_id'], name=op.f('fk_file_overrides_file_id')),
        sa.PrimaryKeyConstraint('file_id', 'step', name=op.f('pk_file_overrides'))
    )
    op.create_table('file_outbox',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('id', sa.BigInteger(), sa.Identity(always=True), autoincrement=True, nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('subject_id', sa.BigInteger(), nullable=False),
        sa.Column('detail_id', sa.BigInteger(), nullable=True),
        sa.Column('posted_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('not_before', sa.DateTime(timezone=True), nullable=True),
        sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
        sa.Column('problem', sa.Text(), server_default='', nullable=False),
        sa.ForeignKeyConstraint(['file_id'], ['joining_files.file_id'], name=op.f('fk_file_outbox_file_id')),
        sa.PrimaryKeyConstraint('file_id', 'id', name=op.f('pk_file_outbox'))
    )
    op.create_index('ix_file_outbox_waiting', 'file_outbox', ['file_id', 'id'], unique=False, postgresql_where=sa.text('done_at IS NULL'))


def _documents() -> None:
    op.create_table('file_documents',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('id', sa.BigInteger(), sa.Identity(always=True), autoincrement=True, nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('preview', sa.Boolean(), server_default='false', nullable=False),
        sa.Column('text_version', sa.Integer(), nullable=False),
        sa.Column('text_state', sa.String(length=20), server_default='draft', nullable=False),
        sa.Column('subject', sa.Text(), server_default='', nullable=False),
        sa.Column('data', JSONB(), nullable=False),
        sa.Column('state', sa.Enum('requested', 'ready', 'failed', name='state', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('made_by', sa.Text(), server_default='', nullable=False),
        sa.Column('sha256', sa.String(length=64), server_default='', nullable=False),
        sa.Column('size', sa.Integer(), server_default='0', nullable=False),
        sa.Column('pages', sa.Integer(), server_default='0', nullable=False),
        sa.Column('file', sa.Text(), server_default='', nullable=False),
        sa.Column('problem', sa.Text(), server_default='', nullable=False),
        sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'ready') = (sha256 <> '')", name=op.f('ck_file_documents_ready_has_hash')),
        sa.ForeignKeyConstraint(['file_id'], ['joining_files.file_id'], name=op.f('fk_file_documents_file_id')),
        sa.PrimaryKeyConstraint('file_id', 'id', name=op.f('pk_file_documents'))
    )
    op.create_index(op.f('ix_file_documents_file_id_kind'), 'file_documents', ['file_id', 'kind'], unique=False)
    op.create_table('file_copies',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('id', sa.BigInteger(), sa.Identity(always=True), autoincrement=True, nullable=False),
        sa.Column('document_id', sa.BigInteger(), nullable=False),
        sa.Column('side', sa.Enum('municipality', 'operator', name='side', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('way', sa.Enum('electronic', 'scan', name='way', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('state', sa.Enum('checking', 'refused', 'to_confirm', 'accepted', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('file', sa.Text(), nullable=False),
        sa.Column('file_name', sa.Text(), server_default='', nullable=False),
        sa.Column('content_type', sa.String(length=60), server_default='', nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('pages', sa.Integer(), server_default='0', nullable=False),
        sa.Column('signed_on', sa.Date(), nullable=True),
        sa.Column('signatories', JSONB(), server_default='[]', nullable=False),
        sa.Column('signers', JSONB(), server_default='[]', nullable=False),
        sa.Column('finding', sa.String(length=40), server_default='', nullable=False),
        sa.Column('finding_text', sa.Text(), server_default='', nullable=False),
        sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('uploaded_by', sa.Text(), server_default='', nullable=False),
        sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('checked_by', sa.Text(), server_default='', nullable=False),
        sa.Column('how_checked', sa.Text(), server_default='', nullable=False),
        sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('withdrawn_by', sa.Text(), server_default='', nullable=False),
        sa.Column('withdrawn_reason', sa.Text(), server_default='', nullable=False),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f('ck_file_copies_withdrawn_has_moment')),
        sa.CheckConstraint("state <> 'accepted' OR checked_at IS NOT NULL", name=op.f('ck_file_copies_accepted_by_somebody')),
        sa.ForeignKeyConstraint(['file_id', 'document_id'], ['file_documents.file_id', 'file_documents.id'], name=op.f('fk_file_copies_file_id_document_id')),
        sa.PrimaryKeyConstraint('file_id', 'id', name=op.f('pk_file_copies'))
    )
    op.create_index(op.f('ix_file_copies_file_id_document_id'), 'file_copies', ['file_id', 'document_id'], unique=False)
    op.create_index('ix_file_copies_to_confirm', 'file_copies', ['file_id'], unique=False, postgresql_where=sa.text("state = 'to_confirm'"))
    op.create_table('file_change_answers',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('change_id', sa.BigInteger(), nullable=False),
        sa.Column('notified_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answer', sa.String(length=20), server_default='silent', nullable=False),
        sa.Column('reason', sa.Text(), server_default='', nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answered_by', sa.Text(), server_default='', nullable=False),
        sa.Column('effective_from', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answer IN ('agreed', 'objected', 'silent')", name=op.f('ck_file_change_answers_answer')),
        sa.ForeignKeyConstraint(['file_id'], ['joining_files.file_id'], name=op.f('fk_file_change_answers_file_id')),
        sa.PrimaryKeyConstraint('file_id', 'change_id', name=op.f('pk_file_change_answers'))
    )
