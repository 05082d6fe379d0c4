"""Gait from one phone: clips measured, drawn, kept and compared, and trials of quicker steps.

Modules are imported one by one (``kneewise.services.gait.trial``): a page that lists clips does not pay for measuring.
"""
