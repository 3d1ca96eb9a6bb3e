"""Training: courses and dates, who takes part, the self-test, the certificate."""
