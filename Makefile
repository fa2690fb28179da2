# Everything a person types. `make help` lists it.
SHELL := /bin/bash
PY := var/venv/bin/python
export PYTHONPATH := $(CURDIR)
export PYTHONWARNINGS := ignore::DeprecationWarning
export GUOHU_BOOTSTRAP_BEGAN := $(shell date +%s)
.DEFAULT_GOAL := help
.PHONY: help demo up down status test check bench faults fuzz containers bootstrap format

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

bootstrap: ## install what is missing (Debian packages as root, Python packages into var/)
	@bash deploy/local/bootstrap.sh

demo: bootstrap ## carry whole sales from sign-up to the filed contract and check the PDFs (ONCE=1: stop the stack afterwards)
	@$(PY) -m deploy.demo $(if $(ONCE),--once)

up: bootstrap ## start the one-machine stack
	@$(PY) -m deploy.local up

down: ## stop it; nothing is left running, data stays in var/
	@if [ -x $(PY) ]; then $(PY) -m deploy.local down; else echo "nothing was ever started here"; fi

status: ## what runs
	@$(PY) -m deploy.local status

check: bootstrap ## style, types, structure, unit and message tests: two to three minutes on two cores
	@bash deploy/check.sh

test: bootstrap check ## every test, on servers of its own
	@bash deploy/test.sh

bench: bootstrap ## speed, as ratios against a baseline run beside it; writes var/bench.json
	@$(PY) -m tests.bench

faults: bootstrap ## kill -9 of every process kind in every phase of the sale (CELLS=10: only so many)
	@$(PY) -m tests.faults $(if $(CELLS),--cells $(CELLS))

fuzz: bootstrap ## 20,000 generated requests against a stack of its own; writes var/fuzz.json (REQUESTS=20000 SEED=20261122)
	@$(PY) -m tests.fuzz $(if $(REQUESTS),--requests $(REQUESTS)) $(if $(SEED),--seed $(SEED))

containers: bootstrap ## manifests against the API's schemas, the servers' images under testcontainers (needs a container engine)
	@bash deploy/containers/check.sh

format: bootstrap ## let the formatter have its way
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .
