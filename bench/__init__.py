"""Figures of speed and size, measured in one run beside a bare Flask page under the same server."""
