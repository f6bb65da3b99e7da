"""The version, in one place: packaging, manifest and resume keys read it."""

__version__ = "0.1.0"
