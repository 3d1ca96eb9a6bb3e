"""The second factor: the app's codes, the ten codes for an emergency, passkeys. Checked, set up, renewed."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.identity.passkeys import (
    NewPasskey,
    PasskeyRefused,
    Site,
    creation_options,
    made_passkey,
    named_credential,
    new_challenge,
    request_options,
    used_passkey,
)
from maerker.identity.sessions import hash_token
from maerker.identity.totp import SHOWN_FOR, Vault, matching_step, new_recovery_codes
from maerker.wording import gettext as _
from onboarding.operators.models import (
    OperatorAccount,
    OperatorPasskey,
    OperatorRecoveryCode,
    OperatorSession,
)

LONGEST_NAME = 60
MOST_PASSKEYS = 20


def code_is_right(account: OperatorAccount, code: str, *, vault: Vault, at: datetime) -> str:
    """Whether this is a code of the app ("totp") or an unused one of the ten ("recovery"); otherwise "".

    What was right is used up by this: neither opens anything a second time, not even at the same moment.
    """
    if _is_next_code(account, code, vault=vault, at=at):
        return "totp"
    rows = OperatorRecoveryCode
    used = session().scalar(
        update(rows)
        .where(rows.account_id == account.id, rows.code_hash == vault.hash_code(code), rows.used_at.is_(None))
        .values(used_at=at).returning(rows.account_id)
    )
    return "" if used is None else "recovery"


def take_secret(account: OperatorAccount, offer: str, code: str, *, vault: Vault, at: datetime) -> None:
    """Connect the app whose secret was offered, once it shows a right code. Raises Invalid."""
    try:
        secret = vault.open_offer(offer, str(account.id), at=at)
    except ValueError:
        sentence = _("Der QR-Code auf dieser Seite ist zu alt. Bitte scannen Sie den neuen, der jetzt hier steht.")
        raise Invalid(sentence, fields={"offer": sentence}) from None
    step = matching_step(secret, code, at=at, after=0)
    if step is None:
        sentence = _("Dieser Code stimmt nicht. Bitte geben Sie die sechs Ziffern ein, die Ihre App jetzt zeigt. "
                     "Stimmt die Uhr Ihres Telefons?")
        raise Invalid(sentence, fields={"code": sentence})
    account.totp_sealed, account.totp_since, account.totp_last_step = vault.seal(secret), at, step
    session().flush()


def issue_recovery_codes(account_id: int, *, vault: Vault, at: datetime) -> list[str]:
    """Ten new codes, as the person writes them down; earlier ones are void. They are shown once."""
    codes, rows = new_recovery_codes(), OperatorRecoveryCode
    session().execute(delete(rows).where(rows.account_id == account_id))
    session().execute(
        insert(rows), [{"account_id": account_id, "code_hash": vault.hash_code(code)} for code in codes]
    )
    account = _account(account_id)
    account.recovery_since = at
    session().flush()
    return codes


def are_own_codes(account_id: int, codes: list[str], *, vault: Vault) -> bool:
    """Whether these are the account's own unused codes: what is given back as a file was made here."""
    rows = OperatorRecoveryCode
    known = session().scalars(
        select(rows.code_hash).where(rows.account_id == account_id, rows.used_at.is_(None))
    ).all()
    return bool(codes) and {vault.hash_code(code) for code in codes} <= set(known)


def codes_left(account_id: int) -> int:
    """How many of the ten codes are still good."""
    rows = OperatorRecoveryCode
    return session().scalar(
        select(func.count()).select_from(rows).where(rows.account_id == account_id, rows.used_at.is_(None))
    ) or 0


def passkeys_of(account_id: int) -> list[OperatorPasskey]:
    """The person's passkeys, the oldest first."""
    rows = OperatorPasskey
    return list(session().scalars(select(rows).where(rows.account_id == account_id).order_by(rows.id)))


def ask_for_new_passkey(token: str, account_id: int, site: Site, *, at: datetime) -> dict[str, object]:
    """What the browser needs to make a passkey; the question is kept with the session."""
    account, challenge = _account(account_id), new_challenge()
    _keep_challenge(token, challenge, at)
    return creation_options(
        site, challenge, handle=str(account_id).encode(), username=account.username,
        display_name=account.display_name, known=[item.credential_id for item in passkeys_of(account_id)],
    )


def add_passkey(token: str, account_id: int, answer: str, name: str, *, site: Site, at: datetime) -> OperatorPasskey:
    """Keep the passkey that the browser made. Raises Invalid."""
    refused = Invalid(_("Der Passkey wurde nicht angelegt. Bitte versuchen Sie es noch einmal."))
    challenge = _spent_challenge(token, at)
    if challenge is None or len(passkeys_of(account_id)) >= MOST_PASSKEYS:
        raise refused
    try:
        made: NewPasskey = made_passkey(site, challenge, answer)
    except PasskeyRefused:
        raise refused from None
    rows = OperatorPasskey
    if session().scalar(select(rows.id).where(rows.credential_id == made.credential_id)) is not None:
        raise refused
    row = OperatorPasskey(
        account_id=account_id, credential_id=made.credential_id, public_key=made.public_key,
        sign_count=made.sign_count, name=_tidy(name), created_at=at,
    )
    session().add(row)
    session().flush()
    return row


def rename_passkey(account_id: int, passkey_id: int, name: str) -> None:
    """Raises NotThere for another person's passkey."""
    own_passkey(account_id, passkey_id).name = _tidy(name)
    session().flush()


def remove_passkey(account_id: int, passkey_id: int) -> str:
    """From now on it opens nothing; its name. Raises NotThere."""
    row = own_passkey(account_id, passkey_id)
    session().delete(row)
    session().flush()
    return row.name


def own_passkey(account_id: int, passkey_id: int) -> OperatorPasskey:
    """One passkey of this person. Raises NotThere."""
    rows = OperatorPasskey
    row = session().scalars(
        select(rows).where(rows.id == passkey_id, rows.account_id == account_id)
    ).one_or_none()
    if row is None:
        raise NotThere()
    return row


def ask_own_passkey(token: str, account_id: int, site: Site, *, at: datetime) -> dict[str, object]:
    """A question for someone signed in, who confirms a grave act by passkey."""
    challenge = new_challenge()
    _keep_challenge(token, challenge, at)
    return request_options(site, challenge, known=[item.credential_id for item in passkeys_of(account_id)])


def own_passkey_is_right(token: str, account_id: int, answer: str, *, site: Site, at: datetime) -> bool:
    """Whether the answer to that question is this person's."""
    challenge = _spent_challenge(token, at)
    if challenge is None:
        return False
    try:
        passkey_is_right(answer, challenge=challenge, site=site, whose=account_id, at=at)
    except PasskeyRefused:
        return False
    return True


def passkey_is_right(
    answer: str, *, challenge: bytes, site: Site, whose: int | None, at: datetime
) -> OperatorAccount:
    """Whose passkey answered. `whose` is the account it must belong to, if that is known. Raises PasskeyRefused."""
    rows = OperatorPasskey
    row = session().scalars(
        select(rows).where(rows.credential_id == named_credential(answer)).with_for_update()
    ).one_or_none()
    if row is None or (whose is not None and row.account_id != whose):
        raise PasskeyRefused("unknown")
    account = _account(row.account_id)
    if account.disabled_at is not None or not account.totp_sealed:
        raise PasskeyRefused("closed")
    row.sign_count = used_passkey(site, challenge, answer, public_key=row.public_key, sign_count=row.sign_count)
    row.used_at = at
    session().flush()
    return account


def forget_second_factor(account: OperatorAccount) -> None:
    """App, codes and passkeys open nothing any more."""
    account.totp_sealed, account.totp_since, account.totp_last_step, account.recovery_since = "", None, 0, None
    for rows in (OperatorPasskey, OperatorRecoveryCode):
        session().execute(delete(rows).where(rows.account_id == account.id))
    session().flush()


def _is_next_code(account: OperatorAccount, code: str, *, vault: Vault, at: datetime) -> bool:
    if not account.totp_sealed:
        return False
    rows = OperatorAccount
    try:
        secret = vault.open(account.totp_sealed)
    except ValueError:  # the instance has another key by now: the access is to be renewed
        return False
    step = matching_step(secret, code, at=at, after=account.totp_last_step)
    if step is None:
        return False
    return session().scalar(  # two requests with the same code: the second one finds the step taken
        update(rows).where(rows.id == account.id, rows.totp_last_step < step).values(totp_last_step=step)
        .returning(rows.id).execution_options(synchronize_session=False)
    ) is not None


def _keep_challenge(token: str, challenge: bytes, at: datetime) -> None:
    rows = OperatorSession
    session().execute(
        update(rows).where(rows.token_hash == hash_token(token))
        .values(challenge=challenge, challenge_until=at + timedelta(seconds=SHOWN_FOR))
    )


def _spent_challenge(token: str, at: datetime) -> bytes | None:
    """The question of this session, which is thereby answered."""
    rows = OperatorSession
    row = session().scalars(
        select(rows).where(rows.token_hash == hash_token(token), rows.challenge_until > at).with_for_update()
    ).one_or_none()
    if row is None:
        return None
    challenge, row.challenge = row.challenge, None
    session().flush()
    return challenge


def _account(account_id: int) -> OperatorAccount:
    return session().get_one(OperatorAccount, account_id)


def _tidy(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME] or _("Passkey")
