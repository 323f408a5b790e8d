"""Finding submissions: every layout that learning platforms give, and nothing that a name or an archive could do harm with."""

import io
import json
import os
import socket
import stat
import struct
import subprocess
import sys
import time
import unicodedata
import zipfile
from pathlib import Path

import pytest

from gradebox import intake
from gradebox.course import Course
from gradebox.intake import find, safe_name

OLD, NEW = 1_700_000_000, 1_750_000_000


def brief(value):
    """A name for a parameter that is not megabytes long."""
    return value if isinstance(value, str) else "-"


def notebook(*ids, text="pass"):
    """The bytes of a notebook whose cells have these grade ids, each a question."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c-{name}",
            "metadata": {"nbgrader": {"grade": True, "solution": True, "grade_id": name, "points": 1}},
            "source": [text],
        }
        for name in ids
    ]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()


GIVEN = notebook("add", "add-more")  # what a learner hands in for one/adding


@pytest.fixture
def course(tmp_path):
    """one: adding; two: first and second; three and four: both have a notebook called problem."""
    layout = {
        "one/adding": ["add", "add-more"],
        "two/first": ["f"],
        "two/second": ["s"],
        "three/problem": ["p-3"],
        "four/problem": ["p-4"],
    }
    for path, ids in layout.items():
        file = tmp_path / "solutions" / f"{path}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(notebook(*ids))
    (tmp_path / "solutions" / "one" / "table.csv").write_text("1,2")
    return Course(tmp_path / "solutions")


@pytest.fixture
def submitted(tmp_path):
    folder = tmp_path / "submitted"
    folder.mkdir()
    return folder


def put(folder, files, modified=NEW):
    """Write files, given as a dict of path to bytes (or a list of paths)."""
    for path, data in files.items() if isinstance(files, dict) else ((path, GIVEN) for path in files):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        os.utime(file, (modified, modified))


def zipped(files, **options):
    """The bytes of a zip archive of files, given as a dict of name (or ZipInfo) to bytes, or a list of names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in files.items() if isinstance(files, dict) else ((name, GIVEN) for name in files):
            archive.writestr(name, data)
    return stream.getvalue()


def who(found):
    """(student, assignment, its notebooks) of each submission."""
    return [(s.student, s.assignment, *s.notebooks) for s in found.submissions]


def reasons(found):
    return {item.path: item.reason for item in found.unplaced}


# ---- Layouts

ANNA = ("anna", "one", "adding")
LAYOUTS = {
    "nbgrader": (["anna/one/adding.ipynb", "bob/one/adding.ipynb"], [ANNA, ("bob", "one", "adding")]),
    "nbgrader, in a folder": (["in/anna/one/adding.ipynb"], [ANNA]),
    "assignment first": (["one/anna/adding.ipynb", "one/bob/adding.ipynb"], [ANNA, ("bob", "one", "adding")]),
    "a folder for each student": (["anna/adding.ipynb", "bob/adding.ipynb"], [ANNA, ("bob", "one", "adding")]),
    "a folder of these": (["class/anna/adding.ipynb", "class/bob/adding.ipynb"], [ANNA, ("bob", "one", "adding")]),
    "deeper than needed": (["anna/one/inside/adding.ipynb"], [ANNA]),
    "Canvas": (
        ["leeanna_12_34567_adding.ipynb", "vonbob_LATE_13_34568_adding-1.ipynb", "anon_x1Y2_34569_adding.ipynb"],
        [("anon_x1Y2", "one", "adding"), ("leeanna_12", "one", "adding"), ("vonbob_13", "one", "adding")],
    ),
    "Canvas, in a folder of an assignment": (["one/leeanna_12_34567_adding.ipynb"], [("leeanna_12", "one", "adding")]),
    "Moodle, in folders": (
        ["Anna B. Lee_12_assignsubmission_file/adding.ipynb", "Bob_13_assignsubmission_file_/adding.ipynb"],
        [("Anna B. Lee_12", "one", "adding"), ("Bob_13", "one", "adding")],
    ),
    "Moodle, in one folder": (["Anna Lee_12_assignsubmission_file_adding.ipynb"], [("Anna Lee_12", "one", "adding")]),
    "mixed": (
        ["anna/one/adding.ipynb", "leeanna_12_34567_adding.ipynb", "Anna_12_assignsubmission_file/adding.ipynb"],
        [("Anna_12", "one", "adding"), ANNA, ("leeanna_12", "one", "adding")],
    ),
    "names at the end": (["adding_Anna.ipynb", "adding_Bob (1).ipynb"], [("Anna", "one", "adding"), ("Bob", "one", "adding")]),
    "one student": (["adding.ipynb"], [("submitted", "one", "adding")]),
    "one student's assignments": (["one/adding.ipynb"], [("submitted", "one", "adding")]),
    "an assignment of two notebooks": (["anna/two/first.ipynb", "anna/two/second.ipynb"], [("anna", "two", "first", "second")]),
    "two assignments": (["anna/one/adding.ipynb", "anna/two/second.ipynb"], [ANNA, ("anna", "two", "second")]),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("packed", [False, True])
def test_layouts(layout, packed, course, submitted):
    files, expected = LAYOUTS[layout]
    put(submitted, files)
    if packed:  # the export as it was downloaded
        archive = submitted.with_suffix(".zip")
        archive.write_bytes(zipped(dict.fromkeys(files, GIVEN)))
        submitted = archive
    found = find(submitted, course)
    assert who(found) == expected and not found.unplaced
    assert all(s.load() == dict.fromkeys(s.notebooks, GIVEN) and not s.findings for s in found.submissions)


@pytest.mark.parametrize(
    ("archive", "members", "expected"),
    [
        ("anna.zip", ["adding.ipynb"], ANNA),
        ("anna.zip", ["homework/adding.ipynb"], ANNA),
        ("anna.ZIP", ["one/adding.ipynb"], ANNA),
        ("anna/one/all.zip", ["adding.ipynb"], ANNA),
        ("all.zip", ["anna/one/adding.ipynb"], ANNA),
        ("all.zip", {"anna.zip": zipped(["adding.ipynb"]), "bob.zip": zipped(["adding.ipynb"])}, ANNA),
        ("leeanna_LATE_12_34567_homework.zip", ["my/adding.ipynb"], ("leeanna_12", "one", "adding")),
        ("all.zip", {"Lee_7_assignsubmission_file/a.zip": zipped(["x/adding.ipynb"])}, ("Lee_7", "one", "adding")),
    ],
    ids=brief,
)
def test_archives(archive, members, expected, course, submitted):
    put(submitted, {archive: zipped(members)})
    found = find(submitted, course)
    assert who(found)[0] == expected and not found.unplaced
    assert found.submissions[0].load() == {"adding": GIVEN}
    if len(Path(archive).parts) == 1:  # the archive itself, and it is the same
        given = find(submitted / archive, course)
        assert who(given)[0] == expected and given.submissions[0].load() == {"adding": GIVEN}


def test_a_single_notebook(course, submitted):
    put(submitted, ["anna/adding.ipynb", "bob/one/adding.ipynb", "lee_1_2345_adding.ipynb"])
    assert who(find(submitted / "anna/adding.ipynb", course)) == [ANNA]
    assert who(find(submitted / "bob/one/adding.ipynb", course)) == [("bob", "one", "adding")]
    assert who(find(submitted / "bob/one", course)) == [("bob", "one", "adding")]
    assert who(find(submitted / "lee_1_2345_adding.ipynb", course)) == [("lee_1", "one", "adding")]


def test_there_is_nothing(course, submitted):
    assert find(submitted, course) == intake.Found((), ())
    with pytest.raises(FileNotFoundError):
        find(submitted / "nowhere", course)


# ---- Which notebook it is


@pytest.mark.parametrize(
    "name",
    [
        "adding.ipynb", "Adding.IPYNB", "adding (1).ipynb", "adding-1.ipynb", "adding_Anna.ipynb", "Copy of adding.ipynb",
        "adding-Copy1.ipynb", "adding - Copy.ipynb", "Anna Lee adding final.ipynb", "one.ipynb", "ＡＤＤＩＮＧ.ipynb",
        "adding.ipynb.txt", "adding.ipynb.json",
    ],
)  # fmt: skip
def test_names_that_programs_and_people_change(name, course, submitted):
    put(submitted, {f"anna/{name}": b"{}"})
    found = find(submitted, course)
    assert who(found) == [ANNA] and not found.unplaced and not found.submissions[0].findings


def test_the_longest_name_counts(course, submitted):
    (course.folder / "five").mkdir()
    (course.folder / "five" / "more-adding.ipynb").write_bytes(notebook("m"))
    put(submitted, {"anna/More adding (1).ipynb": b"", "bob/adding more.ipynb": b""})
    assert [part[1] for part in who(find(submitted, Course(course.folder)))] == ["five", "one"]


def test_what_it_holds_tells_where_the_name_does_not(course, submitted):
    put(submitted, {"anna/Untitled.ipynb": GIVEN, "bob/Untitled1.ipynb": GIVEN.decode().encode("utf-16")})
    put(submitted, {"carl/Untitled.ipynb": b'{"cells": [{"id": "c-add-more", "damaged'})
    put(submitted, {"dora/problem.ipynb": notebook("p-4"), "emil/four/problem.ipynb": b"", "fred/four/x.ipynb": b"{}"})
    found = find(submitted, course)
    assert [(s.student, s.assignment) for s in found.submissions] == [
        ("anna", "one"), ("bob", "one"), ("carl", "one"), ("dora", "four"), ("emil", "four"), ("fred", "four"),
    ]  # fmt: skip
    assert found.submissions[0].findings == (
        '"Untitled.ipynb" was taken for "adding": give the notebook this name when you hand it in.',
    )
    assert not found.submissions[3].findings and not found.submissions[4].findings and found.submissions[5].findings


def test_what_nobody_can_tell_is_unplaced(course, submitted):
    put(submitted, {"anna/Untitled.ipynb": b"{}", "bob/problem.ipynb": b"{}", "carl/essay.pdf": b"", "dora/x.rar": b""})
    found = find(submitted, course)
    assert not found.submissions and reasons(found) == {
        "anna/Untitled.ipynb": "Neither its name nor what it holds tells which notebook of the course it is.",
        "bob/problem.ipynb": "Neither its name nor what it holds tells which notebook of the course it is.",
        "carl/essay.pdf": "It is not a notebook, and no notebook of this student was found beside it.",
        "dora/x.rar": "Only zip archives are opened: unpack it.",
    }


def test_the_wrong_folder(course, submitted):
    put(submitted, {"anna/two/adding.ipynb": GIVEN})
    (submission,) = find(submitted, course).submissions
    assert submission.assignment == "one" and "lay in the folder of two" in submission.findings[0]


# ---- More than one, and what lies beside


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("anna/one/adding.ipynb", "anna/one/adding (1).ipynb"),
        ("anna/one/adding-2.ipynb", "anna/one/adding-10.ipynb"),
        ("lee_1_2345_adding-1.ipynb", "lee_LATE_1_2346_adding.ipynb"),
        ("lee_1_999_adding.ipynb", "lee_1_1000_adding.ipynb"),
        ("anna/one/Untitled.ipynb", "anna/one/adding.ipynb"),
    ],
)
def test_the_newest_wins_by_its_name(old, new, course, submitted):
    put(submitted, {new: GIVEN}, OLD)
    put(submitted, {old: notebook("add", text="old")}, NEW)
    (submission,) = find(submitted, course).submissions
    assert submission.load() == {"adding": GIVEN}
    assert submission.findings == (
        f'"{Path(old).name}" is another copy of the notebook; "{Path(new).name}" was graded.',
    )


def test_the_newest_wins_by_its_time(course, submitted):
    put(submitted, {"anna/one/adding.ipynb": notebook("add", text="old")}, OLD)
    put(submitted, {"anna/one/adding-Copy1.ipynb": GIVEN}, NEW)
    assert find(submitted, course).submissions[0].load() == {"adding": GIVEN}


def test_copies_in_other_folders_are_told_to_the_teacher_too(course, submitted):
    put(submitted, ["anna/a/adding.ipynb", "bob/adding.ipynb"], OLD)
    put(submitted, ["anna/b/adding.ipynb"], NEW)
    found = find(submitted, course)
    assert who(found) == [ANNA, ("bob", "one", "adding")] and len(found.submissions[0].findings) == 1
    assert reasons(found) == {
        "anna/a/adding.ipynb": 'It was taken for a copy of "anna/b/adding.ipynb", which was graded.'
    }


def test_nobody_hands_in_for_others(course, submitted):
    """Names of other students inside a student's own folder or archive count for nothing."""
    inside = ["bob_1_2345_adding.ipynb", "Bob_1_assignsubmission_file/adding.ipynb", "bob/one/adding.ipynb"]
    put(submitted, [f"mallory/one/{name}" for name in inside])
    put(submitted, {"mal_7_77777_x.zip": zipped(inside), "M_8_assignsubmission_file/x.zip": zipped(inside)})
    assert {student for student, *_ in who(find(submitted, course))} == {"mallory", "mal_7", "M_8"}
    put(submitted, {"mallory.zip": zipped({"bob/one/adding.ipynb": b"forged"})}, NEW)
    put(submitted, {"bob/one/adding.ipynb": GIVEN}, OLD)
    assert {s.student: s for s in find(submitted, course).submissions}["bob"].load() == {"adding": GIVEN}


def test_what_lies_beside_is_a_finding(course, submitted):
    put(submitted, ["anna/one/adding.ipynb"])
    ignored = [
        "timestamp.txt",
        ".DS_Store",
        "table.csv",
        ".ipynb_checkpoints/adding-checkpoint.ipynb",
        "._adding.ipynb",
    ]
    put(submitted, {f"anna/one/{name}": b"" for name in ["numpy.py", "sub/scratch.ipynb", *ignored]})
    put(submitted, {"lee_1_2345_adding.ipynb": GIVEN, "lee_1_2346_photo.png": b"", "kim_2_2347_photo.png": b""})
    found = find(submitted, course)
    anna, lee = found.submissions
    assert anna.findings == (
        '"numpy.py" was handed in beside the notebook; only the notebook is graded.',
        '"scratch.ipynb" was handed in beside the notebook; only the notebook is graded.',
    )
    assert lee.findings == ('"photo.png" was handed in beside the notebook; only the notebook is graded.',)
    assert list(reasons(found)) == ["kim_2_2347_photo.png"]


def test_many_files_beside_make_few_findings(course, submitted):
    put(submitted, ["anna/one/adding.ipynb"])
    put(submitted, {f"anna/one/venv/{i}.py": b"" for i in range(500)})
    (submission,) = find(submitted, course).submissions
    assert len(submission.findings) == 11 and submission.findings[-1].startswith("490 more")


# ---- Harm


def test_a_large_notebook_counts_as_missing(course, submitted, monkeypatch):
    monkeypatch.setattr(intake, "LARGEST_NOTEBOOK", 2000)
    put(submitted, {"anna/one/adding.ipynb": GIVEN + b" " * 2000, "bob/x.ipynb": b" " * 2001})
    put(submitted, {"carl.zip": zipped({"adding.ipynb": GIVEN + b" " * 2000})})
    found = find(submitted, course)
    assert who(found) == [("anna", "one"), ("carl", "one")] and list(reasons(found)) == ["bob/x.ipynb"]
    assert all("larger than" in s.findings[0] and s.load() == {} for s in found.submissions)


def test_a_notebook_that_grows_is_not_read(course, submitted):
    put(submitted, ["anna/one/adding.ipynb"])
    (submission,) = find(submitted, course).submissions
    with open(submitted / "anna/one/adding.ipynb", "r+b") as file:
        file.truncate(intake.LARGEST_NOTEBOOK + 1)
    with pytest.raises(OSError, match="larger"):
        submission.load()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_links_pipes_and_sockets_are_not_opened(course, submitted, tmp_path, monkeypatch):
    put(tmp_path, ["secret/one/adding.ipynb"])
    put(submitted, ["anna/one/adding.ipynb", "zoe/one/adding.ipynb"])
    (submitted / "bob").symlink_to(tmp_path / "secret")
    (submitted / "carl").mkdir()
    (submitted / "carl" / "adding.ipynb").symlink_to(submitted / "anna/one/adding.ipynb")
    (submitted / "carl" / "dangling.ipynb").symlink_to("nowhere")
    os.mkfifo(submitted / "pipe.zip")
    monkeypatch.chdir(submitted)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.ipynb")
        access = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: "zoe" not in str(path) and access(path, mode))
        found = find(submitted, course)
    assert who(found) == [ANNA] and reasons(found) == {
        "bob": "It is a link, and links are not followed.",
        "carl/adding.ipynb": "It is a link, and links are not followed.",
        "carl/dangling.ipynb": "It is a link, and links are not followed.",
        "pipe.zip": "It is no file but a device, a pipe or a socket.",
        "socket.ipynb": "It is no file but a device, a pipe or a socket.",
        "zoe/one/adding.ipynb": "It can't be read: permission denied.",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
@pytest.mark.parametrize("kind", ["pipe", "link"])
def test_what_changes_after_it_was_found_is_not_followed(kind, course, submitted):
    put(submitted, ["anna/one/adding.ipynb"])
    (submission,) = find(submitted, course).submissions
    file = submitted / "anna/one/adding.ipynb"
    file.unlink()
    if kind == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to("/etc/passwd")
    with pytest.raises(OSError):
        submission.load()


def test_an_archive_that_changed_is_not_read(course, submitted):
    put(submitted, {"anna.zip": zipped({"adding.ipynb": GIVEN, "x.txt": b""})}, OLD)
    (submission,) = find(submitted, course).submissions
    put(submitted, {"anna.zip": zipped({"x.txt": b"", "adding.ipynb": GIVEN})}, NEW)
    with pytest.raises(OSError, match="changed"):
        submission.load()


def info(name, mode=0, **attributes):
    member = zipfile.ZipInfo(name)
    member.external_attr = mode << 16
    for attribute, value in attributes.items():
        setattr(member, attribute, value)
    return member


def test_members_that_lead_out_of_the_archive(course, submitted):
    names = [
        "../bob/one/adding.ipynb",
        "/etc/adding.ipynb",
        "a/../../adding.ipynb",
        "C:\\adding.ipynb",
        "..\\adding.ipynb",
    ]
    put(
        submitted,
        {"anna.zip": zipped({**dict.fromkeys(names, b""), info("l.ipynb", stat.S_IFLNK): b"/etc/passwd"})},
    )
    put(
        submitted, {"carl.zip": zipped({info("f.ipynb", stat.S_IFIFO): b"", "../f.ipynb": b"", ".x/adding.ipynb": b""})}
    )
    found = find(submitted, course)
    assert not found.submissions and len(found.unplaced) == 9
    told = reasons(found)
    assert all(told[f"anna.zip/{name}"] == "Its name leads out of the archive." for name in names)
    assert told["anna.zip/l.ipynb"] == "It is a link, and links are not followed."
    assert told["carl.zip/f.ipynb"] == "It is no file but a device, a pipe or a socket."


def protected():
    data = bytearray(zipped(["adding.ipynb"]))
    data[6] |= 1  # in the member's own header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and in the list
    return bytes(data)


def promises(size):
    """An archive whose list says another size."""
    data = bytearray(zipped({"adding.ipynb": b"0" * 3_000_000}))
    start = data.index(b"PK\x01\x02") + 24
    data[start : start + 4] = struct.pack("<I", size)
    return bytes(data)


def bomb():
    return zipped({f"{i}/adding.ipynb": b"\0" * 19_000_000 for i in range(11)}, compresslevel=1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "File is not a zip file"),
        (b"Rar!\x1a\x07\x00 and more", "File is not a zip file"),
        (zipped(["adding.ipynb"])[:-30], "File is not a zip file"),
        (protected(), "protected by a password"),
        (promises(4_000_000_000), "unpack to 4000 MB"),
        (bomb, "unpack to 209 MB"),
        (lambda: zipped({"inner.zip": bomb()}), "unpack to 209 MB"),
        (zipped({info("adding.ipynb", compress_type=zipfile.ZIP_BZIP2): GIVEN}), "packed in an uncommon way"),
        (zipped({"a.zip": zipped({"b.zip": zipped(["adding.ipynb"])})}), "archive in an archive in an archive"),
    ],
    ids=brief,
)
def test_archives_that_are_refused(data, reason, course, submitted):
    put(submitted, {"anna.zip": data() if callable(data) else data})
    found = find(submitted, course)
    assert not found.submissions and reason in found.unplaced[0].reason


def test_more_members_than_anybody_needs(course, submitted, monkeypatch):
    monkeypatch.setattr(intake, "MOST_MEMBERS", 100)
    put(submitted, {"anna.zip": zipped({f"{i}": b"" for i in range(101)})})
    put(submitted, {"bob.zip": zipped({"x.zip": zipped({f"{i}": b"" for i in range(101)})})})
    found = find(submitted, course)
    assert [item.reason for item in found.unplaced] == [
        "The archive can't be opened: it has more than 100 members."
    ] * 2


def test_a_size_that_is_a_lie_is_never_exceeded(course, submitted):
    put(submitted, {"anna.zip": promises(100)})
    (submission,) = find(submitted, course).submissions
    with pytest.raises(OSError):
        submission.load()


def test_a_damaged_member_is_told_when_it_is_read(course, submitted):
    data = bytearray(zipped(["adding.ipynb"]))
    data[60] ^= 0xFF
    put(submitted, {"anna.zip": bytes(data)})
    (submission,) = find(submitted, course).submissions
    with pytest.raises(OSError, match=r"anna\.zip/adding\.ipynb"):
        submission.load()


@pytest.mark.parametrize(
    "student",
    [
        "=cmd|' -C calc'!A1",
        "+1",
        "-2",
        "@x",
        "Åse Bjørk",
        "李雷",
        "a\nb",
        "\u202egnp",
        "\x1b[31mred",
        "<script>",
        "x" * 200,
        "\udce9",
    ],
)
def test_names_are_kept_as_they_are(student, course, submitted):
    try:
        put(submitted, [f"{student}/one/adding.ipynb"])
    except (OSError, ValueError):
        pytest.skip("this system can't have such a name")
    (submission,) = find(submitted, course).submissions
    assert submission.student == student and submission.load() == {"adding": GIVEN}


def test_file_names_for_students():
    students = [
        "anna", "Anna", "ANNA", "anna ", "ann", "../etc", "a/b", "a\\b", "a_b", "a.b", "..", ".", "", "con", "nul", "com1", "李雷", "李",
        "\udce9", "\0", "a\nb", "x" * 300, "x" * 301, "é", unicodedata.normalize("NFD", "é"), "-rf", "~", "a:b", "aux.txt",
    ]  # fmt: skip
    students += [safe_name("Anna"), safe_name("").upper()]
    names = [safe_name(student) for student in students]
    assert len({name.lower() for name in names}) == len(students)
    assert all(name.isascii() and name.replace("_", "").replace("-", "").isalnum() for name in names)
    assert all(len(name) < 60 and name[0] not in "-_" and name not in ("con", "nul", "com1") for name in names)
    assert names[0] == "anna" and names[1].startswith("anna-")


def test_a_large_class_takes_little_time_and_memory(course, submitted):
    put(submitted, {f"s{i}/one/adding.ipynb": GIVEN for i in range(2000)})
    big = zipped({f"lee{i}_{i}_{10_000 + i}_adding.ipynb": GIVEN for i in range(2000)})
    put(submitted, {"class.zip": big})
    code = (
        "import resource, sys; from pathlib import Path; from gradebox.course import Course; from gradebox.intake import find\n"
        "course = Course(sys.argv[1])\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "found = find(Path(sys.argv[2]), course)\n"
        "loaded = sum(bool(submission.load()) for submission in found.submissions)\n"
        "print(loaded, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    pytest.importorskip("resource")
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-c", code, course.folder, submitted], capture_output=True, text=True, check=True
    )
    loaded, grown = map(int, run.stdout.split())
    assert loaded == 4000 and time.perf_counter() - start < 20
    assert grown < 60_000 or sys.platform == "darwin"  # kB
