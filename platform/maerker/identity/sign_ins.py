"""How someone signs in, and how that ends: one mechanism for each trio of account, session and audit tables.

The town's staff and the operator's people both use it with tables of their own. Knows no web: a door hands in
what was typed and puts the token into the cookie.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from maerker.database.base import session
from maerker.errors import TooMany
from maerker.identity.passwords import hash_password, password_matches
from maerker.identity.sessions import IDLE, LONGEST, hash_token, new_token
from maerker.web.limits import Allowance, Limits
from maerker.wording import gettext as _
from maerker.wording import marked

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
WIDER = 5
"""So many times the limit of one account may one address fail with any accounts."""


@dataclass(frozen=True)
class Opened:
    """A sign-in that has been opened: `token` goes into the cookie and is nowhere else."""

    token: str
    account_id: int
    display_name: str


@dataclass(frozen=True)
class SignIns:
    """Sign-ins of one kind of people. In a town's scope the rows are the town's, by row-level security."""

    accounts: Any
    sessions: Any
    audit: Any

    def open(self, username: str, password: str, *, at: datetime, source: str = "") -> Opened | None:
        """Open a session if name and password are right. None: wrong name, wrong password or closed account.

        Each way takes the same time. `source` is the hidden network address for the audit row.
        """
        account = self._find(username)
        right = password_matches(account.password_hash if account else "", password[:LONGEST_PASSWORD])
        if account is None or not right or account.disabled_at is not None:
            self.write(account.id if account else None, "sign_in_refused", at=at, source=source)
            return None
        self._sweep(account.id, at)
        token = new_token()
        session().execute(insert(self.sessions).values(
            token_hash=hash_token(token), account_id=account.id, created_at=at, seen_at=at, expires_at=at + LONGEST,
        ))
        self.write(account.id, "signed_in", at=at, source=source)
        return Opened(token, account.id, account.display_name)

    def close(self, token: str, *, at: datetime) -> bool:
        """End the session of this token, so that a copied cookie opens nothing. False: there was none."""
        rows = self.sessions
        owner = session().scalar(
            delete(rows).where(rows.token_hash == hash_token(token)).returning(rows.account_id)
        )
        if owner is None:
            return False
        self.write(owner, "signed_out", at=at)
        return True

    def revoke(self, account_id: int, *, at: datetime, by: int | None) -> int:
        """End all sessions of an account, wherever they are open. The answer is how many there were."""
        rows = self.sessions
        ended = session().scalars(
            delete(rows).where(rows.account_id == account_id).returning(rows.token_hash)
        ).all()
        self.write(account_id, "sessions_revoked", at=at, by=by, count=len(ended))
        return len(ended)

    def keep_awake(self, token: str, *, at: datetime) -> None:
        """Note that the session is in use; the caller asks for it once in some minutes, not at each request."""
        rows = self.sessions
        session().execute(update(rows).where(rows.token_hash == hash_token(token)).values(seen_at=at))

    def write(self, account_id: int | None, act: str, *, at: datetime, **details: Any) -> None:
        """Append an audit row. Details that are empty are left out; never a password, never a typed name."""
        kept = {key: value for key, value in details.items() if value not in ("", None)}
        session().execute(insert(self.audit).values(at=at, account_id=account_id, act=act, details=kept))

    def taken(self, username: str) -> bool:
        """Whether an account of this name exists; capitals do not matter."""
        return self._find(username) is not None

    def _find(self, username: str) -> Any:
        rows = self.accounts
        name = _plain(username)
        return session().scalars(select(rows).where(func.lower(rows.username) == name).order_by(rows.id)).first()

    def _sweep(self, account_id: int, at: datetime) -> None:
        """Sessions of this account that are over anyway."""
        rows = self.sessions
        session().execute(
            delete(rows).where(
                rows.account_id == account_id, or_(rows.expires_at <= at, rows.seen_at <= at - IDLE)
            )
        )


@dataclass(frozen=True)
class Throttle:
    """Failed sign-ins in a quarter of an hour: of one account from one address, and of one address in all.

    The address is part of both, so that nobody can lock a colleague out from elsewhere.
    """

    limits: Limits
    times: int
    realm: str

    def demand_room(self, username: str, address: str) -> None:
        """Raises TooMany before a password is looked at. Right passwords do not count."""
        account, wide = self._allowances()
        if self.limits.used_up(account, *self._whose(username, address)) or self.limits.used_up(
            wide, self.realm, self.limits.hide(address)
        ):
            raise TooMany(_TOO_MANY, retry_after=15 * 60)

    def count_failure(self, username: str, address: str) -> None:
        account, wide = self._allowances()
        for allowance, whose in (
            (account, self._whose(username, address)), (wide, (self.realm, self.limits.hide(address)))
        ):
            try:
                self.limits.hit(allowance, *whose, explanation=_(_TOO_MANY))
            except TooMany:
                continue  # the next attempt is told

    def _allowances(self) -> tuple[Allowance, Allowance]:
        return Allowance("sign-in", self.times, 15), Allowance("sign-in-address", self.times * WIDER, 15)

    def _whose(self, username: str, address: str) -> tuple[str, str, str]:
        return self.realm, self.limits.hide(_plain(username)), self.limits.hide(address)


_TOO_MANY = marked(
    "Es gab zu viele Anmeldeversuche. Bitte warten Sie eine Viertelstunde. Wenn Sie Ihr Passwort nicht mehr wissen, "
    "hilft Ihnen Ihre Administratorin oder Ihr Administrator."
)


def checked_password(password: str) -> str:
    """The hash of a password that is long enough. Raises ValueError with the sentence for the person."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ValueError(_("Das Passwort braucht mindestens %(number)s Zeichen.", number=SHORTEST_PASSWORD))
    return hash_password(password)


def local_path(target: str, otherwise: str) -> str:
    """Where to go after signing in: a path of this host, or `otherwise` for anything else."""
    plain = target.isprintable() and "\\" not in target
    return target if plain and target.startswith("/") and not target.startswith("//") else otherwise


def _plain(username: str) -> str:
    """A name as it is looked up and as its failures are counted: one spelling, so that none escapes the counter."""
    return username.replace("\x00", "").strip().lower()
