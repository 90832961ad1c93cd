"""A newsroom that runs itself until an editor says yes."""

__version__ = "0.1.0"
