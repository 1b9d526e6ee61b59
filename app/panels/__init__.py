"""Speakers' confirmations: asked by a letter, answered by a link, with entries in their calendars."""
