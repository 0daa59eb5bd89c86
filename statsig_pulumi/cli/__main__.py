"""Run ``statsig-pulumi`` as ``python -m statsig_pulumi.cli``."""

from .main import main

main()
