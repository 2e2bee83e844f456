"""The rule-based tagger, the baseline of every report."""

from pipeline.tagging.rules.tagger import RuleTagger

__all__ = ["RuleTagger"]
