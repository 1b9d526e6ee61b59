"""Plenum: event registration, agendas and calendars that stay true."""
