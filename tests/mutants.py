"""Change every solution mechanically, ask the checks, and tell what share of these mutants they catch. Run by ``make mutants``.

A mutant is the cell of an answer with one small change (``mutate.py``). Its check should give it less than full marks. One that gets
them all survives: either it does what the solution does, or something else that the statement allows, and ``equivalent.yml`` says
why; or its check lacks a case. (mutmut and cosmic-ray change files and start a test run for each mutant: too slow where each run
imports TensorFlow.)

    python tests/mutants.py                   every exercise
    python tests/mutants.py 02 05-picture     exercises, or questions (02-one-neuron:sigmoid), by how their names begin
    python tests/mutants.py --every 10        a sample: each tenth mutant
"""

import argparse
import copy
import importlib
import linecache
import os
import sys
import time
from collections import Counter, namedtuple
from multiprocessing import connection, get_context
from pathlib import Path

import nbformat
import yaml
from mutate import mutants_of

from isnine.device import hushed

HERE = Path(__file__).parent
GRACE = 10  # seconds after which a mutant is ended that its check could not end
Question = namedtuple("Question", "key check answer setup source")
Answer = namedtuple("Answer", "full seconds words")  # whether a source gets full marks, and otherwise what it is told


def questions_of(path):
    """The questions of a solution notebook, each with the cells that stand before its answer."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    graded = {cell.metadata.nbgrader.grade_id: cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")}
    setup = []
    for cell in cells:
        own = cell.metadata.get("nbgrader", {})
        if own.get("solution"):
            of = graded[own.grade_id.removesuffix("-answer")].metadata.gradebox
            yield Question(
                f"{path.parent.name}:{of.check.split(':')[1]}", of.check, of.answer, list(setup), cell.source
            )
        if not own.get("grade"):
            setup.append(cell.source)


def serve(question, sources, seconds, pipe):
    """In a process of its own: run the cells before the answer, then judge each source whose number comes through the pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    names = {"__name__": "__main__"}
    for cell in question.setup:
        exec(compile(cell, "<cells before>", "exec"), names)
    module, name = question.check.split(":")
    check = copy.copy(getattr(importlib.import_module(module), name))
    check.seconds = min(seconds, check.seconds)
    cases = check.cases(9)
    pipe.send(None)
    while True:
        number = pipe.recv()
        file, start, own = f"<answer {number}>", time.monotonic(), dict(names)
        # TensorFlow reads the source of what it compiles.
        linecache.cache[file] = len(sources[number]), None, sources[number].splitlines(keepends=True), file
        try:
            exec(compile(sources[number], file, "exec"), own)
            result = check.judge(check.observe(own[question.answer], cases), cases)
            full, words = result.points == check.points, [result.message, *(c.message for c in result.criteria)]
        except Exception as problem:
            full, words = False, [f"the cell stopped with {problem!r}"]
        pipe.send(Answer(full, time.monotonic() - start, " ".join(filter(None, words))))


def ask(question, sources, seconds, workers=1, tell=lambda: None):
    """The answer to each source. What takes too long, or ends its process, does not get full marks.

    A process is forked before TensorFlow has computed anything, because its threads do not survive a fork. Each judges at most 20.
    """
    context, running = get_context("fork"), {}
    waiting, answers = list(range(len(sources)))[::-1], [None] * len(sources)

    def stop(pipe):
        process = running.pop(pipe)[0]
        process.kill()
        process.join()
        pipe.close()

    while waiting or running:
        while len(running) < workers and len(waiting) > sum(number is None for _, number, _, _ in running.values()):
            pipe, other = context.Pipe()
            process = context.Process(target=serve, args=(question, sources, seconds, other), daemon=True)
            process.start()
            other.close()
            running[pipe] = process, None, 0, time.monotonic() + 120  # what it judges, how many before that, until when
        for pipe in connection.wait(list(running), 0.5):
            process, number, done, _ = running[pipe]
            try:
                answer = pipe.recv()
            except EOFError:
                if number is None:
                    raise RuntimeError(f"{question.key}: the cells before the answer stop with an error") from None
                answers[number] = Answer(False, 0, "its process ended")
                stop(pipe)
                tell()
                continue
            if number is not None:
                answers[number] = answer
                tell()
            if not waiting or done == 20:
                stop(pipe)
            else:
                running[pipe] = process, waiting.pop(), done + 1, time.monotonic() + seconds + GRACE
                pipe.send(running[pipe][1])
        for pipe, (_, number, _, until) in list(running.items()):
            if time.monotonic() > until:
                if number is None:
                    raise RuntimeError(f"{question.key}: the cells before the answer take too long")
                answers[number] = Answer(False, seconds, "its process was ended, because it took too long")
                stop(pipe)
                tell()
    return answers


# -------------------------------------------------------------------------------------------------------------- the table


def explanations(file):
    """For each question: the text of each mutant that may survive, why, and whether it only sometimes does."""
    return {
        f"{exercise}:{name}": {
            text: (reason["why"].strip(), reason.get("sometimes", False))
            for reason in reasons
            for text in reason["mutants"].splitlines()
        }
        for exercise, questions in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).items()
        for name, reasons in questions.items()
    }


def compare(question, known, every, workers):
    """The mutants of a question that were asked, the texts of the survivors, and what is wrong with the solution or with its explanations."""
    start = time.monotonic()
    (first,) = ask(question, [question.source], 300)
    mutants, done = mutants_of(question.source), Counter()
    asked = mutants[::every]

    def tell():
        done[0] += 1
        if sys.stderr.isatty():
            print(f"\r{question.key:60}{done[0]:9}", end="\r", file=sys.stderr, flush=True)

    # The solution once more as the last one: nothing that a mutant left behind in its process may change a result.
    sources = [*(mutant.source for mutant in asked), question.source]
    *answers, again = ask(question, sources, max(5, 10 * first.seconds), workers, tell)
    survivors = [mutant.text for mutant, answer in zip(asked, answers, strict=True) if answer.full]
    trouble = [f"the solution does not get full marks: {it.words}" for it in (first, again) if not it.full]
    trouble += [f"nobody explains    {text}" for text in survivors if text not in known]
    gone = known.keys() - {mutant.text for mutant in mutants}
    trouble += [f"explained, but no mutant    {text}" for text in sorted(gone)]
    caught = {mutant.text: answer.words for mutant, answer in zip(asked, answers, strict=True) if not answer.full}
    certain = [text for text, (_, sometimes) in known.items() if not sometimes]
    trouble += [f"explained, but caught    {text}    {caught[text]}" for text in certain if text in caught]
    unexplained = sum(text not in known for text in survivors)
    row = len(asked), len(caught), len(survivors) - unexplained, unexplained
    return row, survivors, [f"{question.key}: {what}" for what in trouble], time.monotonic() - start


def main(arguments=None, solutions=HERE.parent / "solutions", explained=HERE / "equivalent.yml"):
    """Ask, print the table and the survivors, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", default=[""], help="exercises or questions, by how their names begin")
    parser.add_argument("--every", type=int, default=1, help="ask each Nth mutant only")
    parser.add_argument("--workers", type=int, default=2, help="processes at the same time")
    options = parser.parse_args(arguments)
    reasons = {key: known for key, known in explanations(explained).items() if key.startswith(tuple(options.names))}
    with hushed():
        import tensorflow  # noqa: F401  (once, for all the processes that are forked)

    sums, told, trouble = Counter(), [], []
    line = "{:56}{:>9}{:>9}{:>12}{:>13}{:>9}"
    print(line.format("", "mutants", "caught", "equivalent", "unexplained", "seconds"))
    for question in [question for path in sorted(solutions.glob("*/*.ipynb")) for question in questions_of(path)]:
        if question.key.startswith(tuple(options.names)):
            known = reasons.pop(question.key, {})
            row, survivors, problems, seconds = compare(question, known, options.every, options.workers)
            print(line.format(question.key, *row, f"{seconds:.0f}"), flush=True)
            sums.update(dict(enumerate(row)))
            told += [f"{question.key}: {text}\n    {known[text][0]}" for text in survivors if text in known]
            trouble += problems
    trouble += [f"{key}: explained, but no question" for key in reasons]
    print(line.format("together", *(sums[k] for k in range(4)), ""))
    print(
        f"\n{sums[1] / max(sums[0], 1):.1%} of all mutants are caught, {sums[1] / max(sums[0] - sums[2], 1):.1%} of those that are not equivalent."
    )
    print("", *told, "", *(trouble or ["Every survivor is explained."]), sep="\n")
    return 1 if trouble else 0


if __name__ == "__main__":
    # Read when TensorFlow is imported: the CPU is the contract, and each of several processes has one thread.
    os.environ.update(CUDA_VISIBLE_DEVICES="-1", OMP_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3")
    os.environ.pop("ISNINE_SEED", None)
    sys.exit(main())
