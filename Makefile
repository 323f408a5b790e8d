# Every target sets up what it needs: a fresh clone, Python 3.11 or newer and make are enough.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
PORT ?= 8000
# make PYTORCH=1 test (or book, lab, ...) installs PyTorch too, for chapter 08. Without it the chapter says how to get it.
PYTORCH ?=
COMMA := ,
BIN := .venv/bin
READY := .venv/.ready
BOOK := book/_build/html/index.html
HELPER := requirements.lock $(shell find src/isnine -name '*.py' -o -name '*.js' -o -name '*.css')
export TF_CPP_MIN_LOG_LEVEL ?= 3
# Kernels of these commands are forked from a process that has TensorFlow behind it (src/gradebox/kernels.py).
WARM := JUPYTER_PATH=$(CURDIR)/src/gradebox/jupyter

# Tests run in two processes; conftest.py says what stays together.
SIDE_BY_SIDE := --numprocesses 2 --no-loadscope-reorder
SANDBOXES := tests/test_batch.py tests/test_faults.py tests/test_nbgrader.py

.PHONY: help book serve offline slides live lab exercises store cover test lint bench mutants lock clean
.DELETE_ON_ERROR:

help:
	@echo "make book       build the book                     make lab        open the exercises in JupyterLab"
	@echo "make serve      build it and show it (PORT=8000)   make test       run every test"
	@echo "make exercises  make exercises/ from solutions/    make store      run all notebooks and store their text outputs"
	@echo "make lint       look at style                      make bench      time data, notebooks, grading, pages"
	@echo "make slides     slides of every chapter            make live       notebooks for typing in front of a class"
	@echo "make offline    the whole course in one zip"
	@echo "make cover      draw the cover                     make lock       choose the pinned versions anew"
	@echo "make mutants    change every solution mechanically, and see whether the checks notice"

$(READY): pyproject.toml requirements.lock
	@echo "== Setting up .venv (first time: a few minutes, about 2 GB)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "This course needs Python 3.11, 3.12 or 3.13; $(PYTHON) is " + sys.version.split()[0] + ". Name another one: make PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --constraint requirements.lock --editable '.[lab,book,grading,cluster,tests$(if $(PYTORCH),$(COMMA)pytorch)]'
	@# Kernels of new versions warn about TCP on every start, which frightens more than it helps on one's own machine.
	@mkdir -p .venv/etc/ipython && echo 'c.IPKernelApp.log_level = 40' > .venv/etc/ipython/ipython_kernel_config.py
	@touch $@

# What the chapters' cells gave is kept between builds; a change of the helper makes all of it stale.
book/_build/.helper: $(HELPER)
	@rm -rf book/_build/.jupyter_cache book/_build/.doctrees
	@mkdir -p book/_build && touch $@

book: $(READY) book/_build/.helper
	@echo "== Building the book (chapters that changed are run again)"
	$(WARM) $(BIN)/jupyter-book build book -W --keep-going --quiet
	@echo "== The book is ready: $(CURDIR)/$(BOOK)"

serve: book
	@$(BIN)/isnine serve book/_build/html --port $(PORT)

offline: book
	$(BIN)/isnine offline

slides: book
	$(BIN)/isnine slides
	@echo "== The slides are ready: $(CURDIR)/book/_build/slides/index.html"

live: $(READY)
	$(BIN)/isnine live

lab: $(READY)
	$(BIN)/jupyter lab --notebook-dir=. exercises

exercises: $(READY)
	$(BIN)/isnine exercises

store: $(READY)
	$(BIN)/isnine store --run
	$(BIN)/isnine exercises

cover: $(READY)
	$(BIN)/python book/extensions/cover.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

test: lint slides live
	@echo "== 1 of 4: the project's own tests, the built book in a browser among them; alone first those that watch sandboxes and their clocks"
	$(BIN)/pytest $(SANDBOXES)
	$(BIN)/pytest $(SIDE_BY_SIDE) $(SANDBOXES:%=--ignore=%)
	@echo "== 2 of 4: every chapter and solution runs again and gives its stored outputs"
	$(WARM) $(BIN)/pytest $(SIDE_BY_SIDE) --nbval --nbval-sanitize-with tests/sanitize.cfg -p no:cacheprovider book solutions
	@echo "== 3 of 4: every untouched exercise runs from top to bottom"
	$(WARM) $(BIN)/pytest $(SIDE_BY_SIDE) --nbval-lax -p no:cacheprovider exercises
	@echo "== 4 of 4: every live-coding notebook runs from top to bottom with nothing typed"
	$(WARM) $(BIN)/pytest $(SIDE_BY_SIDE) --nbval-lax -p no:cacheprovider book/_build/live

bench: $(READY)
	$(BIN)/python tests/bench.py

mutants: $(READY)
	$(BIN)/python tests/mutants.py

lock: $(READY)
	$(BIN)/uv pip compile --universal --all-extras --no-emit-index-url --no-annotate --quiet --upgrade \
	  --custom-compile-command "make lock" pyproject.toml --output-file requirements.lock

clean:
	rm -rf book/_build .venv
