"""``statsig-pulumi doctor``: checks of the installation, of a program and of the connection to Statsig."""

from .examination import examine
from .finding import Finding, Status
from .output import print_findings

__all__ = ["Finding", "Status", "examine", "print_findings"]
