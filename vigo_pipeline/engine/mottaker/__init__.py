"""What the receiver would say of a delivery, before it gets it."""
