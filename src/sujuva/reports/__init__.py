"""Reports: a site of HTML pages in the reader's language, made from published tables only."""

from sujuva.reports.content import page_of
from sujuva.reports.facts import Fact, facts
from sujuva.reports.first import front_page
from sujuva.reports.pages import Report, region_report, report_sections
from sujuva.reports.ranking import Finding, findings
from sujuva.reports.release import write_record
from sujuva.reports.site import build_site
from sujuva.reports.tables import Table

__all__ = [
    "Fact",
    "Finding",
    "Report",
    "Table",
    "build_site",
    "facts",
    "findings",
    "front_page",
    "page_of",
    "region_report",
    "report_sections",
    "write_record",
]
