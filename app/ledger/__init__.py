"""The ledger of places: who got which place when and why, append-only, each row sealed with the hash of the one before."""
