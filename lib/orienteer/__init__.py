"""Orienteer: read an AWS organisation once, judge it, hand over what was seen and what was not."""

__version__ = "0.1.0"
