"""Plans of whoever looks at an agenda: chosen sessions kept without an account or a name."""
