"""The page "Running it for others": its commands, its Dockerfile and its first cell for Colab, as far as they can be tested here."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
import yaml
from common import CONTENTS, EXERCISES, ROOT, SOLUTIONS, configuration, name
from packaging.requirements import Requirement
from test_prose import complaints, prose

import gradebox.cli
import isnine
from gradebox.course import Course
from gradebox.intake import find

SOURCE = (ROOT / "book" / "running.md").read_text(encoding="utf-8")
DOCKERFILE = configuration(ROOT / "docker" / "Dockerfile").replace("\\\n", " ")
SPEC = importlib.util.spec_from_file_location("running", ROOT / "book" / "extensions" / "running.py")
running = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(running)
WAYS = "Static pages, Docker, The Littlest JupyterHub, Zero to JupyterHub, Binder, Colab, GPU, nbgrader, GitHub, Canvas, Moodle"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def commands(language="bash"):
    """The lines of the page's blocks of code, but for what is not on it yet."""
    blocks = "\n".join(re.findall(rf"^```{language}\n(.*?)^```", SOURCE, re.M | re.S))
    return blocks.replace("\\\n", " ").splitlines()


def installs(text):
    """What a text has pip install: the file of versions, and the words in the brackets of each line."""
    return re.findall(r"pip install.*?(?:--constraint|-c) (\S+).*?\.\[([^\]]+)\]", text)


# ---- What was tested


def test_every_way_is_listed_with_what_was_tested_and_what_not():
    rows = [[part.strip() for part in row.split("|")[1:-1]] for row in re.findall(r"^\|.*\|$", SOURCE, re.M)]
    assert rows[0] == ["way", "tested by the tests of this project", "not tested by us"]
    assert [row[0] for row in rows[2:]] == WAYS.split(", ")
    assert all(len(row) == 3 and row[1] and row[2] for row in rows[2:])
    headings = " ".join(re.findall(r"^##+ (.*)$", SOURCE, re.M))
    for way in WAYS.replace("Docker", "The image").replace("GPU", "With graphics processors").split(", "):
        assert way in headings, way


def test_words():
    assert not complaints(prose(SOURCE))
    assert not re.search(r"\b20\d\d\b", prose(SOURCE)), "a year grows old"
    listed = [part["caption"] for part in CONTENTS["parts"] if {"file": "running"} in part["chapters"]]
    assert listed == ["For teachers"]


def test_versions_are_not_repeated():
    assert not re.findall(r"\d+\.\d+", SOURCE)
    assert "==" not in DOCKERFILE


# ---- The image


def copied():
    """What the Dockerfile takes from the repository."""
    lines = re.findall(r"^COPY (?:--\S+ )*(.+)$", DOCKERFILE, re.M)
    return [path for line in lines for path in line.split()[:-1]]


def test_the_dockerfile_copies_what_is_there():
    assert {"src", "exercises", "pyproject.toml", "requirements.lock"} <= set(copied())
    missing = [path for path in copied() if not (ROOT / path).exists()]
    assert not missing and "solutions" not in copied()


def test_the_dockerfile_installs_as_make_does():
    ((versions, extras),) = installs(DOCKERFILE)
    ((by_make, _),) = installs((ROOT / "Makefile").read_text(encoding="utf-8"))
    assert versions == by_make == "requirements.lock" and extras == "${EXTRAS}"
    words = [re.search(r"^ARG EXTRAS=(\S+)$", DOCKERFILE, re.M)[1], *re.findall(r"EXTRAS=([a-z,]+)", SOURCE)]
    assert len(words) > 1 and all(set(word.split(",")) <= set(PROJECT["optional-dependencies"]) for word in words)
    assert "--editable" in DOCKERFILE and DOCKERFILE.count("FROM ") == 1


def test_what_is_copied_suffices_to_install(tmp_path):
    """The build of the package's metadata, in a folder that holds nothing but what the Dockerfile copies."""
    for path in copied():
        if (ROOT / path).is_dir():
            shutil.copytree(ROOT / path, tmp_path / path, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
        else:
            shutil.copy(ROOT / path, tmp_path)
    (tmp_path / "out").mkdir()
    build = "from setuptools import build_meta; print(build_meta.prepare_metadata_for_build_editable('out'))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", build],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (metadata,) = (tmp_path / "out").glob("*.dist-info/METADATA")
    assert f"\nVersion: {isnine.__version__}\n" in metadata.read_text()


def test_the_page_shows_the_dockerfile_and_builds_that_one():
    (shown,) = re.findall(r"^```\{literalinclude\} (\S+)$", SOURCE, re.M)
    assert (ROOT / "book" / shown).resolve() == ROOT / "docker" / "Dockerfile"
    build = next(line for line in commands() if line.startswith("docker build"))
    assert build == "docker build --file docker/Dockerfile --tag isnine ."
    assert f"#   {build}\n" in (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")


def test_binder_finds_its_environment():
    """A Dockerfile, or a folder of its own, would make Binder look past environment.yml."""
    assert (ROOT / "environment.yml").exists()
    assert not [entry for entry in ("Dockerfile", "binder", ".binder") if (ROOT / entry).exists()]


# ---- Colab


@pytest.mark.parametrize("address", ["", "https://git.example/people/course"])
def test_the_first_cell_for_colab_installs_this_version(address):
    assert SOURCE.count(running.MARK) == 1
    source = [SOURCE]
    options = {"repository_url": address} if address else {}
    app = type("App", (), {"config": type("Config", (), {"html_theme_options": options})})
    running.read_page(app, "grading", source)
    assert source == [SOURCE]
    running.read_page(app, "running", source)
    (cell,) = re.findall(r"^```python\n(.*?)\n```", source[0], re.M | re.S)
    (wanted,) = re.findall(r'^%pip install --quiet "(.*)"$', cell)
    wanted = wanted if address else wanted.replace("git+ADDRESS", "git+https://git.example/people/course")
    requirement = Requirement(wanted)
    assert requirement.name == PROJECT["name"]
    assert requirement.url == f"git+https://git.example/people/course@v{isnine.__version__}"
    assert f"git tag v{isnine.__version__}\ngit push origin v{isnine.__version__}\n" in source[0]
    assert ("`ADDRESS` stands where its address belongs" in source[0]) is not address.startswith("https")
    assert not complaints(prose(source[0]))


def test_the_book_knows_the_extension_and_where_the_address_belongs():
    settings = yaml.safe_load((ROOT / "book" / "_config.yml").read_text(encoding="utf-8"))
    assert settings["sphinx"]["local_extensions"]["running"] == "extensions"
    assert {"url", "branch"} <= set(settings["repository"])


# ---- Commands


def test_the_commands_exist(capsys):
    with pytest.raises(SystemExit):
        gradebox.cli.main(["grade", "--help"])
    told = capsys.readouterr().out
    lines = [line for line in commands() if "gradebox grade" in line]
    assert len(lines) >= 4
    for option in {option for line in lines for option in re.findall(r"--[a-z]+", line)}:
        assert option in told, option
    from nbgrader.apps.nbgraderapp import NbGraderApp

    used = {re.match(r"nbgrader (\w+)", line)[1] for line in commands() if line.startswith("nbgrader ")}
    assert used == {"generate_assignment", "release_assignment", "collect"} <= set(NbGraderApp.subcommands)
    for _, extras in (*installs("\n".join(commands())), *re.findall(r"`'(\.)\[([a-z,]+)\]'`", SOURCE)):
        assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])
    assert {versions for versions, _ in installs("\n".join(commands()))} == {"requirements.lock"}
    for path in re.findall(r"`((?:\.github|book|docker|exercises)/[\w./-]*)`", SOURCE):
        assert path == "book/_build/html" or (ROOT / path).exists(), path


def test_assignments_that_are_named_exist():
    assert set(re.findall(r"\d\d-[a-z-]+", SOURCE)) <= {name(path) for path in SOLUTIONS}


def test_a_folder_of_clones_is_graded_as_it_is(tmp_path):
    """As "gh repo clone" leaves it: a folder with the learner's name, the notebook at its top, and git's own folder."""
    (exercise,) = [path for path in EXERCISES if name(path) == "02-one-neuron"]
    for learner in ("ada", "bo"):
        (tmp_path / learner / ".git" / "objects").mkdir(parents=True)
        (tmp_path / learner / ".git" / "config").write_text("[core]")
        shutil.copy(exercise, tmp_path / learner)
    found = find(tmp_path, Course(ROOT / "solutions"))
    assert [(one.student, one.assignment) for one in found.submissions] == [
        ("ada", "02-one-neuron"),
        ("bo", "02-one-neuron"),
    ]
    assert not any(one.findings for one in found.submissions)
    assert all(".git" in item.path for item in found.unplaced)


# ---- The built page


def test_the_built_page(html):
    text = (html / "running.html").read_text(encoding="utf-8")
    assert running.MARK not in text and f"@v{isnine.__version__}" in text
    assert "FROM" in text and "minimal-notebook" in text
