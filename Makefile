# Two commands: `make run` and `make test`. They make a virtual environment of their own.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: run test check bench clean

run: $(VENV)/.run
	@unset INSTANCE_PATH; $(BIN)/flask demo && exec $(BIN)/flask serve

test: $(VENV)/.test
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(VENV)/.check
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: $(VENV)/.run
	@$(BIN)/python bench/engine.py

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; set PYTHON=...") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing ..."
	@$(PIP) -e .
	@touch $@

$(VENV)/.test: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing, with what the tests need ..."
	@$(PIP) -e '.[tests]'
	@touch $@

$(VENV)/.check: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing, with what the checks need ..."
	@$(PIP) -e '.[check]'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
