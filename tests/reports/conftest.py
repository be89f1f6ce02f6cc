from __future__ import annotations

import pytest

from tests.publish import made_up


@pytest.fixture(scope="session")
def published():
    return made_up.publication()
