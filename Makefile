# Needs no more than GNU make 3.81 and the tools of a bare Linux or macOS.

# What a first set-up downloads, in MB: the files for Linux on x86-64 (macOS: 5 % less), measured by
# `pip download --no-deps --require-hashes -d DIR -r LOCK && cat DIR/* | wc -c`.
PROJECT_MB := 490
LINT_MB := 60

PYTHON := .venv/bin/python
LINT := .venv-lint/bin
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --custom-compile-command "make lock"

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.SUFFIXES:
.PHONY: help run test test-spark4 test-all check lock clean venv venv-lint venv-spark4

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

run: venv ## Set everything up and turn 30 simulated days of three lists into tables
	@.venv/bin/playlist-lake demo

test: venv ## Set everything up and run the quick tests
	@$(PYTHON) -m pytest -m "not slow"

# What reads raw objects and makes tables of them; the rest knows nothing of Spark's version
SPARK4_TESTS := $(addprefix tests/jobs/test_,transforms.py stays.py odd_items.py \
    item_accounting.py real_captures.py)

test-spark4: venv-spark4 ## Run the tests of the transforms on Spark 4
	@java --list-modules 2>/dev/null | grep -q jdk.incubator.vector || { \
	    echo "Not run: Spark 4 needs a JDK with jdk.incubator.vector, which PyPI's lacks; install" \
	        "a JDK 17 or newer." >&2; test "$$PLAYLIST_LAKE_REQUIRE_ALL" != 1; exit; }; \
	export JAVA_HOME="$$(java -XshowSettings:properties -version 2>&1 | sed -n 's/ *java.home = //p')"; \
	.venv-spark4/bin/python -m pytest $(SPARK4_TESTS)

test-all: venv test-spark4 ## Run every test
	@$(PYTHON) -m pytest

check: venv venv-lint ## Check formatting, style, types, SQL, shell scripts and the lock
	$(PYTHON) -m pip check
	$(LINT)/ruff format --check .
	$(LINT)/ruff check .
	$(LINT)/mypy
	$(LINT)/sqlfluff lint sql
	$(LINT)/shellcheck .ci/run requirements/install
	$(if $(wildcard docker/Dockerfile*),$(LINT)/hadolint $(wildcard docker/Dockerfile*))

lock: ## Pin what setup.cfg and requirements/*.in ask for (needs uv); without a lock: the newest
	$(LOCK) requirements/build.in --output-file requirements/build.txt
	$(LOCK) setup.cfg requirements/build.in --extra test --output-file requirements/project.txt
	$(LOCK) setup.cfg requirements/build.in --extra test --override requirements/spark4.in \
	    --output-file requirements/spark4.txt
	$(LOCK) requirements/lint.in --output-file requirements/lint.txt

clean: ## Remove what make set up and built; lakes stay
	rm -rf .venv .venv-lint .venv-spark4 .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info

venv:
	@requirements/install .venv requirements/project.txt $(PROJECT_MB)
	@cmp -s setup.cfg .venv/setup.cfg || { \
	    $(PYTHON) -m pip install --quiet --no-deps --no-build-isolation --editable . && \
	    cp setup.cfg .venv/setup.cfg; }

venv-lint:
	@requirements/install .venv-lint requirements/lint.txt $(LINT_MB)

venv-spark4:
	@requirements/install .venv-spark4 requirements/spark4.txt $(PROJECT_MB)
