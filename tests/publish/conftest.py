from __future__ import annotations

import pytest

from sujuva.publish import Privacy, publish
from tests.publish import made_up


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory):
    return made_up.input_folder(tmp_path_factory.mktemp("input"), made_up.ALL_REGIONS)


@pytest.fixture(scope="session")
def made():
    return made_up.indicators()


@pytest.fixture(scope="session")
def published(made, example_folder):
    return publish(made, input_folder=example_folder, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES)
