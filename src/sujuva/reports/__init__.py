"""Reports: self-contained HTML pages in the reader's language, made from published tables only."""

from sujuva.reports.numbers import KeyNumber, key_numbers
from sujuva.reports.pages import build_site, index_page, region_report, report_sections
from sujuva.reports.release import write_record
from sujuva.reports.story import sentences
from sujuva.reports.tables import Table

__all__ = [
    "KeyNumber",
    "Table",
    "build_site",
    "index_page",
    "key_numbers",
    "region_report",
    "report_sections",
    "sentences",
    "write_record",
]
