"""Source files of an exported program."""
