"""Where a demonstration's mails end: taken by SMTP, kept in a Maildir, shown on a page of this machine alone."""
