"""The HTTP side of the emulator: server, control endpoints, faults, rate limit, request log and state file."""
