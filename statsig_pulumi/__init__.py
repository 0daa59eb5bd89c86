"""Statsig as code: every entity of the Console API as a Pulumi resource."""

from .entities.dynamic_config import DynamicConfig as DynamicConfig
from .entities.gate import Gate as Gate
from .entities.tag import Tag as Tag
from .entities.team import Team as Team
from .parts import ActiveReview as ActiveReview
from .parts import MetricReference as MetricReference
from .parts import Owner as Owner
from .parts import Reviewer as Reviewer
from .parts import ReviewSettings as ReviewSettings
from .targeting import AutomatedRollout as AutomatedRollout
from .targeting import Condition as Condition
from .targeting import ConfigRule as ConfigRule
from .targeting import Rule as Rule
from .targeting import Variant as Variant
