"""Look-ups: what a program reads of a Statsig project without managing it; one module a subject.

A look-up takes plain values and gives records; where an id is an Output, it gives an Output of the
record, and in a preview in which the id is not known yet, one that is not known either.
It runs in a Pulumi program or outside of one, with the settings of the environment, else of the stack.
"""
