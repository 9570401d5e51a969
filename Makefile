# One word a task: `make run`, `make test`, `make lint`, `make lock`.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test test-services test-nothing-lost lint format messages lock clean

help:
	@echo "make run    set up and start the service on http://127.0.0.1:$(PORT) (PORT=… for another port)"
	@echo "make test   set up and run the tests (browser tests too where Chromium is installed)"
	@echo "make test-services   run the processes of docker-compose.yml on real servers, without containers"
	@echo "make test-nothing-lost   replay 50,000 events on them while each is killed in turn"
	@echo "make lint   check style and imports"
	@echo "make messages   collect the texts to translate, and compile what is translated (needs GNU gettext)"
	@echo "make lock   resolve pyproject.toml into the hash locks anew"
	@echo "make clean  remove .venv; what the service keeps under var/ stays"

run: $(VENV)/.runtime
	@exec $(BIN)/python manage.py serve --prepare --demo --port $(PORT)

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not services" $(PYTEST_ARGS)

test-services: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m services $(PYTEST_ARGS)

test-nothing-lost: $(VENV)/.dev
	@NOTHING_LOST_EVENTS=50000 $(BIN)/python -m pytest tests/services/test_nothing_lost.py $(PYTEST_ARGS)

messages: $(VENV)/.dev
	@for domain in django djangojs; do $(BIN)/python manage.py makemessages --all --domain $$domain --no-location \
		--no-obsolete --ignore=.venv --ignore=var --ignore=tests --ignore=benchmarks --ignore='static/vendor/*'; done
	@$(BIN)/python manage.py compilemessages --ignore=.venv --ignore=var

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --quiet
lock: $(VENV)/.uv
	@echo "uv==$$($(BIN)/uv --version | cut -d' ' -f2)" | $(COMPILE) - -o requirements-uv.lock
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) pyproject.toml --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV)

$(VENV)/.uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "The virtual environment could not be made: Python's venv module is needed (Debian: apt install python3-venv)." >&2; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

$(VENV)/.compiler: $(VENV)/.uv
	@command -v c++ >/dev/null || command -v g++ >/dev/null || \
		{ echo "A C++ compiler is needed to build Annoy: install g++ or clang (Debian: apt install g++)." >&2; exit 1; }
	@touch $@

$(VENV)/.runtime: requirements.lock $(VENV)/.compiler
	@echo "Installing the packages of requirements.lock …"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	@touch $@
