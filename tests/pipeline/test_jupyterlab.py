"""A real JupyterLab in a browser: opening and saving any notebook of the project leaves nothing for git to tell."""

from __future__ import annotations

import json
import runpy
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.acceptance.copies import Copy, copy_project

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu"]
TOKEN = "loopback"
# Opens a notebook as a click on it does, waits for its kernel (which tells what it is), saves and closes.
OPEN_AND_SAVE = """
async path => {
  const app = window.jupyterapp;
  const widget = await app.commands.execute('docmanager:open', {path});
  await widget.context.ready;
  await widget.context.sessionContext.ready;
  await widget.context.sessionContext.session?.kernel?.info;
  await widget.context.save();
  await widget.context.sessionContext.shutdown();
  widget.close();
}
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The project as it stands, all of it committed."""
    copy = copy_project(tmp_path_factory.mktemp("lab") / "sujuva")
    copy.run("git", "add", "--all")
    copy.run(
        "git", "-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "--quiet", "--message", "as it stands"
    )
    assert copy.run("git", "status", "--porcelain").stdout == ""
    return copy


@pytest.fixture(scope="module")
def lab(clone: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab in the clone, started as `make lab` does, with nobody's own configuration."""
    home = str(tmp_path_factory.mktemp("home"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    recipe = runpy.run_path(str(clone.path / "tools" / "make.py"))["LAB"]
    command = [sys.executable, "-m", "jupyterlab", *recipe, "--no-browser", "--allow-root"]
    own = {"HOME": home, "JUPYTER_CONFIG_DIR": home, "JUPYTER_DATA_DIR": f"{home}/data", "JUPYTER_RUNTIME_DIR": home}
    server = subprocess.Popen(
        [*command, "--ip=127.0.0.1", f"--port={port}", f"--IdentityProvider.token={TOKEN}", "--expose-app-in-browser"],
        cwd=clone.path,
        env=clone.environment(**own),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api?token={TOKEN}", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "JupyterLab ended by itself"
        try:
            with urlopen(address) as answer:
                json.load(answer)
        except URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("JupyterLab does not answer")


def test_opening_and_saving_a_notebook_leaves_git_status_clean(clone: Copy, lab: str):
    from playwright.sync_api import sync_playwright

    notebooks = sorted((clone.path / "notebooks").rglob("*.ipynb"))
    saved = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *QUIET])
        page = browser.new_page()
        page.on("response", lambda answer: answer.request.method == "PUT" and saved.append((answer.url, answer.status)))
        page.goto(f"{lab}/?token={TOKEN}")
        page.wait_for_selector(".jp-NotebookPanel", timeout=60_000)
        assert page.url.endswith("/notebooks/explore/start.ipynb")
        for path in notebooks:
            page.evaluate(OPEN_AND_SAVE, path.relative_to(clone.path).as_posix())
        browser.close()

    assert clone.run("git", "status", "--porcelain").stdout == "", clone.run("git", "diff").stdout[:3000]
    answered = {url.partition("?")[0].removeprefix(f"{lab}/api/contents/"): status for url, status in saved}
    assert {path.relative_to(clone.path).as_posix(): 200 for path in notebooks}.items() <= answered.items()
    assert notebooks
