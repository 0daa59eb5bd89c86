"""Run ``statsig-pulumi`` as ``python -m statsig_pulumi``."""

from .cli.main import main

main()
