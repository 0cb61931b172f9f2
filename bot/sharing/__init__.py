"""Summaries shared with mentors: links, readings, comments and their delivery."""
