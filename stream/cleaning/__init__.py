"""Articles as outlets published them to the articles' own words: pure functions, no clock, no network."""

from stream.cleaning.clean import Cleaned, Removed, clean_article

__all__ = ["Cleaned", "Removed", "clean_article"]
