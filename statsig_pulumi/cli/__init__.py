"""The console scripts of the package."""
