"""iCalendar: entries, invitations, feeds and time zones. The only room that imports icalendar."""
