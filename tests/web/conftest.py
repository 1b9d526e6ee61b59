"""What the tests of pages ask for."""

from collections.abc import Callable
from itertools import count

import pytest
from flask.testing import FlaskClient

Cost = Callable[[str], int]


@pytest.fixture
def cost(client: FlaskClient, statements) -> Cost:
    """`cost(address)` is how many SQL statements a page takes that was not kept: each asking is under an address of its own."""
    askings = count()

    def ask(address: str) -> int:
        with statements() as said:
            answer = client.get(f"{address}{'&' if '?' in address else '?'}asking={next(askings)}")
        assert answer.status_code == 200
        return len(said)

    return ask
