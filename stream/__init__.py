"""Tocsin: listens to news feeds and rings when a new diplomatic event breaks."""

__version__ = "0.1.0"
