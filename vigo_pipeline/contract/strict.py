"""What somebody has written, as a model: unchanged once it is read, and without unknown keys."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A model that takes no key that it does not have, and does not change."""

    model_config = ConfigDict(frozen=True, extra="forbid")
