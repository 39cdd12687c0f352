"""A port is asked for before anything is started on it."""

import pytest

from vigo_pipeline.nett.port import NoPort, demand_free


@pytest.mark.parametrize("port", [-1, 0, 65_536])
def test_a_number_that_no_port_has_is_told(port: int) -> None:
    with pytest.raises(NoPort, match="fra 1 til 65535"):
        demand_free(port, "vigo sjekk --nett --port ")
