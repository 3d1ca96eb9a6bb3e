"""A Kommune that does not exist, with everything said: what a text is tried with before it is released."""

from datetime import date

from onboarding.contracts.facts import (
    Contact,
    Contacts,
    Facts,
    Head,
    Municipality,
    Operator,
    Promise,
    Signatory,
    Training,
)
from onboarding.contracts.rows import Subprocessing


def sample_facts() -> Facts:
    """An Amt with eight Gemeinden, a Lower Sorbian name, two signatories and a second sub-processor."""
    return Facts(
        municipality=Municipality(
            name="Amt Musterheide", name_dsb="Amt Pśikładna Góla", kind="Amt", ars="120990199", seat="Musterheide",
            district_name="Landkreis Beispielland", street="Schulstraße 6", postal_code="03999", city="Musterheide",
            members=("Altmuster", "Beispielau", "Drachhorst", "Heideblick am See", "Musterheide", "Neumuster",
                     "Tauerwalde", "Turnow-Muster"),
        ),
        operator=Operator(
            name="Zentraler IT-Dienstleister Beispielland", street="Dortustraße 99", postal_code="14467",
            city="Potsdam", representative="Dr. Jana Wölk", representative_function="Geschäftsführerin",
            contact=Contact(name="Servicestelle Maerker", email="maerker@betreiber.example", phone="0331 1234-0"),
            privacy=Contact(name="Henrik Fließ", email="datenschutz@betreiber.example", phone="0331 1234-55"),
        ),
        head=Head(name="Karla Lübbers-Nowka", title="Amtsdirektorin"),
        signatories=(
            Signatory(name="Karla Lübbers-Nowka", function="Amtsdirektorin"),
            Signatory(name="Jörg Žurman", function="Leiter der Kämmerei",
                      power_of_attorney=date(2026, 3, 2)),
        ),
        contacts=Contacts(
            subject=Contact(name="Sven Kito", function="Leiter Ordnungsamt", email="ordnung@musterheide.example",
                            phone="035601 38-110"),
            technical=Contact(name="Mia Lehmann", function="Informationstechnik", email="it@musterheide.example",
                              phone="035601 38-140"),
            privacy=Contact(name="Dr. Uta Groß", function="Datenschutzbeauftragte",
                            email="datenschutz@musterheide.example", phone="035601 38-190"),
            press=Contact(name="Büro der Amtsdirektorin", email="presse@musterheide.example", phone="035601 38-100"),
        ),
        promise=Promise(first_answer_days=2, whole_administration=False,
                        departments=("Ordnungsamt", "Bauamt", "Wirtschaftshof")),
        responsible="Karla Lübbers-Nowka", may_show_arms=True, host="amt-musterheide.maerker.example",
        home_page="www.musterheide.example", wished_start=date(2027, 1, 4), framework_version="3.1 vom 1. Juli 2026",
        council_decision="Beschluss des Amtsausschusses vom 12. Oktober 2026, Nr. 26/41", reference="MH-2026-014",
        training=Training(
            person="Sven Kito", course="Grundschulung Redaktion", held_on=date(2026, 11, 18), place="Cottbus",
            department="Ordnungsamt", trainer="Anke Brandt", right_answers=9,
        ),
        subprocessors=(
            Subprocessing(name="Rechenzentrum Havelland GmbH", seat="Brandenburg an der Havel", country="Deutschland",
                          service="Betrieb der Server", data="Alle Daten nach Anhang II", since=date(2025, 1, 1)),
            Subprocessing(name="Postbote Nord AG", seat="Rostock", country="Deutschland", service="Versand von E-Mails",
                          data="E-Mail-Adresse, Inhalt der Nachricht", since=date(2026, 5, 1)),
        ),
        accessibility_checked_on=date(2026, 11, 22),
    )
