"""What somebody has written, as a model: unchanged once it is read, and without unknown keys."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A model that takes no key that it does not have, and does not change.

    It is built where it is first read: most processes read few of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
