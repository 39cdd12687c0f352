"""Synthetic InSchool files: rounds of invented persons, seeded, up to the whole nation."""
