"""What is done to a fødselsnummer by accident does not show it; the number here is synthetic."""

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigo_pipeline.domain.fnr import Fnr, token

TALL = "01810012345"
DELER = (TALL, TALL[:6], TALL[6:])


@dataclasses.dataclass
class Elev:
    fnr: Fnr


def show(fnr: Fnr) -> dict[str, str]:
    return {
        "str": str(fnr),
        "repr": repr(fnr),
        "format": f"{fnr} {fnr!r} {fnr!s} {fnr:>20} {fnr:.11}",
        "percent": "%s %r" % (fnr, fnr),  # noqa: UP031  # the old way must be safe too
        "containers": repr([(fnr,), {fnr: fnr}, {fnr}]),
        "dataclass": repr(Elev(fnr)) + repr(dataclasses.asdict(Elev(fnr))),
        "json": json.dumps({"fnr": fnr}, default=str),
        "error": str(ValueError(fnr)) + repr(ValueError("feil hos", fnr)),
        "copy": repr(copy.copy(fnr)) + repr(copy.deepcopy({"elever": [fnr]})),
        "log": logging.LogRecord("x", 20, "x", 1, "elev %s %r", (fnr, fnr), None).getMessage(),
    }


@pytest.mark.parametrize("maate", show(Fnr(TALL)))
def test_the_digits_are_never_shown(maate: str) -> None:
    vist = show(Fnr(TALL))[maate]
    assert "***" in vist
    assert not [d for d in DELER if d in vist]


FEILENDE: dict[str, Callable[[Fnr], object]] = {
    "json": lambda fnr: json.dumps([fnr]),
    "arrow": lambda fnr: pa.array([fnr]),
    "int": int,
    "key": lambda fnr: {}[fnr],
    "add": lambda fnr: fnr + "x",
    "compare": lambda fnr: fnr < "x",
    "set": lambda fnr: setattr(fnr, "_verdi", "x"),
    "vars": vars,
    "bad_format": lambda fnr: f"{fnr:d}",
    **{f"pickle_{p}": lambda fnr, p=p: pickle.dumps(fnr, p) for p in range(6)},
}


@pytest.mark.parametrize("maate", FEILENDE)
def test_what_cannot_be_done_fails_without_the_digits(maate: str) -> None:
    with pytest.raises(Exception) as feil:
        FEILENDE[maate](Fnr(TALL))
    ledd = traceback.TracebackException.from_exception(feil.value, capture_locals=True)
    spor = "".join(ledd.format())
    assert not [d for d in DELER if d in str(feil.value) or d in spor]


def test_a_number_is_never_equal_to_its_own_text() -> None:
    assert Fnr(TALL) != TALL
    assert Fnr(TALL) == Fnr(TALL)
    assert not hasattr(Fnr(TALL), "__dict__")
    assert Fnr(TALL).reveal() == TALL


@given(st.binary(min_size=16, max_size=64), st.text("0123456789", min_size=11, max_size=11))
def test_a_token_is_stable_and_holds_no_number(noekkel: bytes, tall: str) -> None:
    svar = token(Fnr(tall), noekkel)
    assert svar == token(Fnr(tall), noekkel)
    assert len(svar) == 16
    assert tall not in svar


@given(st.sets(st.text("0123456789", min_size=11, max_size=11), min_size=2, max_size=50))
def test_persons_get_tokens_of_their_own(tall: set[str]) -> None:
    assert len({token(Fnr(t), b"0123456789abcdef") for t in tall}) == len(tall)


def test_another_key_gives_another_token() -> None:
    assert token(Fnr(TALL), b"0123456789abcdef") != token(Fnr(TALL), b"0123456789abcdeF")


@pytest.mark.parametrize("noekkel", [b"", b"0123456789abcde"], ids=["none", "short"])
def test_a_short_key_is_refused_without_the_digits(noekkel: bytes) -> None:
    with pytest.raises(ValueError, match="16 byte") as feil:
        token(Fnr(TALL), noekkel)
    assert TALL not in str(feil.value)
