"""A synthetic delivery of evaluation data, so that the workbench runs before any real data is there.

`write_example` draws everything from one seed: a panel of children in units (questionnaires), organisations that
rate their cooperation, families on their way to help, statistics of areas and feedback. The files look as exports
of real systems do, with their encodings, headings and errors; no line of them is about a real person.

From the inside out: `design` holds the effects (`case_design`, `areas` and `talks` hold further ones), `population`
the people, `questionnaires`, `network`, `partners`, `casework`, `areas`, `workshops` and `talks` make the rows, `sheet`
soils them and keeps count, `writers` writes them, `generate` ties it all together.
"""

from sujuva.example.generate import write_example, write_no_example

__all__ = ["write_example", "write_no_example"]
