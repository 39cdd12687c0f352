"""Defects to plant, one small function or table entry per rule, and the answer key."""
