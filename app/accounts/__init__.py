"""The people who sign in: accounts, second factors, passkeys, and the forms kept for them while they sign in again."""
