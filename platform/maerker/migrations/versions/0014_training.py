"""courses, dates, sign-ups, attendance, self-tests"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OWN = "file_id = current_file()"


def upgrade() -> None:
    _tables()
    _seats()
    op.execute("ALTER TABLE file_trainees ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE file_trainees FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_file ON file_trainees TO maerker_joining, maerker_owner USING ({OWN}) WITH CHECK ({OWN})"
    )
    op.execute(f"CREATE POLICY every_file ON file_trainees TO maerker_console USING (true) WITH CHECK ({OWN})")
    op.execute("GRANT SELECT, INSERT, UPDATE ON courses, course_dates, file_trainees TO maerker_console")
    op.execute("GRANT SELECT ON courses, course_dates, file_trainees TO maerker_joining")
    # Who took part is the operator's word: the joining application books, cancels and hands in the self-test.
    op.execute(
        "GRANT INSERT (file_id, course_id, date_id, name, email, department, booked_at, booked_by),"
        " UPDATE (name, email, department, date_id, cancelled_at, test_tries, test_answers, test_score,"
        " test_passed_at) ON file_trainees TO maerker_joining"
    )


def _seats() -> None:
    """How many seats of a date are taken, over all files: a Kommune learns the number and nobody's name."""
    op.execute("CREATE POLICY for_seats ON file_trainees FOR SELECT TO maerker_search USING (true)")
    op.execute("GRANT SELECT (date_id, cancelled_at) ON file_trainees TO maerker_search")
    op.execute("GRANT USAGE, CREATE ON SCHEMA public TO maerker_search")
    op.execute(
        "CREATE FUNCTION course_seats_taken(wanted bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER"
        " SET search_path = public, pg_temp AS"
        " $$ SELECT count(*) FROM file_trainees WHERE date_id = wanted AND cancelled_at IS NULL $$"
    )
    op.execute("REVOKE ALL ON FUNCTION course_seats_taken(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION course_seats_taken(bigint) TO maerker_joining, maerker_console")
    op.execute("ALTER FUNCTION course_seats_taken(bigint) OWNER TO maerker_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM maerker_search")


def _tables() -> None:
    op.create_table('courses',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('description', sa.Text(), server_default='', nullable=False),
        sa.Column('way', sa.Enum('on_site', 'online', 'self_study', name='way', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('made_by', sa.Text(), server_default='', nullable=False),
        sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_courses'))
    )
    op.create_table('course_dates',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column('course_id', sa.BigInteger(), nullable=False),
        sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('place', sa.Text(), server_default='', nullable=False),
        sa.Column('seats', sa.Integer(), server_default='20', nullable=False),
        sa.Column('trainer_name', sa.Text(), server_default='', nullable=False),
        sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_course_dates_ends_later')),
        sa.ForeignKeyConstraint(['course_id'], ['courses.id'], name=op.f('fk_course_dates_course_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_course_dates'))
    )
    op.create_index(op.f('ix_course_dates_course_id'), 'course_dates', ['course_id'], unique=False)
    op.create_table('file_trainees',
        sa.Column('file_id', sa.Uuid(), server_default=sa.text('current_file()'), nullable=False),
        sa.Column('id', sa.BigInteger(), sa.Identity(always=True), autoincrement=True, nullable=False),
        sa.Column('course_id', sa.BigInteger(), nullable=False),
        sa.Column('date_id', sa.BigInteger(), nullable=True),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('email', sa.Text(), nullable=False),
        sa.Column('department', sa.Text(), server_default='', nullable=False),
        sa.Column('booked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('booked_by', sa.Text(), server_default='', nullable=False),
        sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('attended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('attended_by', sa.Text(), server_default='', nullable=False),
        sa.Column('test_tries', sa.Integer(), server_default='0', nullable=False),
        sa.Column('test_answers', JSONB(), server_default='{}', nullable=False),
        sa.Column('test_score', sa.Integer(), nullable=True),
        sa.Column('test_passed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('certificate_id', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['course_id'], ['courses.id'], name=op.f('fk_file_trainees_course_id')),
        sa.ForeignKeyConstraint(['date_id'], ['course_dates.id'], name=op.f('fk_file_trainees_date_id')),
        sa.ForeignKeyConstraint(['file_id'], ['joining_files.file_id'], name=op.f('fk_file_trainees_file_id')),
        sa.PrimaryKeyConstraint('file_id', 'id', name=op.f('pk_file_trainees'))
    )
    op.create_index(op.f('ix_file_trainees_course_id'), 'file_trainees', ['course_id'], unique=False)
    op.create_index(op.f('ix_file_trainees_date_id'), 'file_trainees', ['date_id'], unique=False)
    op.create_index(op.f('ix_file_trainees_file_id_email'), 'file_trainees', ['file_id', 'email'], unique=False)
