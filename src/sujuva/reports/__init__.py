"""Reports: a site of HTML pages in the reader's language, made from published tables only."""

from sujuva.reports.numbers import KeyNumber, key_numbers
from sujuva.reports.pages import Report, region_report, report_sections
from sujuva.reports.release import write_record
from sujuva.reports.site import build_site, front_page
from sujuva.reports.story import sentences
from sujuva.reports.tables import Table

__all__ = [
    "KeyNumber",
    "Report",
    "Table",
    "build_site",
    "front_page",
    "key_numbers",
    "region_report",
    "report_sections",
    "sentences",
    "write_record",
]
