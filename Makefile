# Everything runs from a clean clone with python3, git and make: what else is needed is installed
# by lab/install into a cache outside the source tree, and by uv into .venv.

PYTHON ?= python3
CALL ?=
ARGS ?=

VENV := .venv/.synced
RUN := .venv/bin/python -m
SOURCES := agent bench examples lab prompts tests tools

.DEFAULT_GOAL := help
.PHONY: evals help packages install check fix unit e2e test demo call up

help:  ## show this help
	@sed -n 's/^\([a-z0-9%-]*\):.*## /\1  /p' $(MAKEFILE_LIST) | while read -r name text; do \
	  printf '  make %-10s %s\n' "$$name" "$$text"; done

$(VENV): pyproject.toml uv.lock
	uv=$$($(PYTHON) -m lab.install uv) && "$$uv" sync --locked
	@touch $@

packages:  # the Debian packages; the unit tests, too, make the local voices speak
	@$(PYTHON) -m lab.install packages

install: $(VENV) packages  ## install all there is to install: Debian packages, uv, Python packages, the servers
	$(PYTHON) -m lab.install servers

check: $(VENV)  ## lint, format, types, import rules
	$(RUN) ruff check $(SOURCES)
	$(RUN) ruff format --check $(SOURCES)
	$(RUN) mypy
	.venv/bin/lint-imports

fix: $(VENV)  ## put right what can be put right by itself
	$(RUN) ruff check --fix $(SOURCES)
	$(RUN) ruff format $(SOURCES)

QUICK := -n auto -q -m "not e2e and not postgres and not evals"
# They start servers, browsers, voices or whole commands of their own, and take longer for it.
SLOWER := $(addprefix tests/receptionist/,operations pipeline standby twilio test_server.py \
  test_speech.py test_voice.py) tests/lab

unit: $(VENV) packages  ## the tests that need nothing but Python (about half a minute)
	$(RUN) pytest $(QUICK) --ignore=tests/e2e $(addprefix --ignore=,$(SLOWER)) $(ARGS)

services: $(VENV) packages  ## the tests that need programs of this machine, but no telephone
	$(RUN) pytest $(QUICK) $(SLOWER) $(ARGS)

# Sound is played and heard in real time: a test that failed while the machine was busy with
# something else is given one more call.
e2e: install  ## the tests on the real servers and phones
	$(RUN) pytest -m "(e2e or postgres) and not evals" $(ARGS) || \
	  $(RUN) pytest -m "(e2e or postgres) and not evals" --last-failed --last-failed-no-failures none $(ARGS)

evals: $(VENV)  ## forty conversations with a real language model (needs OPENAI_API_KEY)
	$(RUN) pytest -m evals tests/evals $(ARGS)

test: check unit services e2e  ## all of these

demo: install  ## real calls on the real servers, each kept as a page; CALL=a makes only that one
	$(RUN) lab.demo $(CALL)

call: install  ## call it yourself: your keys are the telephone's keys
	$(RUN) lab.call $(ARGS)

up: install  ## leave the servers running and say which address to dial (ARGS=--lan: from the LAN)
	$(RUN) lab.up $(ARGS)

bench-%: install  ## a measurement under bench/, such as make bench-keypad
	$(RUN) bench.$* $(ARGS)
