"""Finds what was handed in, however it was collected, and never lets a name or an archive do harm.

These layouts are told apart by what is there, also when they are mixed:

- nbgrader's, ``anna/homework-1/problem.ipynb``, and ``homework-1/anna/problem.ipynb``, ``anna/problem.ipynb``;
- the files of a Canvas export, ``lastnamefirst_LATE_123_45678_problem-1.ipynb``: the student is ``lastnamefirst_123``;
- Moodle's, ``First Last_123_assignsubmission_file/problem.ipynb`` or in one name: the student is ``First Last_123``;
- zip archives of these, of a whole class or of one student (``anna.zip``), and zip archives in them;
- one notebook, or the folder of one student.

The outermost name that tells a student counts, so that nobody can hand in for others from inside a folder of their own.
Names are kept as they are, with whatever is in them: whoever shows or stores them must escape them. :func:`safe_name` gives
a name for a file.
"""

import hashlib
import io
import os
import re
import stat
import time
import unicodedata
import weakref
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from .course import Course

__all__ = ["File", "Found", "Submission", "Unplaced", "find", "safe_name"]

MB = 1_000_000
LARGEST_NOTEBOOK = 20 * MB
LARGEST_INNER_ARCHIVE = 100 * MB
LARGEST_UNPACKED, LARGEST_RATIO = 200 * MB, 100  # an archive that promises more of both is a bomb
MOST_MEMBERS = 50_000
DEEPEST = 20  # folders in folders
MOST_FINDINGS = 10  # of one kind in a submission
IGNORED = {".ds_store", "timestamp.txt", "thumbs.db", "desktop.ini", "__macosx", ".ipynb_checkpoints"}
BROKEN = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
CANVAS = re.compile(r"(?P<name>.+?)_(?:LATE_)?(?P<id>\d+)_(?P<file>\d{3,})_(?P<rest>.+)", re.S)
CANVAS_ANONYMOUS = re.compile(r"(?:LATE_)?(?P<name>anon)_(?P<id>\w+?)_(?P<file>\d{3,})_(?P<rest>.+)", re.S)
MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_[a-z]+(?:_(?P<rest>.*))?", re.S)
NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.I)  # browsers and mail add the second
OTHER_ARCHIVE = re.compile(r"\.(7z|bz2|gz|rar|tar|tgz|xz)$", re.I)
MARKS = re.compile(rb'"(?:grade_id|id)"\s*:\s*"([^"\\]{1,200})"|(?:def|class)\s+(\w{1,100})')


@dataclass(frozen=True)
class Unplaced:
    """A file or folder that was not used: where, and why in a plain sentence."""

    path: str
    reason: str


@dataclass(frozen=True)
class File:
    """A file that was handed in: on disk, or in an archive (or in an archive in that).

    Attributes
    ----------
    names : tuple of str
        Its path below what was searched; archives count as folders.
    disk : Path
        The file on disk.
    members : tuple of int
        The numbers of the members that lead to it, in the archive on disk and in the one in that.
    version : int
        The time stamp of the file on disk, so that another archive in its place is noticed.
    """

    names: tuple[str, ...]
    disk: Path
    members: tuple[int, ...] = ()
    size: int = 0
    modified: float = 0.0
    version: int = 0

    @property
    def path(self) -> str:
        """Where it lies, as text for people."""
        return "/".join(self.names)

    def read(self, largest: int = LARGEST_NOTEBOOK) -> bytes:
        """Its bytes.

        Raises
        ------
        OSError
            When it is larger, damaged, no longer there, or no regular file.
        """
        try:
            if not self.members:
                with _opened(self.disk) as file:
                    return _limited(file, largest)
            if self.disk.lstat().st_mtime_ns != self.version:
                raise OSError(f"{self.disk} has changed since it was looked into")
            archive = _archive(os.getpid(), self.disk, self.version)
            for member in self.members[:-1]:
                archive = zipfile.ZipFile(io.BytesIO(_member(archive, member, LARGEST_INNER_ARCHIVE)))
            return _member(archive, self.members[-1], largest)
        except (*BROKEN, IndexError) as problem:
            raise OSError(f"{self.path} can't be read: {problem}") from problem


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment.

    Attributes
    ----------
    notebooks : dict of str to File
        By the name of the teacher's notebook. One that was not handed in, or is too large, is not there.
    findings : tuple of str
        Sentences for the student. They may quote names of files, so whoever shows them must escape them.
    """

    student: str
    assignment: str
    notebooks: dict[str, File] = field(default_factory=dict)
    findings: tuple[str, ...] = ()

    def load(self) -> dict[str, bytes]:
        """The bytes of its notebooks, by name.

        Raises
        ------
        OSError
            When one of them can't be read any more.
        """
        return {name: file.read() for name, file in self.notebooks.items()}


@dataclass(frozen=True)
class Found:
    """All submissions, by student and assignment, and what could not be used."""

    submissions: tuple[Submission, ...]
    unplaced: tuple[Unplaced, ...]


def find(submitted: Path, course: Course) -> Found:
    """The submissions in a folder, an archive or a single notebook.

    What is handed in beside a notebook becomes a finding of its submission; the files that the course itself gives are passed
    over, and so are those that systems leave behind (timestamp.txt, .DS_Store, __MACOSX, .ipynb_checkpoints).

    Raises
    ------
    FileNotFoundError
        When there is nothing at this path.
    """
    return _Sorting(Path(submitted), course).found()


def safe_name(student: str) -> str:
    """A name for a student's files: the same for the same student, another for each other one, on any system."""
    if re.fullmatch(r"(?!(con|prn|aux|nul|com\d|lpt\d)$)[a-z0-9][a-z0-9_]{0,39}", student):
        return student
    readable = re.sub(r"[^a-z0-9]+", "_", unicodedata.normalize("NFKD", student).lower())[:40].strip("_")
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{readable or 'student'}-{digest}"  # no name above has a hyphen


# ---- Reading, with limits


def _opened(path):
    """A regular file, and nothing that could block or lead elsewhere."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(f"{path} is no regular file")
    return file


def _limited(file, largest):
    data = file.read(largest + 1)
    if len(data) > largest:
        raise OSError(f"it is larger than {largest // MB} MB")
    return data


def _member(archive, number, largest):
    with archive.open(archive.infolist()[number]) as file:
        return _limited(file, largest)


@lru_cache(maxsize=4)
def _archive(process, path, version):
    """An archive on disk, kept open: to read the list of 2,000 members for each of them would take minutes."""
    return _unpacked(_opened(path))


def _unpacked(file):
    """An archive, when its list of members is not too long: each has a header, and these are counted before it is read."""
    count, last = 0, b""
    while chunk := file.read(MB):
        count += (last + chunk).count(b"PK\x01\x02")
        last = chunk[-3:]
    try:
        if count > MOST_MEMBERS:
            raise ValueError(f"it has more than {MOST_MEMBERS} members")
        archive = zipfile.ZipFile(file)
    except BaseException:
        file.close()
        raise
    weakref.finalize(archive, file.close)
    return archive


def _walk(root: Path) -> Iterator[File | Unplaced]:
    """What is in a folder, archives looked into."""
    folders = [((), root)]
    while folders:
        above, folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as problem:
            yield Unplaced("/".join(above), f"The folder can't be read: {problem.strerror}.")
            continue
        for entry in entries:
            names = (*above, entry.name)
            if _ignored(entry.name):
                continue
            file = _on_disk(Path(entry.path), names)
            if file == "folder":
                if reason := _refused_folder(names):
                    yield Unplaced("/".join(names), reason)
                else:
                    folders.append((names, entry.path))
            else:
                yield from _looked_into(file)


def _on_disk(path, names):
    """A File, "folder", or Unplaced."""
    where = "/".join(names)
    try:
        state = path.lstat()
    except OSError as problem:
        return Unplaced(where, f"It can't be read: {problem.strerror}.")
    if stat.S_ISLNK(state.st_mode):
        return Unplaced(where, "It is a link, and links are not followed.")
    if stat.S_ISDIR(state.st_mode):
        return "folder"
    if not stat.S_ISREG(state.st_mode):
        return Unplaced(where, "It is no file but a device, a pipe or a socket.")
    if not os.access(path, os.R_OK):
        return Unplaced(where, "It can't be read: permission denied.")
    return File(names, path, (), state.st_size, state.st_mtime, state.st_mtime_ns)


def _looked_into(file) -> Iterator[File | Unplaced]:
    """A file, or what is in it when it is an archive."""
    if isinstance(file, Unplaced) or not file.names[-1].lower().endswith(".zip"):
        yield file
        return
    if len(file.members) > 1:
        yield Unplaced(file.path, "It is an archive in an archive in an archive: unpack the outer one.")
        return
    try:
        inner = io.BytesIO(file.read(LARGEST_INNER_ARCHIVE)) if file.members else None
        archive = _unpacked(inner) if inner else _archive(os.getpid(), file.disk, file.version)
        promised = sum(info.file_size for info in archive.infolist())
        if promised > max(LARGEST_UNPACKED, LARGEST_RATIO * file.size):
            raise ValueError(f"it would unpack to {promised // MB} MB")
    except BROKEN as problem:
        yield Unplaced(file.path, f"The archive can't be opened: {problem}.")
        return
    for number, info in enumerate(archive.infolist()):
        parts = [part for part in info.filename.replace("\\", "/").split("/") if part not in ("", ".")]
        names = (*file.names, *parts)
        if info.is_dir() or any(_ignored(part) for part in parts):
            continue
        if reason := _refused_member(info, parts) or _refused_folder(names[:-1]):
            yield Unplaced(f"{file.path}/{info.filename}", reason)
            continue
        try:
            modified = time.mktime((*info.date_time, 0, 0, -1))
        except (OverflowError, ValueError):
            modified = 0.0
        yield from _looked_into(File(names, file.disk, (*file.members, number), info.file_size, modified, file.version))


def _refused_member(info, parts):
    mode = info.external_attr >> 16
    if info.filename[:1] in ("/", "\\") or ".." in parts or re.match(r"[A-Za-z]:", info.filename) or not parts:
        return "Its name leads out of the archive."
    if stat.S_ISLNK(mode):
        return "It is a link, and links are not followed."
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "It is no file but a device, a pipe or a socket."
    if info.flag_bits & 1:
        return "The archive is protected by a password."
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # the others are unpacked without a limit
        return "It is packed in an uncommon way: make the archive anew with another program."
    return ""


def _refused_folder(names):
    if len(names) > DEEPEST:
        return f"It lies more than {DEEPEST} folders deep."
    return "It is a hidden folder, or lies in one." if any(name.startswith(".") for name in names) else ""


def _ignored(name):
    return name.lower() in IGNORED or name.startswith("._")


# ---- Whose, and for what


class _Titles:
    """Tells from a name, or else from what is in it, which notebook of the course a file is."""

    def __init__(self, course):
        self.folders = {_folded(name): name for name in course.assignments}
        titles, marks = set(), defaultdict(set)
        for assignment in course.assignments.values():
            for notebook in assignment.notebooks:
                target = (assignment.name, notebook.name)
                titles.add((_folded(notebook.name), target))
                if len(assignment.notebooks) == 1:
                    titles.add((_folded(assignment.name), target))
                for cell in notebook.cells:
                    for mark in {cell.id, cell.cell_id, cell.question.answer if cell.question else ""}:
                        marks[mark.encode()].add(target)
        self.titles = sorted(titles)
        self.marks = {mark: next(iter(targets)) for mark, targets in marks.items() if mark and len(targets) == 1}

    def of_name(self, stem, folders):
        """The notebooks that a name may stand for, and what the name holds besides: "Copy of problem (1)" is problem."""
        padded = f"-{_folded(stem)}-"
        hits = [(title, target) for title, target in self.titles if title and f"-{title}-" in padded]
        hits = [hit for hit in hits if not any(hit[0] != other and hit[0] in other for other, _ in hits)]
        targets = {target for _, target in hits}
        if len(targets) > 1:
            near = [f"-{_folded(folder)}-" for folder in folders]
            targets = {t for t in targets if any(f"-{_folded(t[0])}-" in folder for folder in near)} or targets
        return targets, padded.replace(f"-{hits[0][0]}-", "-", 1).strip("-") if hits else ""

    def of_content(self, data):
        """The notebook, or notebooks, that most of the ids and names in a file belong to."""
        data = data.replace(b"\0", b"")  # UTF-16
        seen = {part for pair in MARKS.findall(data) for part in pair}
        votes = Counter(self.marks[mark] for mark in seen if mark in self.marks)
        return {target for target, count in votes.items() if count == max(votes.values())}


@dataclass
class _Entry:
    """A file, and what its path tells.

    Attributes
    ----------
    level : int
        How far in the student's name stands.
    assignment : str
        The assignment whose folder it lies in, or "".
    title : str
        The file's name, without what Canvas or Moodle put before it.
    serial : int
        Canvas's number of the file: it grows.
    folders : tuple of str, optional
        Where no name told the student, the folders that may be one.
    order : tuple
        The larger, the newer: whether the name told the notebook, then numbers that grow, then the time.
    rest : str
        What the file's name holds besides the notebook's.
    targets : set of (str, str)
        The notebooks, with their assignments, that it may be.
    """

    file: File
    student: str
    level: int
    assignment: str
    title: str
    serial: int = 0
    folders: tuple[str, ...] | None = None
    reason: str = "It is not a notebook, and no notebook of this student was found beside it."
    order: tuple = ()
    rest: str = ""
    targets: set = field(default_factory=set)


class _Sorting:
    """Sorts files into submissions."""

    def __init__(self, submitted, course):
        root = submitted.resolve(strict=True)
        self.course, self.titles, self.unplaced, self.entries = course, _Titles(course), [], []
        # Of each student and assignment, of each of its notebooks, the entries.
        self.placed = defaultdict(lambda: defaultdict(list))
        self.findings = defaultdict(list)
        folder = root if root.is_dir() else root.with_suffix("") if root.suffix.lower() == ".zip" else root.parent
        folder = folder.parent if self._assignment(folder.name) else folder
        self.alone = folder.name or "student"  # whose it is when no name in it tells
        self.is_archive = not root.is_dir() and root.suffix.lower() == ".zip"
        outer = self.is_archive and not _exported(_bare(root.name))  # its own name tells nothing
        for item in _walk(root) if root.is_dir() else _looked_into(_on_disk(root, (root.name,))):
            if isinstance(item, Unplaced):
                self.unplaced.append(item)
            else:
                self.entries.append(self._entry(item, item.names[outer:]))

    def found(self):
        notebooks = [entry for entry in self.entries if NOTEBOOK.search(entry.title)]
        others = [entry for entry in self.entries if not NOTEBOOK.search(entry.title)]
        for entry in notebooks:
            entry.targets = self._targets(entry)
        self._name_students(notebooks)
        unknown = []
        for entry in notebooks:
            if len(entry.targets) == 1:
                ((assignment, notebook),) = entry.targets
                self.placed[entry.student, assignment][notebook].append(entry)
            else:
                unknown.append(entry)
        others += self._only_ones(unknown)
        submissions = [self._submission(student, assignment) for student, assignment in sorted(self.placed)]
        assignments = defaultdict(list)
        for key in self.placed:
            assignments[key[0]].append(key)
        for entry in others:
            self._beside(entry, assignments.get(entry.student, []))
        return Found(
            tuple(replace(s, findings=_shortened(self.findings[s.student, s.assignment])) for s in submissions),
            tuple(sorted(self.unplaced, key=lambda item: item.path)),
        )

    def _assignment(self, name):
        return self.titles.folders.get(_folded(name), "")

    def _entry(self, file, names):
        """What the path tells: the outermost name that Canvas or Moodle gave, or that stands before an assignment's."""
        *above, last = [_bare(name) for name in names[:-1]] + [names[-1]]
        inner = next((name for name in map(self._assignment, above) if name), "")
        for level, name in enumerate([*above, last]):
            is_file = level == len(above)
            if match := _exported(name, is_file):
                title, serial = match["rest"] if is_file else last, match.groupdict().get("file", "0")
                return _Entry(file, f"{match['name']}_{match['id']}", level, inner, title, int(serial[:18]))
            assignment = self._assignment(above[level + 1]) if level + 1 < len(above) else ""
            if assignment and not self._assignment(name):
                return _Entry(file, name, level, assignment, last)
        folders = tuple(above[1:] if above and self._assignment(above[0]) else above)
        return _Entry(file, "", len(above) - len(folders), inner, last, folders=folders)

    def _targets(self, entry):
        """The notebooks of the course that a notebook may be, with the reason when it isn't exactly one."""
        stem = NOTEBOOK.sub("", entry.title)
        targets, entry.rest = self.titles.of_name(stem, entry.file.names[:-1])
        near = {target for target in targets if target[0] == entry.assignment}
        targets = near or targets
        version = int(entry.rest) if re.fullmatch(r"[0-9]{1,6}", entry.rest) else 0
        entry.order = (bool(targets), entry.serial, version, entry.file.modified, entry.file.path)
        if len(targets) == 1:
            return targets
        entry.reason = "Neither its name nor what it holds tells which notebook of the course it is."
        if entry.file.size > LARGEST_NOTEBOOK:
            entry.reason = (
                f"Its name does not tell which notebook it is, and it has more than {LARGEST_NOTEBOOK // MB} MB."
            )
            return targets
        try:
            told = self.titles.of_content(entry.file.read())
        except OSError as problem:
            entry.reason = f"It can't be read: {problem.__cause__}."
            return set()
        return (told & targets) or (told if len(told) == 1 else targets)

    def _name_students(self, notebooks):
        """Students where only folders, or the ends of names, can tell them: "anna/problem.ipynb", "problem_anna.ipynb"."""
        in_folders = [entry.folders for entry in notebooks if entry.folders]
        one_folder = len({folders[0] for folders in in_folders}) == 1
        one_class = (
            one_folder
            and all(len(folders) > 1 for folders in in_folders)
            and len({folders[1] for folders in in_folders}) > 1
        )
        loose = defaultdict(set)
        for entry in notebooks:
            if entry.folders == () and len(entry.targets) == 1:
                loose[next(iter(entry.targets))].add(_who(entry))
        many = any(len(names - {""}) > 1 for names in loose.values())
        for entry in self.entries:
            if entry.folders and not (self.is_archive and one_folder and not one_class):
                deeper = one_class and len(entry.folders) > 1
                entry.student, entry.level = entry.folders[deeper], entry.level + deeper
            elif entry.folders is not None:
                entry.student = (_who(entry) if many else "") or self.alone

    def _only_ones(self, unknown):
        """Places a notebook that is the only one in the folder of an assignment with one notebook, and returns the others."""
        alone = Counter((entry.student, entry.assignment) for entry in unknown)
        left = []
        for entry in unknown:
            key, assignment = (entry.student, entry.assignment), self.course.assignments.get(entry.assignment)
            fits = assignment and len(assignment.notebooks) == 1 and alone[key] == 1 and key not in self.placed
            if fits and not entry.targets:
                self.placed[key][assignment.notebooks[0].name].append(entry)
            else:
                left.append(entry)
        return left

    def _submission(self, student, assignment):
        notebooks, tell = {}, self.findings[student, assignment].append
        for notebook, entries in sorted(self.placed[student, assignment].items()):
            entries.sort(key=lambda entry: (entry.file.size <= LARGEST_NOTEBOOK, -entry.level, entry.order))
            *older, newest = entries
            for entry in older:
                if entry.file.names[:-1] != newest.file.names[:-1]:  # are these two students in truth?
                    reason = f'It was taken for a copy of "{newest.file.path}", which was graded.'
                    self.unplaced.append(Unplaced(entry.file.path, reason))
                tell(f'"{entry.file.names[-1]}" is another copy of the notebook; "{newest.file.names[-1]}" was graded.')
            if newest.file.size > LARGEST_NOTEBOOK:
                tell(
                    f'"{newest.file.names[-1]}" is larger than {LARGEST_NOTEBOOK // MB} MB and was not graded. '
                    "Clear all outputs, save it, and hand it in again."
                )
                continue
            notebooks[notebook] = newest.file
            if not newest.order[0]:
                tell(
                    f'"{newest.file.names[-1]}" was taken for "{notebook}": give the notebook this name when you hand it in.'
                )
            if newest.assignment not in ("", assignment):
                tell(
                    f'"{newest.file.names[-1]}" lay in the folder of {newest.assignment}, and was taken for {assignment}.'
                )
        return Submission(student, assignment, notebooks)

    def _beside(self, entry, own):
        """A file that nobody grades becomes a finding of the submission that it lies beside, or else it is unplaced."""
        here = [key for key in own if key[1] == entry.assignment] or [
            key
            for key in own
            for entries in self.placed[key].values()
            if any(entry.file.names[:-1][: len(e.file.names) - 1] == e.file.names[:-1] for e in entries)
        ]
        keys = set(here or own)
        if len(keys) != 1:
            reason = "Only zip archives are opened: unpack it." if OTHER_ARCHIVE.search(entry.title) else entry.reason
            self.unplaced.append(Unplaced(entry.file.path, reason))
            return
        (key,) = keys
        if entry.file.names[-1] not in {file.name for file in self.course.assignments[key[1]].files}:
            self.findings[key].append(
                f'"{entry.title}" was handed in beside the notebook; only the notebook is graded.'
            )


def _folded(text):
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", text).casefold()).strip("-")


def _bare(name):
    return name[:-4] if name.lower().endswith(".zip") else name


def _exported(name, is_file=False):
    """The parts of a name that Canvas or Moodle gave."""
    match = CANVAS_ANONYMOUS.fullmatch(name) or MOODLE.fullmatch(name) or CANVAS.fullmatch(name)
    return match if match and (match["rest"] or not is_file) else None


def _who(entry):
    """What a name holds besides the notebook's, when that may be a person: "problem_Anna (1)"."""
    words = [word for word in entry.rest.split("-") if not re.fullmatch(r"\d*|copy\d*|of", word)]
    match = re.search(r"[\W_]+".join(map(re.escape, words)), entry.title, re.I)
    return match.group() if match else "-".join(words)


def _shortened(findings):
    more = len(findings) - MOST_FINDINGS
    return (*findings[:MOST_FINDINGS], *([f"{more} more findings of this kind are not listed."] if more > 0 else []))
