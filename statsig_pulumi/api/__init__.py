"""REST client of the Console API."""
