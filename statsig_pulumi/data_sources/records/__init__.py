"""Records: the typed results of data sources, by subject."""
