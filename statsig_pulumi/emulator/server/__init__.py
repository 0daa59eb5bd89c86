"""HTTP server of the emulator: control endpoints, faults, rate limit, request log and state file."""
