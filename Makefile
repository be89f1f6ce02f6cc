# Each target is one of tools/make.py, which does the same where there is no make: python tools/make.py repro
# `make` alone lists them.

PYTHON ?= python3
TARGETS := repro test check fast-test lab lock environment clean

.PHONY: help $(TARGETS)

help $(TARGETS):
	@$(PYTHON) tools/make.py $@
