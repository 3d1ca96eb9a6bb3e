"""Courses and their dates (the operator's, for all), and who of a Kommune takes part (in its file)."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import FileOwned, Global, Numbered, moment


class CourseWay(enum.StrEnum):
    """How a course is held."""

    on_site = "on_site"
    online = "online"
    self_study = "self_study"


class Course(Global, Model):
    """A course that the operator offers to every Kommune."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, server_default="")
    way: Mapped[CourseWay] = mapped_column(
        Enum(CourseWay, native_enum=False, length=20, create_constraint=True, name="way")
    )
    made_at: Mapped[datetime] = moment()
    made_by: Mapped[str] = mapped_column(Text, server_default="")
    retired_at: Mapped[datetime | None] = moment()


class CourseDate(Global, Model):
    """One date of a course, with its place or its address on the web."""

    __tablename__ = "course_dates"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_later"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    starts_at: Mapped[datetime] = moment()
    ends_at: Mapped[datetime] = moment()
    place: Mapped[str] = mapped_column(Text, server_default="")
    seats: Mapped[int] = mapped_column(Integer, server_default="20")
    trainer_name: Mapped[str] = mapped_column(Text, server_default="")
    cancelled_at: Mapped[datetime | None] = moment()


class Trainee(FileOwned, Numbered, Model):
    """Someone of a Kommune who takes a course. Trained is who took part (or studied) and passed the self-test."""

    __tablename__ = "file_trainees"
    __table_args__ = (
        ForeignKeyConstraint(["file_id"], ["joining_files.file_id"]),
        Index(None, "file_id", "email"),
        Index(None, "course_id"),
        Index(None, "date_id"),
    )

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    date_id: Mapped[int | None] = mapped_column(ForeignKey("course_dates.id"))
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text, server_default="")
    booked_at: Mapped[datetime] = moment()
    booked_by: Mapped[str] = mapped_column(Text, server_default="")
    cancelled_at: Mapped[datetime | None] = moment()
    attended_at: Mapped[datetime | None] = moment()
    attended_by: Mapped[str] = mapped_column(Text, server_default="")
    test_tries: Mapped[int] = mapped_column(Integer, server_default="0")
    test_answers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    test_score: Mapped[int | None] = mapped_column(Integer)
    test_passed_at: Mapped[datetime | None] = moment()
    certificate_id: Mapped[int | None] = mapped_column(BigInteger)
