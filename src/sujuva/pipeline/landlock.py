"""Landlock: a process of Linux gives up, for good and for all it starts, every file but those that it names.

The kernel (5.13 and newer, where the system has it switched on) then refuses to open anything else, whoever asks:
Python, Polars in Rust, Arrow in C++, a program that was started. Nobody needs to be an administrator, and an
administrator is bound as well. Names and sizes of files can still be asked for; their content cannot.

The numbers are those of the kernel's `landlock.h`: https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # system calls, of the same number on all usual processors
_ASK_VERSION = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38  # of prctl

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FOLDER, _REMOVE_FILE, _MAKE_FOLDER, _MAKE_FILE, _MAKE_SOCKET = 1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 9
_MOVE, _TRUNCATE = 1 << 13, 1 << 14
_FIRST = (1 << 13) - 1  # what the first version knows
_ADDED = {2: _MOVE, 3: _TRUNCATE}  # what later ones know, too
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
# No symbolic links: one that leads to data of persons would be followed by whoever shares the folder.
_WRITE = _WRITE_FILE | _REMOVE_FOLDER | _REMOVE_FILE | _MAKE_FOLDER | _MAKE_FILE | _MAKE_SOCKET | _MOVE | _TRUNCATE


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Return the version of Landlock that this system offers; 0 where it offers none."""
    if sys.platform != "linux":
        return 0
    try:
        return _call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    except OSError:
        return 0


def restrict(readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Leave this process and all it will start nothing but these files and folders, with all below them.

    Only the calling thread is bound, so call it before there is any other.

    Args:
        readable: May be read and executed; what is not there is passed over.
        writable: May be read and changed, too.

    Raises:
        OSError: The system refused.
    """
    known = _FIRST
    for since, rights in _ADDED.items():
        known |= rights if version() >= since else 0
    rules = _call(_CREATE_RULESET, ctypes.byref(ctypes.c_uint64(known)), ctypes.c_size_t(8), ctypes.c_uint32(0))
    try:
        for paths, rights in ((readable, _READ), (writable, _READ | _WRITE)):
            for path in paths:
                _allow(rules, path, rights & known)
        if ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
        _call(_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0))
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = _PathBeneath(rights if path.is_dir() else rights & _OF_FILES, folder)
        _call(_ADD_RULE, ctypes.c_int(rules), ctypes.c_int(_PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(folder)


def _call(number: int, *arguments: Any) -> int:
    done: int = ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *arguments)
    if done < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return done
