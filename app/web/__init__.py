"""Pages over HTTP: each finds, asks, acts and answers; it decides nothing."""
