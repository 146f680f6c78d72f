"""Comptoir: the counter where a small business welcomes its customers, whatever the channel."""

__version__ = "0.1.0"
