"""Uploaded files: kept in the database, so that one backup holds everything and several machines share them."""
