"""Screens where the rules of the desk are edited: tiers, trees, clocks, alerts."""
