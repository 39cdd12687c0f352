"""Deadlines: where each round stands, and who is told."""
