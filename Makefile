# `make run` and `make test` do everything from nothing; a second time they do only what changed.

PYTHON ?= python3
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input
LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header
EXTRACT := --mapping babel.cfg --keyword _l --keyword lazy_gettext --no-location --sort-output --no-wrap
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))

.PHONY: run test check bench pictures lock messages clean
.DELETE_ON_ERROR:

run: .venv/.run $(CATALOGUES)  ## the site with its demonstration, web and worker together, until Ctrl-C
	@$(FLASK) db upgrade
	@$(FLASK) demo
	@exec $(FLASK) serve

test: check  ## everything that can be checked, on SQLite, PostgreSQL and in Chromium
	$(BIN)/pytest --numprocesses 3 --dist worksteal --quiet $(TESTS)

check: .venv/.test $(CATALOGUES)  ## lint, form, types, the order of rooms, templates
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint templates --quiet --lint

bench: .venv/.test $(CATALOGUES)  ## the figures of docs/figures.md
	$(BIN)/python -m bench

pictures: .venv/.test $(CATALOGUES)  ## docs/pictures, from a clean instance of its own (needs Chromium)
	$(BIN)/python docs/screenshots.py

lock:  ## pin what pyproject.toml asks for, with hashes (needs uv)
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra test --constraint requirements.txt --output-file requirements-test.txt

messages: .venv/.test  ## bring the catalogues to what the source says
	@mkdir -p build
	$(BIN)/pybabel --quiet extract $(EXTRACT) --output build/messages.pot .
	$(BIN)/pybabel --quiet update --input-file build/messages.pot --output-dir translations \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap

clean:  ## everything that was made, but not what was entered (instance/)
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache $(CATALOGUES)
	find app bench migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

%.mo: %.po | .venv/.run
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(notdir $(patsubst %/,%,$(dir $(patsubst %/,%,$(dir $<)))))

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Plenum needs Python 3.11 or newer; set PYTHON=/where/it/is." if sys.version_info < (3, 11) else 0)'
	@echo "Making the environment in .venv ..."
	@$(PYTHON) -m venv .venv

.venv/.run: requirements.txt | $(BIN)/python
	@echo "Installing what the program needs ..."
	@$(PIP) install --require-hashes --requirement requirements.txt
	@touch $@

.venv/.test: requirements-test.txt | .venv/.run
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes --requirement requirements-test.txt
	@touch $@
