"""The rule-based baseline that every report is set against."""

from pipeline.tagging.rules.tagger import RuleTagger

__all__ = ["RuleTagger"]
