"""The source files of an exported program."""
