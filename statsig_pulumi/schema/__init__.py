"""Declarations as pure functions: properties, options, validation, codec, diff and state."""
