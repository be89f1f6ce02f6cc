from __future__ import annotations

import pytest

from sujuva.publish import Privacy, publish
from tests.publish import made_up


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    folder = made_up.input_folder(tmp_path_factory.mktemp("input"), made_up.REGIONS)
    made = made_up.indicators()
    return publish(made, input_folder=folder, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES)
