# One command to study, one to run, one to test. Each sets up what is missing; a second call installs nothing.
#   make lab            open the course in JupyterLab          (make lab GPU=1: with the GPU libraries, on Linux)
#   make run            execute the core lessons without a screen
#   make test           run every test                      (make test ONLY="01 or 02": those whose names hold that)
#   make bench          measure the course's speed, side by side with the older ways
#   make gpu            five lessons on the GPU, in ten minutes, beside their figures from a CPU      (make gpu GPU=1)
#   make test-versions  run every test with RESOLUTION=highest or lowest-direct versions that pyproject.toml admits (needs uv)
#   make reach          ask every address of the catalog whether it still answers
#   make site           build the course's site in build/site/
#   make wheel          build the course's wheel in dist/
#   make lock           renew requirements*.lock from pyproject.toml (for maintainers; needs uv)

# The first Python on the PATH that fits; say PYTHON=/path/to/python to choose another.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python,$(shell $(name) -I -c "$(FITS)" 2>/dev/null && echo $(name))))
BIN := .venv/bin
# pip installs into .venv, whatever else the user's settings say; the index, the proxy and the certificates stay theirs.
unexport PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_DRY_RUN
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-user --target=
TOGETHER := --numprocesses 2 --dist loadgroup --no-loadscope-reorder
# GPU=1 once is enough: an environment that has the GPU libraries keeps them.
LOCK := $(if $(GPU)$(wildcard .venv/installed-requirements-gpu.lock),requirements-gpu.lock,requirements.lock)
INSTALLED := .venv/installed-$(LOCK)
# An environment knows the place that it was made for: in a renamed or copied checkout it would run the old one's code.
MOVED := $(shell test ! -e $(INSTALLED) || grep -qF " $$(pwd -P)/.venv" .venv/pyvenv.cfg || echo moved)

# --no-deps below: the lock names all that is needed, and the pip of Python 3.11 would look for newer versions of some.
# pip's options where the packages of the lock are in a mirror, as `course data mirror DIR --wheels` puts them there; else none.
FROM_MIRROR := $(if $(COURSE_MIRROR),$$($(PYTHON) -m course_utils.teaching.packages $(LOCK)))

.PHONY: help setup lab run test test-versions bench gpu reach wheel site lock moved
help:
	@sed -n 's/^#   //p' Makefile

setup: $(INSTALLED)

lab: $(INSTALLED)
	@$(BIN)/course lab

run: $(INSTALLED)
	@$(BIN)/course run

test: $(INSTALLED)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/mypy & $(BIN)/pytest $(TOGETHER) $(if $(ONLY),-k "$(ONLY)"); tests=$$?; wait $$! && exit $$tests

# in an environment of its own; `make test` keeps to the locked versions
test-versions:
	uv venv --clear --seed --python $(PYTHON) .venv-$(RESOLUTION)
	uv pip install --python .venv-$(RESOLUTION)/bin/python --resolution $(RESOLUTION) --editable '.[dev]'
	.venv-$(RESOLUTION)/bin/pytest $(TOGETHER)

reach: $(INSTALLED)
	@$(BIN)/python -m tools.reach

wheel: $(INSTALLED)
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

site: $(INSTALLED)
	@$(BIN)/course site

bench: $(INSTALLED)
	@$(BIN)/python -m tools.bench

gpu: $(INSTALLED)
	@$(BIN)/python -m tools.gpu

moved:
	@echo "This checkout was renamed or copied, and its .venv still runs the code of the old one."

$(INSTALLED): $(LOCK) pyproject.toml $(MOVED)
	@$(PYTHON) -c "$(FITS)" 2>/dev/null || { echo "This course needs Python 3.11, 3.12 or 3.13, and $(if $(PYTHON),$(PYTHON) is another,none was found); install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 2; }
	@echo "Setting up the course in .venv; the first time this downloads about 1 GB$(if $(GPU), and 3 GB more for the GPU) and takes a few minutes."
	@options=$(FROM_MIRROR) && $(PYTHON) -m venv --clear .venv && $(PIP) $$options --no-deps --require-hashes --requirement $(LOCK)
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra dev --extra gpu --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements-gpu.lock
