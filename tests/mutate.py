"""The mutants of a cell: its code with one small change, in all the ways that this module knows. ``tests/mutants.py`` asks the checks."""

import ast
import re
from collections import Counter, namedtuple
from itertools import pairwise

__all__ = ["Mutant", "mutants_of"]

Mutant = namedtuple("Mutant", "text source")

# What comes in the place of an operator: the others of its line.
OPERATORS = "+ - *, - +, * + /, / * //, // / *, @ *, ** *, % //, & |, | &, and or, or and, "
OPERATORS += "< <= > >=, <= < > >=, > >= < <=, >= > < <=, == !=, != =="
# Each word of a pair becomes the other one, be it a name or a text.
PAIRS = "mean sum, max min, argmax argmin, maximum minimum, any all, zeros ones, floor ceil, var std, sqrt abs, True False, None 1, "
PAIRS += (
    "relu sigmoid, softmax sigmoid, same valid, L1 L2, GlobalAveragePooling2D GlobalMaxPooling2D, assign_add assign_sub"
)
OTHERS = {old: others for old, *others in map(str.split, OPERATORS.split(", "))}
for one, two in map(str.split, PAIRS.split(", ")):
    OTHERS.setdefault(one, []).append(two)
    OTHERS.setdefault(two, []).append(one)
MODULE = rb"(np|tf|tf1|keras|layers|ops)(\.\w+)*"  # a function of it is not the method of a value


def mutants_of(source: str) -> list[Mutant]:
    """Every mutant that differs from the cell in what it means, not in its look; the text of each is like no other's.

    The text tells the lines that change: before, an arrow, after.
    """
    cell, found, told = Cell(source), [], Counter()
    seen = {ast.dump(cell.tree)}
    for begin, end, new in sorted({change for node in ast.walk(cell.tree) for change in cell.changes(node)}):
        changed = cell.code[:begin] + new + cell.code[end:]
        try:
            meaning = ast.dump(ast.parse(changed))
        except SyntaxError:
            continue
        if meaning in seen:
            continue
        seen.add(meaning)
        first, last = cell.code.rfind(b"\n", 0, begin) + 1, (cell.code + b"\n").find(b"\n", end)
        after = cell.code[first:begin] + new + cell.code[end:last]
        text = f"{lines_of(cell.code[first:last])}  ->  {lines_of(after)}"
        told[text] += 1
        found.append(Mutant(text if told[text] == 1 else f"{text}  ({told[text]})", changed.decode()))
    return found


def lines_of(code):
    """Some lines of code as one, without comments; of many, the first and the last."""
    lines = [line.strip() for line in code.decode().splitlines() if line.strip() and not line.strip().startswith("#")]
    return " ⏎ ".join(lines if len(lines) < 4 else [lines[0], "...", lines[-1]]) or "(nothing)"


class Cell:
    """A cell as code and as a syntax tree. A change is (begin, end, new): the stretch that goes, and what comes in its place."""

    def __init__(self, source):
        self.code, self.tree, self.starts = source.encode(), ast.parse(source), [0]  # ast counts in bytes
        for line in self.code.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        texts = [node for node in ast.walk(self.tree) if isinstance(node, ast.Expr)]
        self.docstrings = [node.value for node in texts if isinstance(node.value, ast.Constant)]
        self.neighbours = {}  # for each use of an argument, the name of the argument after it
        for function in ast.walk(self.tree):
            if isinstance(function, ast.FunctionDef):
                names = [argument.arg for argument in function.args.args if argument.arg != "self"]
                after = dict(zip(names, names[1:] + names[:1], strict=True))
                self.neighbours |= {
                    node: after[node.id] for node in ast.walk(function) if getattr(node, "id", 0) in after
                }

    def place(self, node):
        """Where a part of the syntax tree begins and ends."""
        begin = self.starts[node.lineno - 1] + node.col_offset
        return begin, self.starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node):
        return self.code[slice(*self.place(node))]

    def changes(self, node):
        """All changes of one node."""
        begin, end = self.place(node) if hasattr(node, "lineno") else (0, 0)
        new = []  # what comes in the place of the whole node
        match node:
            case ast.BinOp(left, _, right):
                yield from self.operators([left, right], begin, end)
            case ast.BoolOp(_, values):
                yield from self.operators(values, begin, end)
            case ast.AugAssign(target, _, value):
                yield from self.operators([target, value])
            case ast.Compare(left, _, comparators):
                yield from self.operators([left, *comparators])
            case ast.UnaryOp(_, operand):
                new = [self.text(operand)]
            case ast.Constant(float(value)) if value:
                new = [value * 2, value / 2]
            case ast.Constant(bool() | None as value):
                new = OTHERS[str(value)]
            case ast.Constant(int() | float() as value):
                new = [value + 1, value - 1]
            case ast.Constant(str(value)) if node not in self.docstrings:
                yield from ((begin + 1, end - 1, other.encode()) for other in OTHERS.get(value, [value + "x"]))
            case ast.Attribute(value, word) | (ast.Name(word) as value):
                yield from ((end - len(word), end, other.encode()) for other in OTHERS.get(word, []))
                new = [self.text(value)] if word == "T" else []
                if node in self.neighbours and isinstance(node.ctx, ast.Load):
                    new.append(self.neighbours[node])
            case ast.Tuple(parts, ast.Load()) | ast.List(parts, ast.Load()):
                yield from self.exchanged(parts)
                yield from self.left_out([self.place(part) for part in parts])
            case ast.Dict(keys, values):
                begins = [
                    self.place(k)[0] if k else self.place(v)[0] - len("**") for k, v in zip(keys, values, strict=True)
                ]
                yield from self.left_out([(first, self.place(v)[1]) for first, v in zip(begins, values, strict=True)])
            case ast.Slice(lower, upper, step):
                yield from ((*self.place(part), b"") for part in (lower, upper, step) if part)
            case ast.Subscript(value, _, ast.Load()):
                new = [self.text(value)]
            case ast.Call(function, parts, named):
                yield from self.exchanged(parts)
                yield from self.left_out(sorted(self.place(part) for part in [*parts, *named]))
                new = [self.text(part) for part in parts[:1] if len(parts) == 1]
                if isinstance(function, ast.Attribute) and not re.fullmatch(MODULE, self.text(function.value)):
                    new.append(self.text(function.value))
            case ast.IfExp(_, body, orelse):
                new = [self.text(body), self.text(orelse)]
            case ast.comprehension(_, iterated, [*_, test]):
                yield self.place(iterated)[1], self.place(test)[1], b""
        if isinstance(node, (ast.If, ast.IfExp, ast.While)):
            yield *self.place(node.test), b"not (" + self.text(node.test) + b")"
        if isinstance(node, (ast.FunctionDef, ast.If, ast.For, ast.While, ast.With)):
            for body in (node.body, getattr(node, "orelse", [])):
                yield from self.statements(body)
            for decorator in getattr(node, "decorator_list", []):
                yield self.place(decorator)[0] - len("@"), self.place(decorator)[1], b""
        yield from ((begin, end, text if isinstance(text, bytes) else str(text).encode()) for text in new)

    def operators(self, operands, begin=None, end=None):
        """Another operator; for a whole that goes from begin to end also one side left out, or both exchanged."""
        for left, right in pairwise(operands):
            between = self.place(left)[1]
            found = re.search(rb"[^\s()]+", self.code[between : self.place(right)[0]])
            first, last, symbol = between + found.start(), between + found.end(), found[0].decode()
            symbol = symbol if symbol in OTHERS else symbol.removesuffix("=")  # that of += is +
            yield from ((first, first + len(symbol), other.encode()) for other in OTHERS.get(symbol, []))
            if begin is not None:
                one, two = self.code[begin:first].rstrip(), self.code[last:end].lstrip()
                yield from ((begin, end, side) for side in (one, two))
                if symbol in ("-", "/", "//", "@", "**", "%"):
                    yield begin, end, b" ".join([two, found[0], one])

    def exchanged(self, parts):
        """Neighbours exchanged."""
        for one, two in pairwise(parts):
            (begin, middle), (after, end) = self.place(one), self.place(two)
            yield begin, end, self.text(two) + self.code[middle:after] + self.text(one)

    def left_out(self, places):
        """One part of a list left out, with its comma."""
        for k, (begin, end) in enumerate(places):
            if k + 1 < len(places):
                yield begin, places[k + 1][0], b""
            else:
                yield places[k - 1][1] if k else begin, end, b""

    def statements(self, body):
        """A statement left out, or exchanged with the next one where that can matter."""
        body = [part for part in body if not isinstance(part, ast.FunctionDef)]
        body = [part for part in body if getattr(part, "value", None) not in self.docstrings]
        yield from ((*self.place(part), b"pass") for part in body)
        for one, two in pairwise(body):
            if not isinstance(two, ast.Return) and depend(one, two):
                yield from self.exchanged([one, two])


def depend(one, two):
    """Whether the order of two statements can matter: not where both only name values, and neither uses a name of the other."""
    pair = one, two
    if not all(isinstance(part, ast.Assign) and isinstance(part.targets[0], (ast.Name, ast.Tuple)) for part in pair):
        return True
    names = [[node for node in ast.walk(part) if isinstance(node, ast.Name)] for part in pair]
    used = [{node.id for node in nodes} for nodes in names]
    made = [{node.id for node in nodes if isinstance(node.ctx, ast.Store)} for nodes in names]
    return bool(made[0] & used[1] or made[1] & used[0])
