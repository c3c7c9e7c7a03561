"""Calibration: thresholds for each language from reference text.

`reference` measures the text, `methods` has the formulas, `calibrate` applies them rule by rule.
"""
