"""Whether a typed address is one that mails can go to, and the sentence for the person who typed it."""

from email_validator import EmailNotValidError, validate_email

from maerker.wording import marked


def address_problem(address: str) -> str:
    """What is wrong with an address, in a marked sentence; empty if mails can go there. No name is looked up."""
    try:
        known = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return marked("Diese E-Mail-Adresse ist nicht vollständig. Sie sieht zum Beispiel so aus: name@beispiel.de")
    if known.smtputf8:
        return marked("An Adressen mit Umlauten vor dem @ können wir nichts schicken. Bitte nennen Sie eine andere.")
    return ""
