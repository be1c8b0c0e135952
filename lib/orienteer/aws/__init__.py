"""The only floor that talks to AWS: read-only sessions, one `ask`, one scheduler, the permissions it all needs."""
