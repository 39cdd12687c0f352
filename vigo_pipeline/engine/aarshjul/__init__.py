"""The årshjul for people: a calendar per audience, and a page with every event."""
