"""What stops the embedded server, in one line for the person who must act."""

from vigo_pipeline.engine.errors import VigoError


class EmbeddedServerStopped(VigoError):
    """The embedded PostgreSQL cannot be made, started or reached."""


def no_server(hva: str, gjoer: str) -> EmbeddedServerStopped:
    """Return the error: what is wrong, and what to do; the way out that always works is added."""
    return EmbeddedServerStopped(
        f"Den innebygde databasen kan ikke brukes: {hva.rstrip('.')}. {gjoer.rstrip('.')}, "
        "eller sett VIGO_DATABASE_URL til en PostgreSQL som alt kjører."
    )
