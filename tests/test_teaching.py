"""The teaching guide: an entry for every chapter and every question, schedules that hold, and no solution given away."""

import html as entities
import importlib
import importlib.util
import re
import sys
from datetime import datetime

import pytest
from common import CHAPTERS, HTML, ROOT, SOLUTIONS, graded, name, notebook
from test_prose import complaints, prose

BOOK = ROOT / "book"
SPEC = importlib.util.spec_from_file_location("teaching", BOOK / "extensions" / "teaching.py")
teaching = sys.modules["teaching"] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(teaching)
GUIDE = teaching.read(BOOK)
TOLD = teaching.read_chapters(BOOK)
PAGE = teaching.fill((BOOK / "teaching.md").read_text(encoding="utf-8"), BOOK)
EACH_CHAPTER = pytest.mark.parametrize("path", CHAPTERS, ids=name)
EACH_EXERCISE = pytest.mark.parametrize("path", SOLUTIONS, ids=name)
EACH_SCHEDULE = pytest.mark.parametrize("schedule", GUIDE["schedules"], ids=lambda schedule: schedule["title"])


def questions(path):
    """(metadata, title) of each question of an exercise, read without the extension."""
    cells = [cell for cell in notebook(path).cells if "question" in cell.metadata.get("isnine", {})]
    return [(cell.metadata["isnine"]["question"], cell.source.split("\n")[0].removeprefix("## ")) for cell in cells]


def minutes(entry):
    """The minutes of "02", "02/step-neuron" or "02/all", from the notebooks' metadata, read without the extension."""
    number, _, check = entry.partition("/")
    if not check:
        (path,) = [path for path in CHAPTERS if path.stem.startswith(f"{number}-")]
        return notebook(path).metadata["isnine"]["minutes"]
    (path,) = [path for path in SOLUTIONS if path.parent.name.startswith(f"{number}-")]
    return sum(question["minutes"] for question, _ in questions(path) if check in ("all", question["check"]))


def section(title, level="##"):
    """The text of the page below a heading, up to the next one of its level or above."""
    found = re.search(rf"^{level} {re.escape(title)}$\n(.*?)(?=^#{{2,{len(level)}}} |\Z)", PAGE, flags=re.M | re.S)
    assert found, f"the page has no section {title!r}"
    return found[1]


def entries_of(schedule):
    """All entries of a schedule, in order."""
    parts = [block for day in schedule["days"] for block in day["blocks"]] if "days" in schedule else schedule["weeks"]
    return [entry for part in parts for entry in part]


# ---- Every chapter and every question


def test_there_is_an_entry_for_each_chapter_and_no_other():
    assert list(GUIDE["chapters"]) == [path.stem[:2] for path in CHAPTERS]


@EACH_CHAPTER
def test_chapter(path):
    entry = GUIDE["chapters"][path.stem[:2]]
    assert set(entry) == {"show", "ask", "questions"}
    headings = re.findall(r"^##+ (.*)$", "\n".join(cell.source for cell in notebook(path).cells), re.M)
    assert 2 <= len(entry["show"]) <= 3 and 2 <= len(entry["ask"]) <= 3
    for show in entry["show"]:
        assert show["at"] in headings, f"the chapter has no section {show['at']!r}"
        assert len(show["do"].split()) >= 8 and show["do"].endswith(".")
    for ask in entry["ask"]:
        assert ask["question"].endswith("?") and len(ask["listen"].split()) >= 4 and ask["listen"].endswith(".")


@EACH_EXERCISE
def test_each_question_has_three_wrong_answers(path):
    entries = GUIDE["chapters"][path.parent.name[:2]]["questions"]
    assert list(entries) == [question["check"] for question, _ in questions(path)]
    assert list(entries) == [cell.metadata["nbgrader"]["grade_id"] for cell in graded(notebook(path).cells)]
    for check, answers in entries.items():
        assert len(answers) == 3, check
        for answer, entry in answers.items():
            assert set(entry) == {"why", "next"}, (check, answer)
            assert len(entry["why"].split()) >= 6 and entry["why"].endswith("."), (check, answer)
            assert len(entry["next"].split()) >= 4 and entry["next"].endswith("?"), (check, answer)


@EACH_EXERCISE
def test_the_wrong_answers_exist(path):
    """Each stands in the table of wrong answers that the check is tested with, and the check finds it wrong."""
    wrong = importlib.import_module(f"answers.{path.stem.replace('-', '_')}").WRONG
    for check, answers in GUIDE["chapters"][path.parent.name[:2]]["questions"].items():
        known = wrong[check.replace("-", "_")]
        for answer in answers:
            assert answer in known, f"tests/answers has no wrong answer {answer!r} to {check}"
            assert known[answer][1] in ("wrong", "error")


def test_words_of_the_guide():
    assert not complaints(prose(PAGE))


def test_no_sentence_is_used_twice():
    entries = [
        entry
        for chapter in GUIDE["chapters"].values()
        for answers in chapter["questions"].values()
        for entry in answers.values()
    ]
    for key in ("why", "next"):
        sentences = [entry[key] for entry in entries]
        assert len(set(sentences)) == len(sentences), {text for text in sentences if sentences.count(text) > 1}


# ---- What the page shows


@EACH_CHAPTER
def test_the_page_shows_the_aims_and_minutes_of_a_chapter(path):
    metadata = notebook(path).metadata["isnine"]
    text = section(notebook(path).cells[0].source.split("\n")[0].removeprefix("# "), "###")
    assert f"(chapters/{path.name}): {metadata['minutes']} minutes" in text
    assert re.findall(r"^- (.*)[;.]$", text, re.M)[: len(metadata["objectives"])] == [
        aim for _, aim in metadata["objectives"]
    ]


@EACH_EXERCISE
def test_the_page_shows_every_question(path):
    for question, title in questions(path):
        text = section(title, "####")
        assert text.strip().startswith(f"*{question['minutes']} minutes*")
        for answer, entry in GUIDE["chapters"][path.parent.name[:2]]["questions"][question["check"]].items():
            assert f"{teaching.plain(answer)}\n: {entry['why']} *Ask:* {entry['next']}" in text


def test_the_sums_of_minutes_stand_in_the_guide():
    read = sum(minutes(path.stem[:2]) for path in CHAPTERS)
    exercises = sum(minutes(f"{path.parent.name[:2]}/all") for path in SOLUTIONS)
    text = section("How long it takes")
    assert f"take {read} minutes" in text and f"the exercises **{exercises} minutes**" in text
    assert f"| **together** | **{read}** | **{exercises}** |" in text
    for path in CHAPTERS:
        number = path.stem[:2]
        assert f"(chapters/{path.name}) | {minutes(number)} | {minutes(number + '/all')} |" in text


def test_nothing_is_repeated_by_hand():
    """Minutes and titles come from the notebooks: what people wrote names none of them."""
    by_hand = (BOOK / "teaching.md").read_text(encoding="utf-8")
    assert not re.search(r"\b\d+ (minutes|min|hours|h)\b", by_hand)
    titles = [title for path in SOLUTIONS for _, title in questions(path)]
    assert not [title for title in titles if title in by_hand + (BOOK / "teaching.yml").read_text(encoding="utf-8")]


# ---- Schedules


def test_there_are_four_schedules():
    assert [schedule["title"] for schedule in GUIDE["schedules"]] == [
        "Half a day",
        "One day",
        "Two days",
        "Eight weeks",
    ]
    assert [schedule.get("limit") for schedule in GUIDE["schedules"]] == [180, 360, 720, None]
    assert [len(schedule.get("days", ())) for schedule in GUIDE["schedules"]] == [1, 1, 2, 0]
    assert len(GUIDE["schedules"][3]["weeks"]) == 8


@EACH_SCHEDULE
def test_a_schedule_fits_and_says_its_sum(schedule):
    """The printed numbers are added up again, and compared with sums of the metadata."""
    text = section(schedule["title"], "###")
    printed = sum(int(number) for number in re.findall(r"\((\d+)\)", text))
    total = sum(minutes(entry) for entry in entries_of(schedule))
    assert printed == total, "the numbers in brackets"
    if "days" in schedule:
        assert total <= schedule["limit"]
        assert total >= 0.9 * schedule["limit"], "much of the time is not used"
        assert f"Together {teaching.duration(total)} of work" in text
        assert f"{teaching.duration(schedule['limit'] - total)} are left" in text
        assert total == sum(int(number) for number in re.findall(r"^\| [\d:–]+ \| (\d+) \|", text, re.M))
    else:
        for number, week in enumerate(schedule["weeks"], start=1):
            lesson = sum(minutes(entry) for entry in week if "/" not in entry)
            home = sum(minutes(entry) for entry in week if "/" in entry)
            assert 0 < lesson <= schedule["class"] and 0 < home <= schedule["home"]
            assert f"| {number} | {lesson} | {home} |" in text


@pytest.mark.parametrize("schedule", GUIDE["schedules"][:3], ids=lambda schedule: schedule["title"])
def test_the_clock_is_right(schedule):
    """Each row ends its minutes after its beginning, and the next one begins there."""
    rows = re.findall(r"^\| (\d\d:\d\d)–(\d\d:\d\d) \| (\d*) ?\| (.*?) \|$", section(schedule["title"], "###"), re.M)
    assert len(rows) == sum(len(day["blocks"]) + len(day["breaks"]) for day in schedule["days"])
    clock = None
    for begin, end, work, what in rows:
        assert begin in (clock, "09:00")
        took = (datetime.strptime(end, "%H:%M") - datetime.strptime(begin, "%H:%M")).seconds // 60
        assert took == int(work or re.search(r"(\d+) min", what)[1])
        assert not work or took <= teaching.LONGEST
        clock = end
    for day in schedule["days"]:
        assert len(day["breaks"]) == len(day["blocks"]) - 1


@EACH_SCHEDULE
def test_a_question_comes_after_its_chapter(schedule):
    entries = entries_of(schedule)
    assert len(set(entries)) == len(entries)
    for place, entry in enumerate(entries):
        assert entry.partition("/")[0] in entries[: place + 1], f"{entry} stands before its chapter"
    assert [entry for entry in entries if "/" not in entry] == sorted(entry for entry in entries if "/" not in entry)


def test_eight_weeks_hold_everything_once():
    steps = [step for week in GUIDE["schedules"][3]["weeks"] for step in teaching.steps_of(week, TOLD)]
    found = [(step.chapter.number, step.question.check if step.question else None) for step in steps]
    wanted = [
        (path.stem[:2], check)
        for path, exercise in zip(CHAPTERS, SOLUTIONS, strict=True)
        for check in (None, *(question["check"] for question, _ in questions(exercise)))
    ]
    assert found == wanted


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"limit": 100}, "the whole: .* do not fit into 100"),
        ({"days": [{"start": "09:00", "breaks": [], "blocks": [["04", "04/all"]]}]}, "the block at 09:00"),
    ],
)
def test_a_day_that_is_too_long_stops_the_build(change, message):
    with pytest.raises(ValueError, match=message):
        teaching.by_the_clock({**GUIDE["schedules"][0], **change}, TOLD)


@pytest.mark.parametrize("what", ["class", "home"])
def test_a_week_that_is_too_long_stops_the_build(what):
    with pytest.raises(ValueError, match=f"{what}.* in week 1: .* do not fit into 60"):
        teaching.by_the_week({**GUIDE["schedules"][3], what: 60}, TOLD)


# ---- No solution


@EACH_EXERCISE
def test_no_solution_stands_in_the_guide(path):
    """No line of a solution that says something, with or without its spaces."""
    page = re.sub(r"\s", "", PAGE)
    cells = "\n".join(cell.source for cell in notebook(path).cells if cell.cell_type == "code")
    solutions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cells, re.S)
    assert len(solutions) >= len(questions(path))
    lines = {re.sub(r"\s", "", line) for text in solutions for line in text.split("\n")}
    assert not [line for line in lines if len(line) >= 12 and line in page]


def test_there_is_no_block_of_code_in_the_guide():
    assert "```" not in PAGE and not re.search(r"^ {4,}\w", PAGE, re.M)


# ---- The built page


def test_the_built_page_shows_it_all(html):
    text = entities.unescape(re.sub(r"<[^>]+>", "", (HTML / "teaching.html").read_text(encoding="utf-8")))
    text = re.sub(r"[“”]", '"', text).replace("’", "'")
    assert "<!--" not in text and "<br>" not in text
    for path in SOLUTIONS:
        for question, title in questions(path):
            assert title in text
            assert all(
                answer in text for answer in GUIDE["chapters"][path.parent.name[:2]]["questions"][question["check"]]
            )
