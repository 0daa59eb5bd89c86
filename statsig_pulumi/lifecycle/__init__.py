"""Check, diff, create, read, update and delete over plain JSON; imports no Pulumi."""
