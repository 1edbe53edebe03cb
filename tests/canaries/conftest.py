# SPDX-License-Identifier: Apache-2.0
"""One honest run for the whole folder, on the database that the tests are run for; and what it left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.canaries.cluster import Cluster, own_cluster
from tests.canaries.found import Gathered, gather
from tests.canaries.sent import Run, honest_run
from tests.conftest import SERVER_URL
from tests.server.houses import House, copied, made


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Iterator[Cluster | None]:
    """With --postgres, a cluster whose files can be read; None on SQLite, and where no cluster can be started."""
    if not pytestconfig.getoption("--postgres"):
        yield None
        return
    with own_cluster() as one:
        yield one


@contextmanager
def pointing(cluster: Cluster | None) -> Iterator[None]:
    """Houses are made on this server; other tests of the same run keep theirs."""
    before = os.environ.get(SERVER_URL)
    if cluster:
        os.environ[SERVER_URL] = cluster.url
    try:
        yield
    finally:
        if cluster and before:
            os.environ[SERVER_URL] = before


@pytest.fixture(autouse=True)
def at_its_own_server(cluster: Cluster | None) -> Iterator[None]:
    with pointing(cluster):
        yield


@pytest.fixture(scope="session")
def canary_house(
    cluster: Cluster | None, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A demo home, not touched yet."""
    folder, stack = Path(tmp_path_factory.mktemp("canaries")), ExitStack()
    with pointing(cluster):
        house = stack.enter_context(made(folder, bool(pytestconfig.getoption("--postgres")), "--demo"))
    yield house
    with pointing(cluster):
        stack.close()


@pytest.fixture(scope="session")
def run_and_found(
    cluster: Cluster | None, canary_house: House, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Run, Gathered]]:
    """The run, and what was found while it went on and after its end."""
    folder, every = Path(tmp_path_factory.mktemp("sent")), os.environ.get("CANARIES") == "every"
    stack = ExitStack()
    with pointing(cluster):
        house = stack.enter_context(copied(canary_house, folder))
        with honest_run(house, every=every) as run:
            live = gather(run, cluster, live=True)
        found = live + gather(run, cluster)
    yield run, found
    with pointing(cluster):
        stack.close()
