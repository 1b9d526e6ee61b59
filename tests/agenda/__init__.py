"""The agenda: its acts, undo, clashes."""
