"""How an event stands: counts, next steps and warnings."""
