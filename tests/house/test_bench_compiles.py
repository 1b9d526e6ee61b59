"""The bench is not run by the tests, so they see that it could be."""

import importlib
import pkgutil
from pathlib import Path

import pytest

import bench
from bench import load, processes
from bench.conversations import get


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(bench.__path__)])
def test_a_module_of_the_bench_fits_the_application(name: str):
    module = importlib.import_module(f"bench.{name}")

    assert module.__doc__


@pytest.mark.processes
def test_the_load_reaches_the_bare_page_and_counts_its_answers(tmp_path: Path):
    with processes.web("bench.bare:app", tmp_path) as bare:
        found = load.pace(bare.port, get("/"), clients=2, seconds=0.1)
        cpu, memory = bare.cpu(), bare.memory()

    assert set(found.statuses) == {200}
    assert len(found.waits) == found.answers > 0
    assert cpu > 0
    assert all(0 < worker.pss <= worker.rss for worker in memory)
    assert len(memory) == 2
