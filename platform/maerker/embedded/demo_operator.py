"""Who runs the demonstration: an invented body, complete enough that agreements name both their parties."""

DEMO_OPERATOR: dict[str, str] = {
    "MAERKER_OPERATOR_NAME": "IT-Dienst der Kommunen Brandenburg",
    "MAERKER_OPERATOR_STREET": "Am Alten Markt 7",
    "MAERKER_OPERATOR_POSTAL_CODE": "14467",
    "MAERKER_OPERATOR_CITY": "Potsdam",
    "MAERKER_OPERATOR_PHONE": "0331 5550 120",
    "MAERKER_OPERATOR_EMAIL": "betrieb@plattform.example",
    "MAERKER_OPERATOR_REPRESENTATIVE": "Dr. Jana Wölk",
    "MAERKER_OPERATOR_REPRESENTATIVE_FUNCTION": "Geschäftsführerin",
    "MAERKER_OPERATOR_PRIVACY_NAME": "Henrik Sasse",
    "MAERKER_OPERATOR_PRIVACY_EMAIL": "datenschutz@plattform.example",
    "MAERKER_FRAMEWORK_VERSION": "1 vom 1. Oktober 2025",
}
"""Settings of a demonstration that nobody set otherwise. The mail addresses lead nowhere."""
