"""Errors: where, what, likely cause, how to put it right. Never a value, never a row."""


class VigoError(Exception):
    """Base of every error this project raises for a person to act on."""


class GateShut(VigoError):
    """A delivery has no passing verdict for exactly these bytes."""


class MissingInput(VigoError):
    """A step's input is not there."""


class ChangedOnDisk(VigoError):
    """A file is not what the ledger says was written there."""


class StoreInUse(VigoError):
    """What is asked for is not done in a home whose files are in an object store."""


class NotReproducible(VigoError):
    """A published delivery could not be rebuilt to the same bytes."""
