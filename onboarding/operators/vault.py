"""The keys and the address that the second factor of the operator's people hangs on, from the settings."""

from maerker.identity.passkeys import Site
from maerker.identity.totp import Vault
from maerker.settings import Settings


def vault_of(settings: Settings) -> Vault:
    """Seals the apps' secrets and hashes the ten codes. Another secret key of the instance opens none of them."""
    return Vault(settings.derive("operator-second-factor"))


def console_address(settings: Settings) -> str:
    """`https://betrieb.example.de`"""
    return settings.public_url(f"betrieb.{settings.base_host}")


def site_of(settings: Settings) -> Site:
    """Passkeys are made for the console's host alone: no sister subdomain can ask for them."""
    return Site(f"betrieb.{settings.base_host}", console_address(settings), f"Maerker – {settings.operator_name}")
