"""The declarative base and the session that a request or a job works in."""

from typing import cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Session

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Model(DeclarativeBase):
    """Base of every table. `__lists__` says on which list a table stands (see the habit test)."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(session_options={"expire_on_commit": False})


def session() -> Session:
    """The session of the current request or job. Actions flush it; the request or the job commits it."""
    return cast(Session, db.session())
