"""The two halves of a sign-in at the console: the password begins it, the second factor opens the session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from maerker.database.base import session
from maerker.errors import Invalid
from maerker.identity.passkeys import PasskeyRefused, Site, new_challenge, request_options
from maerker.identity.passwords import password_matches
from maerker.identity.sessions import LONGEST, hash_token, new_token
from maerker.identity.sign_ins import LONGEST_PASSWORD, Opened, SignIns
from maerker.identity.totp import Vault
from maerker.wording import gettext as _
from onboarding.operators.models import (
    OperatorAccount,
    OperatorAudit,
    OperatorHalfSignIn,
    OperatorPasskey,
    OperatorSession,
)
from onboarding.operators.second_factor import code_is_right, passkey_is_right, take_secret

HALF_LASTS = timedelta(minutes=15)
MISSES = 5


class OperatorSignIns(SignIns):
    """The operator's people's sign-ins: never in one step (`open`), always by the two halves below."""

    def prove(self, username: str, password: str, *, at: datetime, source: str) -> OperatorAccount | None:
        """Whose name and password these are; None, in the same time, for a wrong one and for a closed account."""
        account: OperatorAccount | None = self._find(username)
        right = password_matches(account.password_hash if account else "", password[:LONGEST_PASSWORD])
        if account is None or not right or account.disabled_at is not None:
            self.write(account.id if account else None, "sign_in_refused", at=at, source=source)
            return None
        return account

    def named(self, username: str) -> OperatorAccount | None:
        """The account of this name, as it is looked up when signing in."""
        account: OperatorAccount | None = self._find(username)
        return account

    def begin(self, account: OperatorAccount, *, at: datetime, source: str, way: str) -> Opened:
        """Open the session of someone who has proved both factors. `way`: totp, recovery, passkey or setup."""
        self._sweep(account.id, at)
        token = new_token()
        session().execute(insert(OperatorSession).values(
            token_hash=hash_token(token), account_id=account.id, created_at=at, seen_at=at,
            expires_at=at + LONGEST, verified_at=at,
        ))
        self.write(account.id, "signed_in", at=at, source=source, way=way)
        return Opened(token, account.id, account.display_name)


OPERATORS = OperatorSignIns(OperatorAccount, OperatorSession, OperatorAudit)


@dataclass(frozen=True)
class HalfWay:
    """Someone whose password was right and whose second factor is still to come."""

    account: OperatorAccount
    row: OperatorHalfSignIn

    @property
    def needs_setup(self) -> bool:
        return not self.account.totp_sealed


def start_by_password(
    username: str, password: str, *, at: datetime, source: str = "", target: str = "/"
) -> str | None:
    """The first half: the token of the way in, or None for no. It opens nothing by itself."""
    account = OPERATORS.prove(username, password, at=at, source=source)
    return None if account is None else start_for(account, at=at, target=target)


def start_for(account: OperatorAccount, *, at: datetime, target: str = "/") -> str:
    """The first half for someone who has just shown who they are (password, or set-up link)."""
    return _start(account.id, None, at=at, target=target)


def half_way(token: str, *, at: datetime) -> HalfWay | None:
    """Who is on the way in with this token; None: nobody, or it has taken too long. Locks the way for this request.

    Nor is anybody whose account is closed, or has no password because the access is just being renewed.
    """
    row = _row(token, at)
    if row is None or row.account_id is None:
        return None
    account = session().get(OperatorAccount, row.account_id)
    if account is None or account.disabled_at is not None or not account.password_hash:
        return None
    return HalfWay(account, row)


def finish_by_code(way: HalfWay, code: str, *, vault: Vault, at: datetime, source: str = "") -> Opened:
    """The second half by a code of the app or one of the ten. Raises Invalid; a few wrong ones end the way."""
    proof = code_is_right(way.account, code, vault=vault, at=at)
    if not proof:
        raise _missed(way, at=at, source=source)
    return _arrive(way, at=at, source=source, proof=proof)


def finish_by_setup(
    way: HalfWay, offer: str, code: str, *, vault: Vault, at: datetime, source: str = ""
) -> Opened:
    """The second half of the very first sign-in: the app is connected and shows its first code. Raises Invalid.

    Of two browsers at the same moment one connects its app; the other finds it connected.
    """
    session().refresh(way.account, with_for_update=True)
    if not way.needs_setup:
        raise Invalid(_("Ihre App ist schon verbunden. Bitte melden Sie sich mit ihrem Code an."))
    try:
        take_secret(way.account, offer, code, vault=vault, at=at)
    except Invalid as refusal:
        way.row.misses += 1
        session().flush()
        raise refusal
    OPERATORS.write(way.account.id, "totp_set_up", at=at, source=source)
    return _arrive(way, at=at, source=source, proof="setup")


def ask_passkey(token: str, site: Site, *, at: datetime) -> tuple[str, dict[str, object]]:
    """A question for a passkey: the token of the way in (a new one if there is none) and what the browser needs.

    Someone half way is asked for their own passkeys; someone unknown may choose among all on the device.
    """
    row, challenge = (_row(token, at) if token else None), new_challenge()
    if row is None:
        return _start(None, challenge, at=at, target="/"), request_options(site, challenge)
    row.challenge = challenge
    session().flush()
    rows = OperatorPasskey
    known = session().scalars(select(rows.credential_id).where(rows.account_id == row.account_id)).all()
    return token, request_options(site, challenge, known=known)


def finish_by_passkey(
    token: str, answer: str, *, site: Site, at: datetime, source: str = "", target: str = ""
) -> tuple[Opened, str]:
    """The sign-in by a passkey, which is both factors in one: something one has, opened by finger or PIN.

    Answers with the session and where to go. Raises Invalid.
    """
    row = _row(token, at)
    challenge = row.challenge if row else None
    refused = Invalid(_("Der Passkey wurde nicht angenommen. Bitte melden Sie sich mit Ihrem Passwort an."))
    if row is None or challenge is None:
        raise refused
    row.challenge = None  # a question is answered once
    session().flush()
    try:
        account = passkey_is_right(answer, challenge=challenge, site=site, whose=row.account_id, at=at)
    except PasskeyRefused:
        OPERATORS.write(row.account_id, "second_factor_refused", at=at, source=source, way="passkey")
        raise refused from None
    opened = _arrive(HalfWay(account, row), at=at, source=source, proof="passkey")
    return opened, row.target if row.account_id is not None else target


def _start(account_id: int | None, challenge: bytes | None, *, at: datetime, target: str) -> str:
    rows, token = OperatorHalfSignIn, new_token()
    session().execute(delete(rows).where(rows.expires_at <= at))
    session().execute(insert(rows).values(
        token_hash=hash_token(token), account_id=account_id, expires_at=at + HALF_LASTS, target=target,
        challenge=challenge,
    ))
    return token


def _row(token: str, at: datetime) -> OperatorHalfSignIn | None:
    rows = OperatorHalfSignIn
    return session().scalars(
        select(rows).where(rows.token_hash == hash_token(token), rows.expires_at > at, rows.misses < MISSES)
        .with_for_update()
    ).one_or_none()


def _missed(way: HalfWay, *, at: datetime, source: str) -> Invalid:
    way.row.misses += 1
    session().flush()
    OPERATORS.write(way.account.id, "second_factor_refused", at=at, source=source, way="code")
    sentence = _("Dieser Code stimmt nicht, ist abgelaufen oder wurde schon benutzt. Bitte nehmen Sie den nächsten.")
    return Invalid(sentence, fields={"code": sentence})


def _arrive(way: HalfWay, *, at: datetime, source: str, proof: str) -> Opened:
    rows = OperatorHalfSignIn
    session().execute(delete(rows).where(rows.token_hash == way.row.token_hash))
    return OPERATORS.begin(way.account, at=at, source=source, way=proof)


def note_verified(token: str, *, at: datetime) -> None:
    """The second factor has been proved again within an open session."""
    rows = OperatorSession
    session().execute(
        update(rows).where(rows.token_hash == hash_token(token)).values(verified_at=at, challenge=None)
    )


def end_other_sessions(account_id: int, token: str, *, at: datetime, by: int | str | None = None) -> int:
    """End the person's sign-ins in other browsers; the one with this token ("": none) stays. How many there were.

    Who is half way in elsewhere has to begin anew.
    """
    end_half_sign_ins(account_id)
    rows = OperatorSession
    ended = session().scalars(
        delete(rows).where(rows.account_id == account_id, rows.token_hash != hash_token(token))
        .returning(rows.token_hash)
    ).all()
    if ended:
        OPERATORS.write(account_id, "sessions_revoked", at=at, by=by, count=len(ended))
    return len(ended)


def end_half_sign_ins(account_id: int) -> None:
    """Whoever is half way into this account begins anew: what they knew need not be true any more."""
    rows = OperatorHalfSignIn
    session().execute(
        delete(rows).where(rows.account_id == account_id).execution_options(synchronize_session=False)
    )
