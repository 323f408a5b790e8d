"""The project as a thing to install: the files that name versions agree, and the others call the Makefile."""

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import tomllib
from functools import cache
from types import SimpleNamespace

import pytest
import yaml
from common import ROOT, configuration
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import isnine

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
INSTALLED_EXTRAS = ("lab", "book", "grading", "cluster", "tests")
ENVIRONMENTS = [
    {
        "python_version": version,
        "python_full_version": f"{version}.7",
        "sys_platform": system,
        "platform_machine": machine,
        "os_name": name,
    }
    for version in ("3.11", "3.12", "3.13")
    for system, machine, name in (("linux", "x86_64", "posix"), ("darwin", "arm64", "posix"), ("win32", "AMD64", "nt"))
]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


@cache
def pins():
    """The lines of the lock: each pins one version."""
    return [Requirement(line) for line in configuration(ROOT / "requirements.lock").splitlines() if line.strip()]


def pinned(name, environment=None):
    """The versions that the lock pins for a package on some machine; this one if not told otherwise."""
    return [
        next(iter(pin.specifier)).version
        for pin in pins()
        if canonicalize_name(pin.name) == canonicalize_name(name)
        and (pin.marker is None or pin.marker.evaluate({**default_environment(), **(environment or {})}))
    ]


@cache
def tracked():
    """Every text file that is or will be committed, with its text."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    files = [ROOT / name for name in sorted(set(names)) if name and (ROOT / name).is_file()]
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8", errors="replace") for file in files}


# ---- Versions


def test_the_lock_pins_and_names_no_place():
    for pin in pins():
        assert pin.url is None and not pin.extras
        assert [specifier.operator for specifier in pin.specifier] == ["=="], f"{pin} is not one version"
    text = configuration(ROOT / "requirements.lock")
    assert "://" not in text and not re.search(r"(^|\s)--?[a-z]|@|\bfile:", text), "no option, address or path"


@pytest.mark.parametrize("extra", ["", *EXTRAS])
def test_every_dependency_has_one_pin_in_its_range(extra):
    for line in EXTRAS[extra] if extra else PROJECT["dependencies"]:
        wanted = Requirement(line)
        for environment in ENVIRONMENTS:
            found = pinned(wanted.name, environment)
            if wanted.marker and not wanted.marker.evaluate(environment):
                assert not found, f"{wanted.name} is not wanted on {environment}"
                continue
            assert len(found) == 1, f"{wanted.name} has the pins {found} on {environment}: make lock"
            assert wanted.specifier.contains(found[0]), f"{line} does not allow the pinned {found[0]}: make lock"


def test_no_package_has_two_pins_on_one_machine():
    for environment in ENVIRONMENTS:
        for name in {pin.name for pin in pins()}:
            assert len(pinned(name, environment)) <= 1, f"{name} on {environment}"


def test_the_conda_environment_installs_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["name"] == "isnine" and environment["channels"] == ["conda-forge"]
    *conda, by_pip = environment["dependencies"]
    python = [line for line in conda if line.startswith("python=")]
    assert sorted(conda) == sorted([*python, "pip"]) and len(python) == 1, "conda installs Python and pip, nothing else"
    assert SpecifierSet(PROJECT["requires-python"]).contains(python[0].removeprefix("python=") + ".0")
    assert by_pip["pip"][0] == "-c requirements.lock", "first the versions"
    (package,) = by_pip["pip"][1:]
    extras = re.fullmatch(r"-e \.\[([a-z,]+)\]", package)[1].split(",")
    assert tuple(extras) == INSTALLED_EXTRAS and set(extras) <= set(EXTRAS)


def test_make_installs_the_same_extras_through_the_lock():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    install = re.search(r"pip install.*", makefile)[0]
    assert "--constraint requirements.lock" in install
    extras = re.search(r"\.\[([a-z,]+)\$\(if \$\(PYTORCH\),\$\(COMMA\)pytorch\)\]", install)[1].split(",")
    assert tuple(extras) == INSTALLED_EXTRAS and "pytorch" in EXTRAS


def test_the_supported_pythons_are_told_alike():
    versions = re.findall(
        r"3\.\d+", re.search(r"You need Python (.*?),? and", (ROOT / "README.md").read_text(encoding="utf-8"))[1]
    )
    supported = SpecifierSet(PROJECT["requires-python"])
    assert versions == [f"3.{minor}" for minor in range(8, 20) if supported.contains(f"3.{minor}.0")]


def needed(name, extras=(), seen=None):
    """The names of all installed packages that a package with some extras needs here, as their own metadata tell."""
    seen = {} if seen is None else seen
    fresh = {"", *extras} - seen.setdefault(canonicalize_name(name), set())
    seen[canonicalize_name(name)] |= fresh
    for line in importlib.metadata.requires(name) or [] if fresh else []:
        wanted = Requirement(line)
        if any(wanted.marker is None or wanted.marker.evaluate({"extra": extra}) for extra in fresh):
            needed(wanted.name, wanted.extras, seen)
    return seen


def test_what_is_installed_is_what_the_lock_says():
    found = {name: importlib.metadata.version(name) for name in needed("isnine", INSTALLED_EXTRAS) if name != "isnine"}
    assert len(found) > 100
    wrong = {name: (version, pinned(name)) for name, version in found.items() if [version] != pinned(name)}
    assert not wrong, f"installed and pinned differ: {wrong}. To install anew: rm -r .venv, then make test"


def test_the_version_is_the_same_everywhere():
    assert "version" in PROJECT["dynamic"], "its one place is src/isnine/__init__.py"
    assert isnine.__version__ == importlib.metadata.version("isnine")


def test_licences():
    for name in PROJECT["license-files"]:
        assert (ROOT / name).exists()
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "creativecommons.org/licenses/by/4.0/legalcode" in (ROOT / "LICENSE-TEXT").read_text(encoding="utf-8")


# ---- Everything calls the Makefile


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "book/intro.ipynb"])
def test_commands_that_are_named_exist(name):
    named = set(re.findall(r"(?:^|`)make ([a-z]+)\b", (ROOT / name).read_text(encoding="utf-8"), re.M))
    assert named <= TARGETS, f"{name} names {named - TARGETS}"
    if name == "README.md":
        assert {"serve", "lab", "test", "book", "exercises"} <= named


def make(*arguments):
    """Run make as a person would: not as a part of the make that may be running these tests."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_make_lists_every_target():
    told = make().stdout
    assert TARGETS - set(re.findall(r"make ([a-z]+)", told)) <= {"help", "clean"}


def test_python_of_another_version_is_refused_in_words(tmp_path):
    old = tmp_path / "python"
    old.write_text(
        '#!/bin/sh\nprintf "import sys; sys.version_info = (3, 9, 2); sys.version = \'3.9.2 old\'\\n%s" "$2" | python3 -\n'
    )
    old.chmod(0o755)
    told = make(f"PYTHON={old}", f"READY={tmp_path / 'ready'}", str(tmp_path / "ready"))
    assert told.returncode != 0 and "This course needs Python 3.11, 3.12 or 3.13" in told.stderr
    assert "is 3.9.2" in told.stderr and "make PYTHON=" in told.stderr


def test_ci_runs_the_test_command_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^make test\b", readme, re.M)
    script = configuration(ROOT / ".ci" / "run")
    assert re.findall(r"^make .*$", script, re.M) == ["make test"]
    assert (
        "ISNINE_REQUIRE_BROWSER=1" in script
        and "set -euo pipefail" in script
        and "pip" not in script.replace("pipefail", "")
    )
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, check=True)


@pytest.mark.parametrize("name", ["test", "pages"])
def test_workflows_call_make(name):
    workflow = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    commands = [step["run"] for step in steps if "run" in step]
    allowed = "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"  # or Ubuntu forbids the sandbox
    assert commands == {"test": [allowed, "make test"], "pages": ["make book"]}[name]
    used = [step["uses"] for step in steps if "uses" in step]
    assert len(used) + len(commands) == len(steps) and all(re.fullmatch(r"actions/[a-z-]+@v\d+", use) for use in used)
    (python,) = [step["with"]["python-version"] for step in steps if "setup-python" in step.get("uses", "")]
    assert SpecifierSet(PROJECT["requires-python"]).contains(f"{python}.0")
    if name == "test":
        assert all("ISNINE_REQUIRE_BROWSER" in job["env"] for job in workflow["jobs"].values())


def test_pre_commit_hooks_are_local_and_exist():
    from pre_commit.clientlib import load_config

    load_config(ROOT / ".pre-commit-config.yaml")  # raises for a setting that pre-commit does not know
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    entries = [hook["entry"] for hook in repositories[0]["hooks"]]
    assert all(hook["language"] == "system" for hook in repositories[0]["hooks"])
    commands = {entry.split()[0].removeprefix(".venv/bin/") for entry in entries}
    assert commands == {"ruff", "isnine"} and all(entry.startswith(".venv/bin/") for entry in entries)
    assert {".venv/bin/isnine store --check", ".venv/bin/isnine exercises --check"} <= set(entries)


# ---- The repository


def test_no_file_names_a_place_on_one_machine():
    # /home/learner and what follows /tmp here are places inside the sandbox.
    private = re.compile(
        r"(?<![\w.])/(?:[h]ome/(?!learner\b)|[U]sers/|[r]oot/|[w]ork/)\w+|[A-Z]:\\+[U]sers|/[t]mp/(?!ipykernel|matplotlib\b|disk\b)\w+"
    )
    found = {name: match[0] for name, text in tracked().items() if (match := private.search(text))}
    assert not found


def test_the_repository_s_address_has_one_place():
    address = yaml.safe_load((ROOT / "book/_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
    elsewhere = {name: text for name, text in tracked().items() if name != "book/_config.yml"}
    if address:
        assert not [name for name, text in elsewhere.items() if address.removeprefix("https://") in text]
    guess = re.compile(r"git(?:hub|lab)\.(?:com|io)/[\w-]+/(?:is-?it-?a-?nine|isnine)|[\w-]+\.github\.io", re.I)
    assert not {name: match[0] for name, text in elsewhere.items() if (match := guess.search(text))}


def test_no_file_is_left_in_conflict():
    marks = re.compile(r"^(<{7}|>{7}) ", re.M)
    assert not [name for name, text in tracked().items() if marks.search(text) and not name.startswith("tests/")]


def test_a_clone_is_small(tmp_path):
    """What is checked out, and what a clone fetches, with the whole history."""
    limit = 10 * 1024**2
    assert sum((ROOT / name).stat().st_size for name in tracked()) < limit
    bundle = tmp_path / "history.bundle"
    subprocess.run(["git", "bundle", "create", "--quiet", str(bundle), "HEAD"], cwd=ROOT, check=True)
    assert bundle.stat().st_size < limit


def test_the_example_in_contributing_works():
    """The check that CONTRIBUTING.md shows, with two mistakes that it knows and one that it does not."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.S)
    space = {}
    exec(code, space)
    check = space["mean_square"]
    assert (check(lambda values: sum(value * value for value in values) / len(values)).outcome, check.points) == (
        "right",
        3,
    )
    for wrong, phrase in (
        (lambda v: v.mean() ** 2, "Square each"),
        (lambda v: (v**2).sum(), "sum of the squares"),
        (abs, "one number"),
    ):
        result = check(wrong)
        assert (result.outcome, result.points) == ("wrong", 0)
        assert phrase in " ".join(criterion.message for criterion in result.criteria)


@pytest.mark.parametrize("address", ["", "https://git.example/people/course"])
def test_buttons_appear_when_the_address_is_set(address):
    spec = importlib.util.spec_from_file_location("book_extension", ROOT / "book/extensions/course.py")
    extension = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(extension)
    options = {"repository_url": address, "launch_buttons": {"colab_url": "as Jupyter Book sets it"}}
    extension.add_buttons(None, SimpleNamespace(html_theme_options=options))
    assert options["use_repository_button"] is bool(address)
    assert (
        {"colab_url", "binderhub_url"} <= set(options["launch_buttons"]) if address else not options["launch_buttons"]
    )
