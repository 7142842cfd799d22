# `make run` starts the demonstration, `make test` runs every test. Each first installs what it needs into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# -qq: show only errors. pip's notices about the machine's configuration do not help here.
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq

.PHONY: run test quick html torture mutants check bench screenshots clean

run: $(VENV)/.run
	@unset INSTANCE_PATH; $(BIN)/cm-tracker demo && exec $(BIN)/cm-tracker serve

test: $(VENV)/.test
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m tests.deployment
	@$(BIN)/python -m tests.office
	@$(BIN)/python -m tests.pango
	@$(BIN)/python -m pytest -n 2 --dist worksteal

# The fast tests, without browser and PostgreSQL. `make test` runs all.
quick: $(VENV)/.test
	@$(BIN)/python -m pytest -n 2 --dist worksteal --sqlite-only tests/domain tests/architecture tests/operations tests/web

# Keep the pages that these tests see, and check them with the validator of the W3C.
html: $(VENV)/.test
	@$(BIN)/python -m tests.chromium
	@rm -rf build/pages
	@KEEP_PAGES=build/pages $(BIN)/python -m pytest -n 2 --dist worksteal --sqlite-only \
		tests/web tests/browser/test_every_page.py tests/browser/test_styleguide.py tests/browser/test_kiosk*.py
	@$(BIN)/python -m tests.html build/pages

torture: $(VENV)/.test
	@TORTURE_ROUNDS=50 TORTURE_CUTS=200 TORTURE_TRANSACTIONS=100000 $(BIN)/python -m pytest -n 2 tests/torture

# Test the tests of the domain: change its code in thousands of ways, one after another, and run them each time.
mutants: $(VENV)/.mutants
	@rm -rf mutants
	@$(BIN)/mutmut run
	@$(BIN)/mutmut results --all=true | $(BIN)/python -m tests.mutants

check: $(VENV)/.check
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --quiet

# Take every picture of the docs again from the demonstration.
screenshots: $(VENV)/.test
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m tests.screenshots

bench: $(VENV)/.test
	@$(BIN)/python bench/engine.py
	@$(BIN)/python bench/simulation.py
	@$(BIN)/python -m bench.ledger
	@$(BIN)/python -m bench.day
	@$(BIN)/python -m bench.viewings
	@$(BIN)/python -m bench.encryption
	@$(BIN)/python -m bench.reports
	@$(BIN)/python -m bench.dashboard

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; set PYTHON=...") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: setup.cfg pyproject.toml | $(BIN)/python
	@$(call install,the program and the libraries it needs,-e .)

$(VENV)/.test: setup.cfg pyproject.toml | $(BIN)/python
	@$(call install,the program and what its tests need,-e '.[tests]')

$(VENV)/.check: setup.cfg pyproject.toml | $(BIN)/python
	@$(call install,the program and what its checks need,-e '.[tests$(comma)check]')

$(VENV)/.mutants: setup.cfg pyproject.toml | $(BIN)/python
	@$(call install,the program and what changes its code,-e '.[tests$(comma)mutants]')

comma := ,
# $(call install,WHAT,ARGUMENTS OF PIP): run pip, and print what is installed and how long it took.
define install
echo "Installing $(1) into $(VENV); this takes about half a minute, once ..."; began=$$(date +%s); \
$(PIP) $(2) && echo "Installed in $$(($$(date +%s) - began)) seconds." && touch $@
endef

clean:
	rm -rf $(VENV) build dist mutants *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
