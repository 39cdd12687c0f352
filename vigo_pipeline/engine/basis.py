"""What decides what comes out, beside the rows: read before it is used, and known by a version.

A step takes all of it from one such object and has no other source, so that its version is of what
was used, not of a list that somebody keeps.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property

from pydantic import BaseModel


@dataclass(frozen=True)
class Grunnlag:
    """Everything but rows that a step is given: every field of the class that inherits."""

    @cached_property
    def deler(self) -> Mapping[str, str]:
        """Return each part by name, as text that is the same whenever the content is."""
        return {f.name: as_text(getattr(self, f.name)) for f in fields(self)}

    @cached_property
    def versjon(self) -> str:
        """Return 16 hex digits that change whenever any part does."""
        samlet = json.dumps(self.deler, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(samlet.encode()).hexdigest()[:16]


def as_text(verdi: object) -> str:
    """Return a value as text that is the same whenever the value is."""
    return json.dumps(verdi, sort_keys=True, ensure_ascii=False, default=_plain)


def _plain(verdi: object) -> object:
    if isinstance(verdi, BaseModel):
        return verdi.model_dump(mode="json")
    if hasattr(verdi, "__dataclass_fields__"):
        return {n: getattr(verdi, n) for n in verdi.__dataclass_fields__}
    return str(verdi)
