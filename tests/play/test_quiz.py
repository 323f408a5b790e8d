"""The figure quiz: what Python hands over, what it refuses, and how it behaves in a browser."""

import pytest
from common import CHAPTER_PAGES, data_of, page_of, parts, status_of

from isnine.play import ask, quiz, right, wrong

QUESTION = ask("Is `0.5` a nine?", right("yes", "at 0.5 and above"), wrong("no", "not below it"), assesses="threshold")


def example():
    return quiz(QUESTION, QUESTION)


@pytest.mark.parametrize(
    "choices",
    [
        [right("a", "b")],
        [wrong("a", "b"), wrong("c", "d")],
        [right("a", "b"), right("c", "d")],
        [],
    ],
)
def test_a_question_has_exactly_one_right_choice(choices):
    with pytest.raises(ValueError, match=r"two or more choices, exactly one of them right: 'What\?'"):
        ask("What?", *choices, assesses="x")


def test_an_empty_quiz_is_refused():
    with pytest.raises(ValueError, match="at least one question"):
        quiz()


def test_a_question_with_other_words_or_choices_is_another_one():
    """What the reader chose is kept under the key; a better explanation does not make it void."""

    def key(question="Q?", first="a", because="b"):
        return ask(question, right(first, because), wrong("c", "d"), assesses="x")["key"]

    assert key() == key(because="better")
    assert len({key(), key("Other?"), key(first="other")}) == 3


def test_the_quiz_knows_its_questions():
    data = parts(quiz(QUESTION))[3]["questions"]
    assert data[0]["assesses"] == "threshold"
    assert [choice["right"] for choice in data[0]["choices"]] == [True, False]


@pytest.mark.browser
@pytest.mark.parametrize("page_name", CHAPTER_PAGES)
def test_quiz(visit, page_name):
    visit("genindex.html").evaluate("localStorage.removeItem('isnine-progress')")  # what another test chose
    page = visit(page_name)
    (known,) = data_of(page_name, "quiz")
    quiz = page.locator(".isnine-quiz")
    boxes = quiz.locator("fieldset").all()
    assert len(boxes) == len(known["questions"]) >= 4
    for number, (box, question) in enumerate(zip(boxes, known["questions"], strict=True)):
        answer = box.locator(".isnine-answer")
        assert answer.inner_text() == ""
        for choice, told in sorted(
            zip(box.locator("label").all(), question["choices"], strict=True), key=lambda pair: pair[1]["right"]
        ):
            choice.click()
            assert answer.inner_text().startswith("✓ Right." if told["right"] else "✗ Not quite.")
            assert told["because"].replace("`", "") in answer.inner_text()
            assert answer.get_attribute("data-right") == str(told["right"]).lower()
        assert status_of(quiz).startswith(f"{number + 1} of {len(boxes)} found")


@pytest.mark.browser
def test_quiz_by_keyboard(visit):
    box = visit(page_of("02")).locator(".isnine-quiz fieldset").first
    box.locator("input").first.focus()
    box.page.keyboard.press("ArrowDown")
    assert box.locator("input").nth(1).is_checked() and box.locator(".isnine-answer").inner_text()


@pytest.mark.browser
def test_a_quiz_works_where_nothing_is_kept(visit):
    """Alone on a page, as in JupyterLab, there is no script that keeps what was chosen."""
    quiz = visit(example()).locator(".isnine-quiz")
    quiz.get_by_label("no").first.check()
    assert status_of(quiz) == "0 of 2 found"
    quiz.get_by_label("yes").first.check()
    assert status_of(quiz) == "1 of 2 found"
    quiz.get_by_label("no").first.check()
    assert status_of(quiz) == "1 of 2 found", "it was found before"
