"""Export a live Statsig project as a program, and as what Pulumi needs to import its objects."""
