"""A town's choice from the state-wide categories."""

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import TenantOwned


class Category(TenantOwned, Model):
    """A kind of report that this town takes, in its order, with its hint and its usual department."""

    __tablename__ = "categories"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "department_id"],
            ["departments.tenant_id", "departments.id"],
            ondelete="SET NULL (department_id)",
        ),
        Index(None, "tenant_id", "department_id"),
    )

    key: Mapped[str] = mapped_column(String(40), ForeignKey("core_categories.key"), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(Text, server_default="")
    position: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(server_default="true")
    department_id: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, server_default="1")


class CategoryRoute(TenantOwned, Model):
    """An exception: reports of this category from this Ortsteil are asked of another department."""

    __tablename__ = "category_routes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "category_key"], ["categories.tenant_id", "categories.key"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["tenant_id", "place_id"], ["places.tenant_id", "places.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "department_id"], ["departments.tenant_id", "departments.id"]),
        Index(None, "tenant_id", "place_id"),
        Index(None, "tenant_id", "department_id"),
    )

    category_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    place_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    department_id: Mapped[int] = mapped_column(BigInteger)
