"""A report on a planned change: consequences, changes in sentences, what depends on them, and policies."""
