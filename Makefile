# Everything happens in .venv: nothing is installed outside the project's folder.
# make repro   data and reports, as far as they are not up to date
# make test    every check that the project has
# make check   style, types, codebooks and dvc.yaml
# make lab     JupyterLab, from a notebook to start with

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
export PATH := $(CURDIR)/$(BIN):$(PATH)
export VIRTUAL_ENV := $(CURDIR)/.venv
# The same numbers whatever the machine's language and hash seed.
export LC_ALL := C.UTF-8
export PYTHONHASHSEED := 0
export UV_LINK_MODE := copy

.PHONY: help repro test check fast-test lab lock clean

help:
	@sed -n 's/^# make /make /p' Makefile

repro: $(READY)
	@$(BIN)/sujuva setup-git
	@echo "== dvc repro: running the stages that are not up to date"
	@$(BIN)/dvc repro
	@echo "== Ready: open reports/site/index.html"

test: check
	@echo "== pytest: all tests (the pipeline's take a few minutes)"
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(READY)
	@echo "== ruff and mypy"
	@$(BIN)/ruff format --check --quiet src tests benchmarks notebooks
	@$(BIN)/ruff check --quiet src tests benchmarks notebooks
	@$(BIN)/mypy
	@echo "== codebooks and dvc.yaml"
	@$(BIN)/sujuva codebook
	@$(BIN)/sujuva dag
	@echo "== What may leave by git and DVC"
	@$(BIN)/sujuva guard

fast-test: $(READY)
	@$(BIN)/python -m pytest -m "not slow"

lab: $(READY)
	@$(BIN)/jupyter lab --config=jupyter_server_config.py --LabApp.default_url=/lab/tree/notebooks/explore/start.ipynb

# The environment: rebuilt when the lock changes, never half-made (.ready is written last).
$(READY): requirements.lock pyproject.toml tools/installer.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"Sujuva needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. Try: make PYTHON=python3.11 repro")'
	@echo "== Environment: building .venv from requirements.lock"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tools/installer.lock
	@$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $(READY)

# Compiles the locks afresh from pyproject.toml: hashes, no addresses.
lock:
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --quiet --output-file requirements.lock
	sed -n '/^uv==/,/^[a-z]/p' requirements.lock | sed '/^uv==/!{/^[a-z]/d}' > tools/installer.lock

clean:
	rm -rf .venv .sujuva
