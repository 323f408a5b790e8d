"""The teaching guide: schedules, what to show and to ask, and the map of misconceptions, made from teaching.yml and the notebooks.

Minutes, aims and titles stand in the notebooks' metadata and nowhere else; every sum and every clock time is computed here.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, zip_longest
from pathlib import Path

import yaml

from isnine import notebooks

PAGE, FILE = "teaching", "teaching.yml"
LONGEST = 100  # minutes without a break


@dataclass
class Question:
    """A question of an exercise, by the name of its check."""

    check: str
    title: str
    minutes: int


@dataclass
class Chapter:
    """A chapter, with its number such as "02", its objectives and the questions of its exercise."""

    number: str
    file: str
    title: str
    minutes: int
    aims: list[str]
    questions: dict[str, Question]

    @property
    def exercise_minutes(self) -> int:
        """The sum over the questions."""
        return sum(question.minutes for question in self.questions.values())


@dataclass
class Step:
    """One line of a schedule."""

    chapter: Chapter
    question: Question | None = None

    @property
    def minutes(self) -> int:
        """From the metadata of the chapter or the question."""
        return (self.question or self.chapter).minutes


def read(book) -> dict:
    """The contents of teaching.yml."""
    return yaml.safe_load((Path(book) / FILE).read_text(encoding="utf-8"))


def sources(book) -> list[Path]:
    """The notebooks that minutes, aims and titles come from."""
    return sorted(Path(book).glob("chapters/*.ipynb")) + sorted(Path(book).parent.glob("solutions/*/*.ipynb"))


def read_chapters(book) -> dict[str, Chapter]:
    """The chapters by number, with the questions of their exercises."""
    chapters = {}
    for path in sources(book):
        notebook = notebooks.read(path)
        if path.parent.name == "chapters":
            told = notebook.metadata["isnine"]
            title = notebook.cells[0].source.split("\n")[0].removeprefix("# ")
            aims = [aim for _, aim in told["objectives"]]
            chapters[path.stem[:2]] = Chapter(path.stem[:2], path.name, title, told["minutes"], aims, {})
        else:
            for cell in notebook.cells:
                if question := cell.metadata.get("isnine", {}).get("question"):
                    title = cell.source.split("\n")[0].removeprefix("## ")
                    questions = chapters[path.parent.name[:2]].questions
                    questions[question["check"]] = Question(question["check"], title, question["minutes"])
    return chapters


# ---- Schedules


def steps_of(entries, chapters) -> list[Step]:
    """The lines of a part of a schedule: "02", "02/step-neuron" or "02/all" in teaching.yml."""
    steps = []
    for entry in entries:
        number, _, check = entry.partition("/")
        chapter = chapters[number]
        if check == "all":
            steps += [Step(chapter, question) for question in chapter.questions.values()]
        else:
            steps.append(Step(chapter, chapter.questions[check] if check else None))
    return steps


def minutes_of(steps) -> int:
    """The sum of the minutes of some lines."""
    return sum(step.minutes for step in steps)


def duration(minutes) -> str:
    """95 as "1 h 35 min"."""
    hours, minutes = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours))


def check_fits(title, what, minutes, limit):
    """Stop the build when a schedule is longer than it says."""
    if minutes > limit:
        raise ValueError(f'{FILE}: "{title}", {what}: {minutes} minutes do not fit into {limit}')


def told(steps) -> str:
    """What happens in a part of a schedule: chapters, and below each its questions."""
    lines = []
    for chapter, group in groupby(steps, lambda step: step.chapter):
        group = list(group)
        questions = [step.question for step in group if step.question]
        if not all(step.question for step in group):
            lines.append(f"[{chapter.title}](chapters/{chapter.file}) ({chapter.minutes})")
        if [question.check for question in questions] == list(chapter.questions):
            lines.append(f"exercise {chapter.number}, all {len(questions)} questions ({chapter.exercise_minutes})")
        elif questions:
            listed = "; ".join(f"{question.title} ({question.minutes})" for question in questions)
            lines.append(f"exercise {chapter.number}: {listed}")
    return "<br>".join(lines)


def by_the_clock(schedule, chapters) -> str:
    """A schedule in days, as tables with the time at which each part begins and ends."""
    text, total = "", 0
    for number, day in enumerate(schedule["days"], start=1):
        now = datetime.strptime(day["start"], "%H:%M")
        rows = ["| time | minutes | what |", "|---|--:|---|"]
        for block, pause in zip_longest(day["blocks"], day["breaks"]):
            steps = steps_of(block, chapters)
            minutes = minutes_of(steps)
            check_fits(schedule["title"], f"the block at {now:%H:%M}", minutes, LONGEST)
            end = now + timedelta(minutes=minutes)
            rows.append(f"| {now:%H:%M}–{end:%H:%M} | {minutes} | {told(steps)} |")
            now, total = end, total + minutes
            if pause:
                now += timedelta(minutes=pause)
                rows.append(f"| {end:%H:%M}–{now:%H:%M} | | *{'lunch' if pause >= 45 else 'break'}, {pause} min* |")
        head = f"**Day {number}**\n\n" if len(schedule["days"]) > 1 else ""
        text += head + "\n".join(rows) + "\n\n"
    check_fits(schedule["title"], "the whole", total, schedule["limit"])
    spare = schedule["limit"] - total
    return text + (
        f"Together {duration(total)} of work, without the breaks. "
        f"Of {duration(schedule['limit'])}, {duration(spare)} are left for what comes up.\n"
    )


def by_the_week(schedule, chapters) -> str:
    """A schedule in weeks: chapters in class, questions at home."""
    rows = ["| week | in class | at home | what |", "|--:|--:|--:|---|"]
    sums = []
    for number, entries in enumerate(schedule["weeks"], start=1):
        steps = steps_of(entries, chapters)
        lesson = minutes_of(step for step in steps if not step.question)
        home = minutes_of(step for step in steps if step.question)
        check_fits(schedule["title"], f"class in week {number}", lesson, schedule["class"])
        check_fits(schedule["title"], f"homework in week {number}", home, schedule["home"])
        rows.append(f"| {number} | {lesson} | {home} | {told(steps)} |")
        sums.append((lesson, home))
    lessons, homes = map(sum, zip(*sums, strict=True))
    rows.append(f"| | **{lessons}** | **{homes}** | {duration(lessons)} in class and {duration(homes)} at home |")
    return (
        f"It asks for {schedule['class']} minutes in class and {schedule['home']} minutes at home in each week, "
        "or less. All numbers are minutes.\n\n" + "\n".join(rows) + "\n"
    )


def schedules(guide, chapters) -> str:
    """The section of schedules."""
    text = ""
    for schedule in guide["schedules"]:
        plan = by_the_clock if "days" in schedule else by_the_week
        text += f"### {schedule['title']}\n\n{schedule['for']}\n\n{plan(schedule, chapters)}\n"
    return text


# ---- Chapter by chapter


def minutes_table(chapters) -> str:
    """The minutes of every chapter and exercise, and their sums."""
    rows = ["| chapter | to show or read | exercises |", "|---|--:|--:|"]
    for chapter in chapters.values():
        rows.append(f"| [{chapter.title}](chapters/{chapter.file}) | {chapter.minutes} | {chapter.exercise_minutes} |")
    show = sum(chapter.minutes for chapter in chapters.values())
    exercises = sum(chapter.exercise_minutes for chapter in chapters.values())
    rows.append(f"| **together** | **{show}** | **{exercises}** |")
    questions = sum(len(chapter.questions) for chapter in chapters.values())
    return (
        f"The {len(chapters)} chapters take {show} minutes ({duration(show)}), and the {questions} questions of the "
        f"exercises **{exercises} minutes** ({duration(exercises)}): {duration(show + exercises)} for everything.\n\n"
        + "\n".join(rows)
        + "\n"
    )


def plain(name) -> str:
    """A name that Markdown shows as it stands."""
    return re.sub(r"([\\`*_{}\[\]<>#$~|^])", r"\\\1", name)


def misconceptions(question, entries) -> str:
    """The map of one question: a wrong answer, why people give it, what to ask next."""
    lines = [f"#### {question.title}\n\n*{question.minutes} minutes*\n"]
    for answer, entry in entries.items():
        lines.append(f"{plain(answer)}\n: {entry['why']} *Ask:* {entry['next']}\n")
    return "\n".join(lines)


def chapter_by_chapter(guide, chapters) -> str:
    """A section for each chapter."""
    parts = ["Go to chapter " + ", ".join(f"[{number}](#teach-{number})" for number in chapters) + "."]
    for number, chapter in chapters.items():
        entry = guide["chapters"][number]
        parts += [
            f"(teach-{number})=",
            f"### {chapter.title}",
            f"[](chapters/{chapter.file}): {chapter.minutes} minutes to show. "
            f"[](exercises/{Path(chapter.file).stem}.md): {chapter.exercise_minutes} minutes.",
            "**Aims.** Afterwards people can",
            "\n".join(f"- {aim}" + (";" if aim != chapter.aims[-1] else ".") for aim in chapter.aims),
            "**Show.**",
            "\n".join(f"- *{show['at']}:* {show['do']}" for show in entry["show"]),
            "**Ask the class.**",
            "\n".join(f"- {ask['question']} *Listen for:* {ask['listen']}" for ask in entry["ask"]),
            "**Where people go wrong.**",
            *(misconceptions(question, entry["questions"][check]) for check, question in chapter.questions.items()),
        ]
    return "\n\n".join(parts)


# ---- Into the page


def fill(text, book) -> str:
    """The page with what stands in teaching.yml and in the notebooks in place of its three marks."""
    guide, chapters = read(book), read_chapters(book)
    for mark, part in (
        ("<!-- minutes -->", minutes_table(chapters)),
        ("<!-- schedules -->", schedules(guide, chapters)),
        ("<!-- chapters -->", chapter_by_chapter(guide, chapters)),
    ):
        if text.count(mark) != 1:
            raise ValueError(f"{PAGE}.md needs the mark {mark} once")
        text = text.replace(mark, part)
    return text


def read_page(app, page, source):
    """Sphinx has read a page and not yet looked at it."""
    if page == PAGE:
        for path in (Path(app.srcdir) / FILE, *sources(app.srcdir)):
            app.env.note_dependency(str(path))
        source[0] = fill(source[0], app.srcdir)


def setup(app):
    """Called by Sphinx."""
    app.connect("source-read", read_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
