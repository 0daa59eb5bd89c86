"""Base classes of resources."""
