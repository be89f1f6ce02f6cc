"""An ordinary kernel, confined: `python -P -m sujuva.pipeline.launcher VIEW …`, where none can be made beforehand."""

from __future__ import annotations

import sys
from pathlib import Path

from sujuva.pipeline.confinement import enter, load, watch


def main() -> None:
    """Take on the view, and be the kernel that the other arguments describe."""
    enter(load(Path(sys.argv[1])))
    watch()
    sys.argv = ["ipykernel_launcher", *sys.argv[2:]]
    from ipykernel.kernelapp import launch_new_instance  # noqa: PLC0415  only when it is confined

    launch_new_instance()


if __name__ == "__main__":
    main()
