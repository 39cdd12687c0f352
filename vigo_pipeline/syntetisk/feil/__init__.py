"""Defects to plant, one small function or table entry per rule, and the answer key.

A value on one line: a row of ``enkle.toml``. What takes code: a function with ``@feilslag``, in the
module of what it is about. Lines of a collection that belong together: ``samlingsfeil.toml``, which
has the rules that cannot be planted too, with why. Whole files and folders: ``mappefeil.py``.
``planting.py`` spreads them over the schools.
"""
