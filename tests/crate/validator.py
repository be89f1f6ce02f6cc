"""Run inside the validator's own environment: put the contexts that it would fetch into its cache, without a network.

Usage: validator.py CACHE CONTEXT, the latter of RO-Crate as its library carries it. That is 1.3; the profile names 1.1,
where the terms of Bioschemas had other addresses: these are put back.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse

context = Path(sys.argv[2]).read_text(encoding="utf-8")
for name in ("input", "output"):
    context = context.replace(
        f"https://bioschemas.org/terms/{name}", f"https://bioschemas.org/ComputationalWorkflow#{name}"
    )
context = context.replace("https://bioschemas.org/terms/", "https://bioschemas.org/")
URL = "https://w3id.org/ro/crate/1.1/context"


class Kept(HTTPAdapter):
    """Answers with what is kept."""

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
        body = io.BytesIO(context.encode())
        headers = {"Content-Type": "application/ld+json"}
        answer = HTTPResponse(body, headers, status=200, preload_content=False, request_url=request.url)
        return self.build_response(request, answer)


session = CachedSession(sys.argv[1], backend="sqlite", expire_after=-1)
session.mount("https://", Kept())
session.get(URL)
