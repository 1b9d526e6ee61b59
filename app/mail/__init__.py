"""Letters as rows: the outbox, how they look, how they leave. Knows addresses, not events."""
