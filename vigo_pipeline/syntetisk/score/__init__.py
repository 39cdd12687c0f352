"""How good the gate is, in numbers."""
