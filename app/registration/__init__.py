"""Who takes part: places, the waiting list, consent, keys and letters."""
