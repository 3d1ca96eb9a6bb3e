"""What a town says of itself, and when its offices are closed."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import TenantOwned

COLOUR = "^#[0-9a-fA-F]{6}$"
"""How a colour is written, for PostgreSQL: it stands in a style sheet, so nothing else may come in."""


class Profile(TenantOwned, Model):
    """One row for each town: names, colours, arms, addresses, texts, calendar switches, promise.

    `version` counts the changes, for two people at once; `calendar_version` those of the calendar.
    """

    __tablename__ = "profiles"
    __table_args__ = (
        CheckConstraint(f"primary_colour ~ '{COLOUR}'", name="primary_colour"),
        CheckConstraint(f"accent_colour ~ '{COLOUR}'", name="accent_colour"),
        CheckConstraint("account_idle_days BETWEEN 30 AND 1095", name="account_idle_days"),
    )

    official_name: Mapped[str] = mapped_column(Text)
    head_title: Mapped[str] = mapped_column(Text, server_default="")
    street: Mapped[str] = mapped_column(Text, server_default="")
    postal_code: Mapped[str] = mapped_column(String(5), server_default="")
    city: Mapped[str] = mapped_column(Text, server_default="")
    phone: Mapped[str] = mapped_column(Text, server_default="")
    email: Mapped[str] = mapped_column(Text, server_default="")
    website: Mapped[str] = mapped_column(Text, server_default="")
    editors_mailbox: Mapped[str] = mapped_column(Text, server_default="")
    responsible: Mapped[str] = mapped_column(Text, server_default="")
    privacy_contact: Mapped[str] = mapped_column(Text, server_default="")
    primary_colour: Mapped[str] = mapped_column(String(7), server_default="#1c4f8a")
    accent_colour: Mapped[str] = mapped_column(String(7), server_default="#8a1c2c")
    arms_svg: Mapped[str] = mapped_column(Text, server_default="")
    texts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    holiday_state: Mapped[str] = mapped_column(String(2), server_default="BB")
    closed_on_24_and_31_december: Mapped[bool] = mapped_column(server_default="true")
    first_answer_days: Mapped[int] = mapped_column(Integer, server_default="3")
    forwarding_days: Mapped[int] = mapped_column(Integer, server_default="3")
    calendar_version: Mapped[int] = mapped_column(Integer, server_default="1")
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    account_idle_days: Mapped[int] = mapped_column(Integer, server_default="180")


class ClosingDay(TenantOwned, Model):
    """A day on which a town's offices are closed although it is no holiday."""

    __tablename__ = "closing_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    reason: Mapped[str] = mapped_column(Text, server_default="")
