"""Traced numbers and live graphs for notebooks."""
