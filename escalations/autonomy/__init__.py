"""Autonomy that is earned: certified thresholds, honest audits, monitors, drift. Pure: values in, values out.

`certify` finds the threshold that keeps the promised error rate, `draw` picks what is audited, `monitor` keeps watch
between certifications, `drift` trips the breaker, and `success`, `vigilance` and `pairs` hold the figures beside them.
"""
