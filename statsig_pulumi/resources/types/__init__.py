"""Nested types, and what several resources share about their values."""
