"""Data sources: functions that read objects of a Statsig project without managing them, one module per subject.

A data source takes plain values and returns records. If an id is an Output, it returns an Output of the record, which
is unknown in a preview while the id is. Data sources work in a Pulumi program or outside of one. Settings come from the
environment variables first, then from the stack's configuration.
"""
