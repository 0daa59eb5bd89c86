"""The emulated project: its records, and the rules that the API applies to them."""
