"""What an operator may set, read once at the start from the environment.

Each field carries its environment name (``MAERKER_`` + the field's name in capitals), a default and one
sentence. ``config/maerker.env.example`` lists the same; a test compares the two.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url

# Names that never lead to a machine of the open net (RFC 2606, RFC 6761).
RESERVED = frozenset({"localhost", "test", "example", "invalid", "example.com", "example.net", "example.org"})
DATABASE_ROLES = ("owner", "tenants", "joining", "console", "relay", "eraser")


class SettingsProblem(Exception):
    """A setting is missing or cannot be understood; the message says which, for the operator."""


def setting(default: Any, sentence: str) -> Any:
    return field(default=default, metadata={"sentence": sentence})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One instance's settings. Times are seconds, sizes are bytes unless the name says otherwise."""

    secret_key: str = setting("", "At least 32 random characters; signs tokens and derives role passwords.")
    data: Path = setting(Path("var"), "Folder for everything this instance writes on its own disk.")
    storage: Path | None = setting(None, "Folder of uploaded files; empty: the folder `files` in MAERKER_DATA.")
    base_host: str = setting("localhost", "Host under which towns live (<slug>.<base host>), without a port.")
    public_scheme: str = setting("http", "Scheme of public links: https; http under reserved names (localhost) alone.")
    public_port: int = setting(8000, "Port of public links; 80 and 443 are left out of the address.")
    database_url: str = setting("", "postgresql://host:5432/name without user; each process logs in as its role.")
    database_admin_url: str = setting("", "Complete address of a superuser; only `maerker database prepare` reads it.")
    database_password_owner: str = setting("", "Password of maerker_owner; empty: derived from the secret key.")
    database_password_tenants: str = setting("", "Password of maerker_tenants; empty: derived from the secret key.")
    database_password_joining: str = setting("", "Password of maerker_joining; empty: derived from the secret key.")
    database_password_console: str = setting("", "Password of maerker_console; empty: derived from the secret key.")
    database_password_relay: str = setting("", "Password of maerker_relay; empty: derived from the secret key.")
    database_password_eraser: str = setting("", "Password of maerker_eraser; empty: derived from the secret key.")
    database_pool_size: int = setting(4, "Open connections each process keeps: one for each thread of gunicorn.")
    database_prepared_statements: bool = setting(True, "Set 0 behind pgbouncer older than 1.21.")
    redis_url: str = setting("redis://127.0.0.1:6379/0", "Redis protocol server for jobs, page cache and rate limits.")
    smtp_host: str = setting("127.0.0.1", "Mail server that takes the platform's mails.")
    smtp_port: int = setting(25, "Its port.")
    smtp_user: str = setting("", "User at the mail server; empty: no login.")
    smtp_password: str = setting("", "Password at the mail server.")
    smtp_starttls: bool = setting(False, "Set 1 to encrypt the connection to the mail server by STARTTLS.")
    mail_from_domain: str = setting("maerker.localhost", "Domain of the sender addresses, one address for each town.")
    operator_name: str = setting("Betrieb der Plattform", "Name of the body that runs this instance.")
    operator_street: str = setting("", "Its street and number, as they stand in the agreements.")
    operator_postal_code: str = setting("", "Its postal code.")
    operator_city: str = setting("", "Its city.")
    operator_phone: str = setting("", "Telephone number under which municipalities reach it.")
    operator_email: str = setting("", "Mail address under which municipalities reach it.")
    operator_representative: str = setting("", "Name of the person who signs for it.")
    operator_representative_function: str = setting("", "Function of that person, in German.")
    operator_privacy_name: str = setting("", "Its data protection officer.")
    operator_privacy_email: str = setting("", "Mail address of the data protection officer.")
    operator_certificate: str = setting("", "PKCS#12 file with which agreements are countersigned; empty: by upload.")
    operator_certificate_passphrase: str = setting("", "Passphrase of that file.")
    framework_version: str = setting("", "Version and day of the framework agreement that municipalities join.")
    rate_reports_per_address: int = setting(20, "Reports that one network address may send in an hour.")
    rate_reports_per_town: int = setting(600, "Reports that one town takes in an hour before it asks to wait.")
    rate_drafts_per_address: int = setting(60, "Started forms of one network address in an hour.")
    rate_photo_megabytes_per_address: int = setting(1000, "Photos that one network address may upload in a day, in MB.")
    rate_logins: int = setting(10, "Failed sign-ins of one account from one address in a quarter of an hour.")
    form_min_seconds: int = setting(3, "A report form sent sooner after its first page was filled by a robot.")
    page_cache_seconds: int = setting(60, "How long a public page may be kept, at most 60.")
    outbox_retry_seconds: int = setting(120, "A posting taken but unfinished for so long is posted again.")
    trusted_proxies: int = setting(0, "Proxies in front whose X-Forwarded-For counts; the host is never taken from it.")
    demo: bool = setting(False, "Set 1 for the demonstration: a banner says so on each page.")
    mail_sink_url: str = setting("", "Demonstration only: address of the page that shows the sent mails.")
    map_tiles: str = setting("", "Path on this platform of map tiles, /.../{z}/{x}/{y}.png; empty: boundaries only.")

    @property
    def operator_contact(self) -> str:
        """The mail address at which the operator is reached; the postmaster's where none is set."""
        return self.operator_email or f"postmaster@{self.mail_from_domain}"

    @property
    def operator_missing(self) -> tuple[str, ...]:
        """The settings without which an agreement would not name the operator as a party; none: it can be concluded."""
        needed = ("operator_name", "operator_street", "operator_postal_code", "operator_city",
                  "operator_representative", "operator_representative_function", "operator_email")
        default = type(self)(secret_key="", database_url="")
        return tuple(f"MAERKER_{name.upper()}" for name in needed if getattr(self, name) == getattr(default, name))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings. Raises SettingsProblem with one sentence for the operator."""
        values: dict[str, Any] = {}
        for item in fields(cls):
            raw = environment.get(f"MAERKER_{item.name.upper()}")
            if raw is None or (raw == "" and item.name != "secret_key"):
                continue
            values[item.name] = _read(item.name, raw, item.default)
        if "base_host" in values:
            values["base_host"] = _host(values["base_host"])
        settings = cls(**values)
        if len(settings.secret_key) < 32:
            raise SettingsProblem("MAERKER_SECRET_KEY is missing or shorter than 32 characters.")
        if not settings.database_url:
            raise SettingsProblem("MAERKER_DATABASE_URL is missing.")
        if not 0 <= settings.page_cache_seconds <= 60:
            raise SettingsProblem("MAERKER_PAGE_CACHE_SECONDS must lie between 0 and 60.")
        _demand_encryption(settings.public_scheme, settings.base_host)
        return settings

    @property
    def storage_folder(self) -> Path:
        return self.storage or self.data / "files"

    @property
    def secure(self) -> bool:
        """Whether cookies may carry the __Host- prefix and Secure: where pages are served by https."""
        return self.public_scheme == "https"

    def public_url(self, host: str) -> str:
        """`https://cottbus.example.de` - what a link to this host begins with, without a final slash."""
        usual = {"http": 80, "https": 443}[self.public_scheme]
        port = "" if self.public_port == usual else f":{self.public_port}"
        return f"{self.public_scheme}://{host}{port}"

    def role_password(self, role: str) -> str:
        if role not in DATABASE_ROLES:
            raise SettingsProblem(f"There is no database role {role}.")
        own: str = getattr(self, f"database_password_{role}")
        return own or derived_password(self.secret_key, role)

    def database_url_of(self, role: str) -> URL:
        """The address with which a process of this role logs in."""
        return make_url(self.database_url).set(
            drivername="postgresql+psycopg", username=f"maerker_{role}", password=self.role_password(role)
        )

    def derive(self, purpose: str, *parts: str) -> bytes:
        """32 bytes that only this instance can compute, for one purpose and its parts."""
        message = "\x1f".join((purpose, *parts)).encode()
        return hmac.digest(self.secret_key.encode(), message, "sha256")


def derived_password(secret_key: str, role: str) -> str:
    return hmac.digest(secret_key.encode(), f"database-role:{role}".encode(), "sha256").hex()


def _host(typed: str) -> str:
    """As the hosts of requests are read: in small letters, without a final dot."""
    host = typed.strip().lower().removesuffix(".")
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", host):
        raise SettingsProblem(f"MAERKER_BASE_HOST must be a host without scheme and port, not {typed!r}.")
    return host


def _demand_encryption(scheme: str, base_host: str) -> None:
    """What citizens write and staff sign in with crosses the open net encrypted, or the platform does not start."""
    if scheme not in ("http", "https"):
        raise SettingsProblem(f"MAERKER_PUBLIC_SCHEME must be http or https, not {scheme!r}.")
    if scheme == "http" and not any(base_host == name or base_host.endswith(f".{name}") for name in RESERVED):
        raise SettingsProblem(
            f"MAERKER_PUBLIC_SCHEME must be https for {base_host}: http is for localhost and other reserved names, "
            "such as *.localhost and *.test, alone."
        )


def _read(name: str, raw: str, default: Any) -> Any:
    if isinstance(default, bool):
        if raw not in ("0", "1"):
            raise SettingsProblem(f"MAERKER_{name.upper()} must be 0 or 1, not {raw!r}.")
        return raw == "1"
    if isinstance(default, int):
        try:
            return int(raw)
        except ValueError:
            raise SettingsProblem(f"MAERKER_{name.upper()} must be a number, not {raw!r}.") from None
    if isinstance(default, Path) or name == "storage":
        return Path(raw).absolute()
    return raw
