from __future__ import annotations

import pytest

from sujuva.reports import build_site, region_report
from tests.conftest import ROOT
from tests.publish import made_up
from tests.reports.light import fewer

THREE = ["fi", "sv", "en"]


@pytest.fixture(scope="session")
def published():
    return made_up.publication()


@pytest.fixture(scope="session")
def reports(published):
    """The report of Oulu in each language, the Finnish one whole."""
    shorter = {one: region_report(fewer(published), "oulu", language=one, languages=THREE) for one in ("sv", "en")}
    return {"fi": region_report(published, "oulu", languages=THREE), **shorter}


@pytest.fixture(scope="session")
def site(published, reports, tmp_path_factory):
    """The site in three languages; what stands at each region is the report of Oulu, since drawing takes its time."""
    project = tmp_path_factory.mktemp("project")
    (project / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    for language, report in reports.items():
        for key in ("network", *published.meta["regions"]):
            report.write(project / "reports" / "regions" / language / key)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        build_site(published, languages=THREE)
    return project / "reports" / "site"
