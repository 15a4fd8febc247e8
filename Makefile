# Every target is a thin line over `python -m bench`; the environment makes itself.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
BENCH  := $(BIN)/python -m bench
UV     := $(BIN)/python -m bench.suts.uv
RUN    := $(VENV)/.run-ready
DEV    := $(VENV)/.dev-ready

# The folder of the checkout may have blanks in its name, for nothing here names it; that of VENV stands in names of files.
ifneq ($(words $(VENV)),1)
$(error VENV names a folder with a blank in its path, which make cannot handle: $(VENV))
endif

# Meant for other programs: they would let foreign packages in, send ours elsewhere, or keep Python from finding this one.
unexport PYTHONHOME PYTHONOPTIMIZE PYTHONPATH PYTHONSAFEPATH PYTHONUSERBASE PYTHONWARNINGS PIP_PREFIX PIP_ROOT PIP_TARGET
# Not unset, for pip's own file may say the same.
export PIP_USER := 0

# A checkout of web2py that is named nowhere else.
WEB2PY     := .fairground/web2py
WEB2PY_URL := https://github.com/web2py/web2py
ifneq ($(wildcard $(WEB2PY)/gluon),)
export WEB2PY_HOME ?= $(abspath $(WEB2PY))
endif

# An interpreter that is gone, with its system's upgrade say, leaves an environment that looks ready.
GONE := $(shell [ ! -e $(RUN) ] || $(BIN)/python -c '' 2>/dev/null || rm -f $(RUN) $(DEV))

.DEFAULT_GOAL := help
.PHONY: help setup tool new-app bench bench-full programs valgrind web2py verify fuzz crawl micro calibrate growth against compare combine report export site serve list test test-slow test-namespaces test-pythons lint lock clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(RUN): requirements.txt
	@command -v $(firstword $(PYTHON)) >/dev/null || { echo 'There is no $(firstword $(PYTHON)) here; name a Python 3.11 or newer with PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Fairground needs Python 3.11 or newer; name one with PYTHON=... (this is " + sys.version.split()[0] + ").")'
	@$(PYTHON) -c 'import sqlite3, ssl' 2>/dev/null || { echo 'This Python was built without SQLite or TLS; name another with PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep '^uv==' requirements.txt | cut -d' ' -f1)"
	@$(UV) pip install --quiet --python $(BIN)/python -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	@$(UV) pip install --quiet --python $(BIN)/python -r requirements-dev.txt
	@touch $@

setup: $(RUN) ## Make the environments (the others do it by themselves)
	@$(BENCH) setup

# What `run --server-host` makes on the other machine: apps have their environments when they are asked for.
tool: $(RUN)

bench: $(RUN) ## Verify four frameworks, measure for a few minutes, write the report (ARGS="--apps all" for every one)
	@$(BENCH) run --profile quick $(ARGS)

bench-full: $(RUN) ## Every app and workload, and the native servers (some hours)
	@$(BENCH) run --profile full $(ARGS)

programs: ## Install what some tests and commands drive and pip does not bring (Debian and Ubuntu; asks for root)
	@.ci/programs

valgrind: ## Install valgrind, which --instructions needs (the same)
	@.ci/programs valgrind

web2py: ## Clone web2py itself, which `make bench` then measures too
	@[ -d $(WEB2PY)/gluon ] || git clone --quiet --depth 1 --branch v3.3.3 $(WEB2PY_URL) $(WEB2PY) 2>/dev/null || { echo 'web2py cannot be cloned from $(WEB2PY_URL) here; where a checkout of its release 3.3.3 is, name it: export WEB2PY_HOME=FOLDER' >&2; exit 1; }

verify: $(RUN) ## Check the apps of `bench` against the contract (APP=flask for one, APP=all for every one)
	@$(BENCH) verify $(or $(APP),default --crawl) $(ARGS)

new-app: $(RUN) ## Write the folder of a new app, and list what is left to write (NAME=bottle_app INTERFACE=wsgi)
	@$(BENCH) new-app $(or $(NAME),$(error name the app, for example: make new-app NAME=bottle_app)) --interface $(or $(INTERFACE),wsgi)

fuzz: $(DEV) ## Look for faults with requests drawn by lot (ARGS="--seed 2 --requests 100000")
	@$(BENCH) fuzz $(ARGS)

crawl: $(RUN) ## Crawl one app with Scrapy, every page, and keep its items (APP=flask)
	@$(BENCH) crawl $(or $(APP),$(error name an app, for example: make crawl APP=flask)) $(ARGS)

micro: $(RUN) ## In process only: what each call costs, and each app's footprint
	@$(BENCH) micro $(ARGS)

calibrate: $(RUN) ## Measure the instrument: generator ceiling, noise, slice lengths
	@$(BENCH) calibrate $(ARGS)

growth: $(DEV) ## Measure what a history of 1,000 runs and ever larger runs take (ARGS=100 for a shorter history)
	@$(BIN)/python -m tests.site.growth $(or $(ARGS),1000)
	@$(BIN)/python -m tests.measure.growth

against: $(RUN) ## Measure the apps beside those of a commit (REF=main) or a version (REF=django==5.1)
	@$(BENCH) run --against '$(or $(REF),$(error say against what, for example: make against REF=main))' $(ARGS)

compare: $(RUN) ## What changed from one run to another (BASE=id HEAD=id; by default the last two)
	@$(BENCH) compare $(BASE) $(HEAD) $(ARGS)

combine: $(RUN) ## Runs of several machines in one report (RUNS="id id")
	@$(BENCH) combine $(or $(RUNS),$(error name the runs, for example: make combine RUNS="id id")) $(ARGS)

report: $(RUN) ## Draw the newest run's report again
	@$(BENCH) report $(ARGS)

export: $(RUN) ## Print the newest run for other tools (ARGS="--format bencher")
	@$(BENCH) export $(ARGS)

site: $(RUN) ## Build results/site from all stored runs (ARGS="--from URL" keeps what is published)
	@$(BENCH) site $(ARGS)

serve: $(RUN) ## Serve one app until Ctrl-C (APP=flask)
	@$(BENCH) serve $(or $(APP),$(error name an app, for example: make serve APP=flask)) $(ARGS)

list: $(RUN) ## List apps, servers, workloads and profiles
	@$(BENCH) list

# Two workers: half of the tests' time is spent waiting for servers. A file's tests share what they started. By the number
# of their tests the longest files would come last, and one worker would wait for the other.
test: $(DEV) ## Run the tests, quick ones first (under 8 minutes)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-slow: $(DEV) ## Run the tests that `test` leaves out because they take long
	@$(BIN)/python -m pytest -m slow $(ARGS)

test-namespaces: $(DEV) ## Run the tests of two hosts: network namespaces, laid as root (under 5 minutes)
	@$(BIN)/python -m pytest -m namespaces $(ARGS)

test-pythons: ## Run the quick tests and verify an app on every other supported Python of this machine
	@.ci/pythons

lint: $(DEV) ## Ruff, strict typing, and the workflows of CI
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check bench tests apps
	@$(BIN)/mypy
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/zizmor --offline --quiet --no-progress --persona pedantic .github/workflows

lock: $(RUN) ## Compile the locks again from pyproject.toml and the apps' requirements.in
	@$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --no-header pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --no-header --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	@$(BENCH) lock

clean: ## Remove environments and scratch files; results stay
	@rm -rf $(VENV) .fairground .pytest_cache .mypy_cache .ruff_cache .hypothesis
