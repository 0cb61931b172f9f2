"""What is true about the U.S. residency Match and what follows from it for one applicant.

Everything here is pure: plain data in, plain data out. Nothing here reads a clock, a network, a database or a
setting; today's date is always passed in. Facts (thresholds, dates, lists) live in ``facts/*.yaml`` with their sources.
"""
