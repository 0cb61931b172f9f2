# The two commands are `make run` and `make test`; both begin with `make install`. CONTRIBUTING.md says more.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
# One worker a core; a test that is waited for does not hold up the others.
PYTEST_FLAGS ?= --numprocesses auto --dist worksteal
# Where `make run` without a token shows its chat page.
CHAT_PORT ?= 8081
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/dev.lock
COMPILE := build/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --python-version 3.11
# Of what `make test` sets and reads only CHROMIUM, the browser that the pages are tested in, is for people.
export CHROMIUM

.PHONY: install venv run test lock format flows
.NOTPARALLEL:

# A fresh virtual environment whenever there is none that was made from this very lock file. The project itself is not
# built, only put on the path: `make install` then needs nothing that the lock file does not name, not even setuptools.
install:
	@cmp -s $(LOCK) $(VENV)/installed.lock || $(MAKE) --no-print-directory venv

venv:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it with PYTHON=/path/to/python3.11." >&2; exit 2; }
	rm -rf $(VENV)
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(LOCK)
	@$(BIN)/python -c 'import pathlib, sysconfig; \
		pathlib.Path(sysconfig.get_path("purelib"), "parallel_plan.pth").write_text(str(pathlib.Path.cwd()) + "\n")'
	@cp $(LOCK) $(VENV)/installed.lock

run: install
	@if [ -n "$$BOT_TOKEN" ]; then exec $(BIN)/python -m bot; else exec $(BIN)/python -m bot sandbox --port $(CHAT_PORT); fi

test: install
	@[ -x "$(CHROMIUM)" ] || { echo "Chromium is needed for the tests of pages: install it (Debian: apt-get install \
	chromium) or name it with CHROMIUM=/path/to/chromium." >&2; exit 2; }
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

# Newest versions that pyproject.toml allows; look at the difference before committing it.
lock:
	"$(PYTHON)" -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check --upgrade uv
	$(COMPILE) --upgrade --output-file requirements/run.lock pyproject.toml
	$(COMPILE) --upgrade --extra dev --constraints requirements/run.lock --output-file requirements/dev.lock pyproject.toml

format: install
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

# After a flow changed: draws docs/flows.md and records the flow's fingerprint.
flows: install
	$(BIN)/python -m tests.conversations.record
