"""``statsig-pulumi doctor``: checks of the installation, of a program and of the connection to Statsig."""

from .examination import examine
from .finding import Finding, Status

__all__ = ["Finding", "Status", "examine"]
