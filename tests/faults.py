"""What can be wrong with a submission: more than 150 faults, each with what grading must make of it.

A fault has a sentence for the page in the book, a way to make its submission, and what is expected. Those that are other code in a good
notebook stand in ``faults.yml``, all others here. The attacked question is "step-neuron" of exercise 02 where nothing else is said, and all
other questions of the submission keep full marks. ``tests/test_faults.py`` grades them all in one run.
"""

import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import yaml
from common import ROOT

__all__ = ["FAULTS", "STORED", "Fault", "Place", "cell_of", "counting"]

FAMILIES = {
    "structure": "The file is not what was given out",
    "code": "The code is wrong, or leaves things changed",
    "resources": "It takes more than there is",
    "hostile": "Somebody wants marks for nothing, or to do harm",
}
OTHERS = ("sigmoid", "neuron", "nand-weights", "sigmoid-slope", "full-adder")  # of exercise 02, besides step-neuron
STORED = Path(__file__).with_suffix(".json")  # what the last run of all said
WRONG = "def step_neuron(inputs, weights, bias):\n    return 7\n"


@dataclass(frozen=True)
class Place:
    """Where one submission is made.

    Attributes
    ----------
    path : Path
        What a learner's notebook is usually called.
    outside : Path
        A folder beside everything, with a secret in ``secret.txt`` and a file ``gradebook.db``: no submission may see or change it.
    """

    path: Path
    outside: Path

    def put(self, data: str | bytes, name: str = "") -> None:
        """Hand in a file under the notebook's name, or another."""
        path = self.path.with_name(name) if name else self.path
        path.write_bytes(data if isinstance(data, bytes) else data.encode())

    def good(self) -> dict:
        """The notebook with all questions answered well."""
        if self.path.stem == "counting":
            return counting()
        return json.loads((ROOT / "solutions" / self.path.parent.name / self.path.name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Fault:
    """One fault and what is expected of grading.

    Attributes
    ----------
    does : str
        What the submission does, for people: a sentence.
    made : callable
        Makes the submission in a :class:`Place`.
    verdict, points : str, float
        Of the attacked question; without points, all of them.
    told : str
        A part of what the learner reads, on the question or on the file.
    lost : dict
        Verdict of each other question that does not keep full marks.
    student : str
        The name, where it is a part of the fault.
    beyond : str
        What the box does not promise, where the fault shows it.
    """

    name: str
    family: str
    does: str
    made: Callable[[Place], None]
    verdict: str = "right"
    points: float | None = None
    told: str = ""
    question: str = "step-neuron"
    notebook: str = "02-one-neuron/one-neuron"
    lost: dict[str, str] = field(default_factory=dict)
    student: str = ""
    beyond: str = ""

    @property
    def assignment(self) -> str:
        """The exercise's name."""
        return self.notebook.partition("/")[0]


FAULTS: list[Fault] = []


def listed(family, name, does, expected="", *, change, **more):
    """A decorator that lists a fault. ``expected``: "right", or "wrong 0"; ``change`` makes a submission with the function."""
    verdict, _, points = (
        (expected or "right").rpartition(" ") if expected[-1:].isdigit() else (expected or "right", "", "")
    )

    def decorate(function):
        made = partial(change, function)
        FAULTS.append(Fault(name, family, does, made, verdict, float(points) if points else None, **more))
        return function

    return decorate


def in_cells(function, place):
    """The good notebook, changed in place by a function."""
    content = place.good()
    function(content)
    place.put(json.dumps(content, indent=1))


def in_text(function, place):
    """The good notebook as text, of which a function makes text or bytes."""
    place.put(function(json.dumps(place.good(), indent=1)))


def in_folder(function, place):
    """The good notebook, and what a function puts beside it."""
    place.put(json.dumps(place.good()))
    function(place)


def in_place(function, place):
    """Whatever a function makes."""
    function(place)


cells, text = partial(listed, "structure", change=in_cells), partial(listed, "structure", change=in_text)
files, beside = partial(listed, "structure", change=in_place), partial(listed, "hostile", change=in_folder)


def counting() -> dict:
    """The teacher's notebook of a course of nbgrader's own kind: its tests are assertions, and run where the answers run."""
    sources = {
        "double-answer": "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
        "double": "assert double(3) == 6\n### BEGIN HIDDEN TESTS\nassert double(-5) == -10\n### END HIDDEN TESTS",
        "share-answer": "def share(k):\n    ### BEGIN SOLUTION\n    return k / 10\n    ### END SOLUTION",
        "share": "4 * sum(share(k) == k / 10 for k in range(10)) / 10",
        "triple-answer": "def triple(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n    ### END SOLUTION",
        "triple": "assert triple(3) == 9",
    }
    points, found = {"double": 2, "share": 4, "triple": 3}, []
    for name, source in sources.items():
        graded = name in points
        marks = {
            "grade": graded,
            "grade_id": name,
            "locked": graded,
            "schema_version": 3,
            "solution": not graded,
            "task": False,
        }
        marks |= {"points": points[name]} if graded else {}
        found.append(code(source, id=name, metadata={"nbgrader": marks}))
    return {"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def code(source, **more):
    """A new cell of code."""
    return {
        "cell_type": "code",
        "id": "own",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
        **more,
    }


def cell_of(content, id):
    """A cell by its id."""
    return next(cell for cell in content["cells"] if cell.get("id") == id)


def marks_of(content, id):
    """nbgrader's marks of a cell."""
    return cell_of(content, id)["metadata"]["nbgrader"]


# ---- Other code in a good notebook


def with_code(fault, place):
    """The good notebook with code before, after or instead of an answer."""
    content = place.good()
    cell = cell_of(content, f"{fault.get('question', 'step-neuron')}-answer")
    parts = [fault.get("before"), fault.get("instead", "".join(cell["source"])), fault.get("after")]
    source = "\n".join(part for part in parts if part)
    cell["source"] = source.replace("OUTSIDE", str(place.outside)).replace("ROOT", str(ROOT))
    place.put(json.dumps(content))


def read_listed():
    """The faults of faults.yml."""
    expected = ("verdict", "points", "told", "question", "notebook", "lost", "beyond")
    for family, faults in yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")).items():
        for fault in faults:
            more = {key: fault[key] for key in expected if key in fault}
            if "others" in fault:
                more["lost"] = dict.fromkeys(OTHERS, fault["others"])
            FAULTS.append(Fault(fault["name"], family, fault["does"], partial(with_code, fault), **more))


# ---- Structure: the file is not what was given out


@cells(
    "duplicate grade id",
    "The answer cell is there twice, with the same grade id.",
    told='"step-neuron-answer" is in your notebook 2 times',
)
def _(content):
    content["cells"].insert(4, {**cell_of(content, "step-neuron-answer"), "id": "copy"})


@cells(
    "a cell that was split",
    "The answer cell was split; the second part, with the same grade id, only calls the function.",
    told="the last one that holds an answer was taken",
)
def _(content):
    call = "step_neuron(np.ones(2), np.ones(2), 1)"
    content["cells"].insert(4, {**cell_of(content, "step-neuron-answer"), "id": "copy", "source": call})


@cells(
    "renamed grade id",
    "The grade id of the answer cell was changed.",
    told="They were found by the names that they define",
)
def _(content):
    marks_of(content, "step-neuron-answer")["grade_id"] = "mine"
    cell_of(content, "step-neuron-answer")["id"] = "mine"


@cells(
    "no metadata",
    "A program threw away the metadata and the ids of all cells.",
    told="They were found by the names that they define",
)
def _(content):
    for cell in content["cells"]:
        cell["metadata"] = {}
        del cell["id"]


@files("saved by Colab", "Colab saved a copy: ids stand in the metadata, and the file has a name of Colab's.")
def _(place):
    content = place.good()
    for cell in content["cells"]:
        cell["metadata"] |= {"id": cell.pop("id"), "colab": {"base_uri": "https://example.org/"}}
    content |= {"metadata": {"colab": {"provenance": []}}, "nbformat_minor": 0}
    place.put(json.dumps(content), f"Copy of {place.path.name}")


@cells("saved by VS Code", "VS Code saved a copy: every cell has a new id, and notes of the editor's.")
def _(content):
    for number, cell in enumerate(content["cells"]):
        cell["id"] = f"{number:08x}"
        cell["metadata"] = {"vscode": {"languageId": "python"}, **cell["metadata"]}


@cells(
    "extra graded cell",
    "The learner added a graded cell that is worth 100 points.",
    told="1 cell of your notebook claimed to be graded",
)
def _(content):
    marks = {"grade": True, "grade_id": "bonus", "points": 100, "solution": False, "locked": True, "schema_version": 3}
    content["cells"].append(code("print('full marks')", metadata={"nbgrader": marks}))


@cells("more points", "The learner changed the points of a question from 4 to 400.")
def _(content):
    marks_of(content, "step-neuron-check")["points"] = 400


@cells(
    "deleted check",
    "The cell of the check was deleted.",
    told='You removed the check of question "step-neuron"; the original was used.',
)
def _(content):
    content["cells"].remove(cell_of(content, "step-neuron-check"))


@cells(
    "changed check",
    "The answer is wrong, and the check was replaced by one that gives full marks.",
    "wrong 0",
    told='You changed the check of question "step-neuron"; the original was used.',
)
def _(content):
    cell_of(content, "step-neuron-check")["source"] = "4"
    cell_of(content, "step-neuron-answer")["source"] = WRONG


@cells(
    "copied check",
    "The check was copied to another place.",
    told='You copied the check of question "step-neuron"; the original was used.',
)
def _(content):
    content["cells"].append(code("check.step_neuron(step_neuron)"))


@cells(
    "deleted answer",
    "The answer cell was deleted.",
    "missing 0",
    told='Answer cells are not in your notebook: "step-neuron-answer"',
)
def _(content):
    content["cells"].remove(cell_of(content, "step-neuron-answer"))


@cells("answer as text", "The answer cell was turned into a cell of text.", told="no longer a cell of code")
def _(content):
    cell_of(content, "step-neuron-answer")["cell_type"] = "markdown"


@cells(
    "changed given cell",
    "A cell that the course gives was changed, so that NumPy is missing.",
    told="You changed a cell that the course gives",
)
def _(content):
    cell_of(content, "setup")["source"] = "np = None"


@cells("other order", "All cells stand in the opposite order.")
def _(content):
    content["cells"].reverse()


@files(
    "untouched",
    "The exercise was handed in as it was given out.",
    "not attempted 0",
    told="Write step_neuron above",
    lost=dict.fromkeys(OTHERS, "not attempted"),
)
def _(place):
    place.put((ROOT / "exercises" / place.path.parent.name / place.path.name).read_bytes())


@files("renamed file", "The file has the name that a browser gives to a third download.")
def _(place):
    place.put(json.dumps(place.good()), "one-neuron (3).ipynb")


@files("another name", "The file is called final.ipynb.", told="give the notebook this name when you hand it in")
def _(place):
    place.put(json.dumps(place.good()), "final.ipynb")


@files("two copies", "Two copies were handed in; the older one is wrong.", told="is another copy of the notebook")
def _(place):
    old = place.good()
    cell_of(old, "step-neuron-answer")["source"] = WRONG
    place.put(json.dumps(old))
    place.put(json.dumps(place.good()), "one-neuron-1.ipynb")


@files("in a zip archive", "The notebook was handed in as a zip archive.")
def _(place):
    place.put(zipped({place.path.name: json.dumps(place.good())}), "homework.zip")


@text(
    "breaks off",
    "The upload broke off in the middle of question 2.",
    told="could be read, the rest is lost",
    lost=dict.fromkeys(OTHERS, "missing"),
)
def _(whole):
    return whole[: whole.index('"id": "sigmoid-answer"')]


@text("commas too many", "An editor left commas that JSON does not allow.", told="it could be mended")
def _(whole):
    return whole.replace("\n ]", ",\n ]")


@text(
    "conflict marks", "Git left the marks of a conflict between two versions.", told="Git left the marks of a conflict"
)
def _(whole):
    line = next(line for line in whole.splitlines(keepends=True) if "return 1 if z" in line)
    return whole.replace(line, f"<<<<<<< HEAD\n{line}=======\n{line.replace('1 if', '0 if')}>>>>>>> theirs\n")


@text("CRLF", "The lines end as on Windows, in the file and in the code.")
def _(whole):
    return whole.replace("\\n", "\\r\\n").replace("\n", "\r\n")


@text("NUL bytes", "There are zero bytes in the file and in the code.", told="zero bytes")
def _(whole):
    return whole[:30] + "\0\0" + whole[30:].replace("return 1 if z", "return 1\\u0000 if z")


@text("UTF-16", "An editor stored the file in UTF-16.")
def _(whole):
    return whole.encode("utf-16")


@text("damaged letters", "Letters of the file are not UTF-8.", told="Some letters in the file are damaged")
def _(whole):
    return whole.encode().replace(b"One neuron", b"One neur\xff\xfen")


@text("half a letter", "The code holds half of a letter, which no file can hold.")
def _(whole):
    return whole.replace("return 1 if z", "return 1 if '\\ud83d' and z", 1)


@cells("nbformat 3", "The notebook was stored in the format of 2013.", told="a format of before 2015")
def _(content):
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    content |= {"worksheets": [{"cells": content.pop("cells"), "metadata": {}}], "nbformat": 3, "nbformat_minor": 0}


for called, does, told, data in (
    ("empty file", "The file is empty.", "The file is empty", ""),
    ("web page", "The file is the page of a login.", "The file is a web page", "<!doctype html><title>Log in</title>"),
    ("only the code", "The file is the code, without a notebook around it.", "perhaps only the code", WRONG),
    (
        "nested too deeply",
        "The file holds 100,000 lists in each other.",
        "nested too deeply",
        '{"cells": ' + "[" * 100_000,
    ),
):
    text(called, does, "missing 0", told=told, lost=dict.fromkeys(OTHERS, "missing"))(lambda whole, data=data: data)


@files(
    "another exercise",
    "It is the notebook of another exercise, under this one's name.",
    "missing 0",
    told="If it is the notebook of another exercise",
    lost=dict.fromkeys(OTHERS, "missing"),
)
def _(place):
    place.put((ROOT / "solutions" / "01-seeing-digits" / "seeing-digits.ipynb").read_bytes())


@cells("too many cells", "The notebook has 5,000 cells.", told="only the first 2000 were read")
def _(content):
    content["cells"] += [code(f"number = {i}", id=f"own-{i}") for i in range(5000)]


@cells("no text in a cell", "Cells hold numbers and lists in the place of text.", told="held something that is no text")
def _(content):
    content["cells"] += [None, 3, {"cell_type": "code", "source": {"a": 1}}, {"metadata": [1]}]


# ---- Code, resources and hostile: what is no other code in an answer


@listed(
    "code",
    "deleted names",
    "A cell of the learner's own deletes what the course's first cell imported.",
    change=in_cells,
)
def _(content):
    content["cells"].insert(2, code("import numpy as np\ndel check"))


@listed(
    "resources",
    "many endless cells",
    "Thirty cells of the learner's own never end.",
    change=in_cells,
    told="All other cells that you added were left out too.",
)
def _(content):
    content["cells"][2:2] = [code("while True: pass", id=f"own-{i}") for i in range(30)]


@listed(
    "resources",
    "many slow cells",
    "A thousand cells of the learner's own sleep for a second each.",
    change=in_cells,
    told="All other cells that you added were left out too.",
)
def _(content):
    content["cells"][2:2] = [code(f"import time; time.sleep(1); number = {i}", id=f"own-{i}") for i in range(1000)]


@listed("hostile", "script in outputs", "The outputs that are stored in the notebook are scripts.", change=in_cells)
def _(content):
    data = {"text/html": "<script>alert(1)</script>", "application/javascript": "alert(1)"}
    cell_of(content, "step-neuron-check")["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": data}]


for called, does, student in (
    ("script in the name", "The student's name is a script.", "<script>alert(1)<∕script>"),
    (
        "formula in the name",
        "The student's name is a formula for a spreadsheet.",
        '=HYPERLINK("http:example.org","click")',
    ),
    ("path in the name", "The student's name leads to another folder.", "x\\..\\..\\..\\outside"),
    ("a long name", "The student's name has 240 letters.", "x" * 240),
):
    beside(called, does, student=student)(lambda place: None)


@beside("a module beside the notebook", "numpy.py was handed in with the notebook.", told="only the notebook is graded")
def _(place):
    place.put("raise SystemExit", "numpy.py")


@beside(
    "a pickle beside the notebook",
    "A pickle that runs code was handed in with the notebook.",
    told="only the notebook is graded",
)
def _(place):
    place.put(f"cos\nsystem\n(S'touch {place.outside}/pickled'\ntR.", "answer.pkl")


@beside("a link", "Beside the notebook lies a link to a file of the teacher's, under the notebook's name.")
def _(place):
    place.path.with_name("one-neuron-2.ipynb").symlink_to(place.outside / "secret.txt")


@beside("a folder that leads in circles", "A link in the folder leads back to the folder.")
def _(place):
    place.path.with_name("again").symlink_to(place.path.parent)


@beside("a pipe", "Beside the notebook lies a named pipe, at which reading never ends.")
def _(place):
    os.mkfifo(place.path.with_name("one-neuron-2.ipynb"))


@beside("a link in an archive", "An archive holds a link to a file of the teacher's, under the notebook's name.")
def _(place):
    link = zipfile.ZipInfo("one-neuron-2.ipynb")
    link.external_attr = 0o120777 << 16
    place.put(zipped({link: str(place.outside / "secret.txt")}), "more.zip")


@beside("../ in an archive", "An archive holds files whose names lead out of it.")
def _(place):
    place.put(zipped({"../../../outside/pickled": "x", f"{place.outside}/pickled": "x"}), "more.zip")


@beside("a zip bomb", "An archive of 2 MB unpacks to 2 GB.")
def _(place):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("one-neuron.ipynb", "w") as member:
        for _ in range(2000):
            member.write(bytes(1_000_000))
    place.put(file.getvalue(), "more.zip")


@beside("archives in archives", "An archive holds archives, five deep.")
def _(place):
    data = "x"
    for level in range(5):
        data = zipped({f"{level}.zip" if level else "x": data})
    place.put(data, "more.zip")


@beside("a huge file", "The newest copy of the notebook has 30 MB.", told="is another copy of the notebook")
def _(place):
    place.put('{"cells": [' + " " * 30_000_000, "one-neuron-2.ipynb")


def zipped(members):
    """A zip archive, of what each name (or ZipInfo) holds."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return file.getvalue()


read_listed()
FAULTS.sort(key=lambda fault: list(FAMILIES).index(fault.family))
