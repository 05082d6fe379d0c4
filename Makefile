# Two commands matter: `make run` and `make test`. Both make their own environment.
SHELL := /bin/sh
PYTHON ?= python3
# Folder with participants.csv and the raw C3D files of Fukuchi 2017.
RBDS ?= ../shared/data/rbds
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := $(UV) run --frozen

# Where it is set, each of the many processes of a run compiles all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

NPM_GROUP := $(if $(shell command -v npm 2>/dev/null),,--group frontend)

.PHONY: run test thorough frontend frontend-check texts screenshots models try-models lint types bench clinic-load validate validate-lab validate-rendered validate-response policy docs clean

run: frontend               ## the app on a made runner; builds it first, until Ctrl-C
	@$(RUN) kneewise demo --data .run/demo

test: .venv/ready lint types frontend-check try-models ## everything that must hold
	$(RUN) pytest -n auto --dist loadfile

thorough: .venv/ready       ## the properties of the plan on ten times as many made runners (slow)
	KNEEWISE_THOROUGH=1 $(RUN) pytest tests/property -n auto

frontend: .venv/ready       ## build the app's pages where their sources changed; brings Node where there is none
	@$(RUN) python scripts/frontend.py

frontend-check: .venv/ready
	@$(RUN) python scripts/frontend.py --check

texts: .venv/ready          ## collect the app's texts for translation
	$(RUN) python scripts/catalogue.py
	$(RUN) python scripts/told.py

screenshots: frontend       ## take the pictures of README and documentation anew from the made runner
	$(RUN) python scripts/screenshots.py

lint: .venv/ready
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) lint-imports

types: .venv/ready
	$(RUN) mypy --num-workers auto

models: .venv/ready         ## put the pose models (36 MB) into the package; measuring video needs it
	$(RUN) $(NPM_GROUP) python tools/pose_models.py

# Without a connection everything but video works; its tests are then skipped with a reason.
try-models:
	-@$(MAKE) --silent models

bench: .venv/ready          ## ours and peers in one run on the same files
	$(UV) run --frozen --group bench python -m benchmarks

clinic-load: .venv/ready frontend ## 500 runners, 50 people at once: answers, errors, lost writes (ten minutes; needs PostgreSQL)
	$(RUN) python -m benchmarks.clinic_load

validate: .venv/ready       ## regenerate docs/validation.md
	$(RUN) python -m benchmarks.validation

calibrate: .venv/ready      ## refit the watch model to the raw lab data in RBDS=FOLDER (a minute); then make validate
	$(RUN) python -m benchmarks.rbds $(RBDS)
	$(RUN) python -m benchmarks.calibrate --write

validate-lab: .venv/ready      ## regenerate docs/validation-lab.md from the public runners in ../shared/data/rbds
	$(RUN) python -m benchmarks.lab_agreement

validate-rendered: .venv/ready ## lab runners as rendered clips through pose and gait (a quarter of an hour; needs make models)
	$(RUN) python -m benchmarks.validation_rendered $(RBDS)

validate-response: .venv/ready ## coverage of the response model's intervals on made-up runners (slow)
	$(RUN) python -m benchmarks.response_calibration --write

policy: .venv/ready         ## four ways back to running on made-up runners (slow); writes docs/policy.md
	$(RUN) python -m benchmarks.policy --write

docs: .venv/ready
	$(RUN) python docs/generate.py
	$(RUN) zensical build

clean:
	rm -rf .venv .uv .run dist site

.venv/ready: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --all-extras --no-extra peers --quiet
	@touch $@

.uv/bin/uv:
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check uv
