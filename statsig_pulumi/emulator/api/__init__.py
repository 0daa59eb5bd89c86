"""The endpoints of the Console API, one module for each API group."""
