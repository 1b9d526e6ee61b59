"""What changed in a published agenda since people were last told, telling those concerned, and the public log of changes."""
