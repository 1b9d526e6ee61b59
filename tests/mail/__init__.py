"""Tests of the mail room and of the worker."""
