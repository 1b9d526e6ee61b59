"""Rules of entry: invitations, groups."""
