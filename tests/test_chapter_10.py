"""The layers that chapter 10 builds on its pages, and the finished ones of isnine.layers, behave alike."""

import itertools

import keras
import numpy as np
import pytest
import test_layers
from common import definitions_of

from isnine import layers

RNG = np.random.default_rng(10)
IMAGES = RNG.normal(1, 2, (3, 7, 8, 2)).astype(np.float32)  # one odd and one even side


@pytest.fixture(scope="module")
def chapter():
    """What the chapter defines."""
    return definitions_of("10")


def assert_alike(own, finished, inputs=IMAGES, **mode):
    """What the finished layers share with Keras' own, and the names of the weights and the arguments too."""
    test_layers.assert_alike(own, finished, inputs, **mode)
    assert [(w.name, w.shape, w.trainable) for w in own.weights] == [
        (w.name, w.shape, w.trainable) for w in finished.weights
    ]
    if type(finished).__module__ == layers.__name__:
        assert own.get_config().keys() >= finished.get_config().keys(), "no argument is left out"
    of_its_own = own.get_config().keys() & finished.get_config().keys()
    again = type(own).from_config(own.get_config())
    for name in of_its_own - {"name", "dtype"}:
        ours, theirs = own.get_config()[name], finished.get_config()[name]
        assert ours == again.get_config()[name], name
        assert np.array_equal(np.broadcast_to(ours, np.shape(theirs)), theirs), name  # 2 for a side, or (2, 2)


@pytest.mark.parametrize(
    ("size", "strides", "padding"), [*itertools.product((1, 2, 3, 4), (None, 1, 2, 3), ("valid", "same"))]
)
def test_average_pooling(chapter, size, strides, padding):
    own = chapter["AveragePooling2D"](size, strides, padding)
    assert type(own).__module__ != layers.__name__, "the chapter's own layer"
    assert_alike(own, layers.AveragePooling2D(size, strides, padding))


def test_pooling_functions(chapter):
    """From loops and from windows, one channel of one picture."""
    for size, stride in itertools.product((1, 2, 3, 4), (1, 2, 3)):
        expected = layers.AveragePooling2D(size, stride)(IMAGES)[0, :, :, 0]
        for name in ("pool_loops", "pool"):
            np.testing.assert_allclose(chapter[name](IMAGES[0, :, :, 0], size, stride), expected, atol=1e-5)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(6, 4), (3, 7, 8, 2)])
@pytest.mark.parametrize("arguments", [{}, {"momentum": 0.5, "epsilon": 0.1}])
def test_batch_normalisation(chapter, shape, arguments, training):
    inputs = RNG.normal(2, 3, shape).astype(np.float32)
    own, finished = chapter["BatchNormalization"](**arguments), layers.BatchNormalization(**arguments)
    assert_alike(own, finished, inputs, training=training)


def test_normalise_functions(chapter):
    rows = RNG.normal(2, 3, (6, 4)).astype(np.float32)
    finished = layers.BatchNormalization()
    np.testing.assert_allclose(chapter["normalise"](IMAGES), finished(IMAGES, training=True), atol=1e-5)
    finished = layers.BatchNormalization()
    for values in (chapter["normalise"](rows), chapter["normalise_loops"](rows, 0.001)):
        np.testing.assert_allclose(values, finished(rows, training=True), atol=1e-5)


def test_moving_averages_stay_together(chapter):
    own, finished = chapter["BatchNormalization"](0.9), layers.BatchNormalization(0.9)
    for step in range(20):
        batch = np.random.default_rng(step).normal(5, 2, (8, 3)).astype(np.float32)
        own(batch, training=True), finished(batch, training=True)
    for ours, theirs in zip(own.weights, finished.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    assert own.moving_mean.numpy().min() > 3, "they have left 0"


def test_frozen(chapter):
    for layer in (chapter["BatchNormalization"](), layers.BatchNormalization()):
        layer.build(IMAGES.shape)
        layer.trainable = False
        np.testing.assert_array_equal(layer(IMAGES, training=True), layer(IMAGES, training=False))
        np.testing.assert_array_equal(layer.moving_mean, 0)


@pytest.mark.parametrize(
    ("name", "arguments", "shape"), [("Flatten", (), (3, 7, 8, 2)), ("Dense", (5,), (6, 4)), ("Softmax", (), (6, 10))]
)
def test_the_other_layers_are_those_of_keras(chapter, name, arguments, shape):
    inputs = RNG.normal(0, 3, shape).astype(np.float32)
    assert_alike(chapter[name](*arguments), getattr(keras.layers, name)(*arguments), inputs)


def test_softmax_and_loss_functions(chapter):
    logits, labels = RNG.normal(0, 3, (6, 10)), RNG.integers(0, 10, 6)
    expected = keras.ops.convert_to_numpy(keras.ops.softmax(logits))
    for name in ("softmax_loops", "softmax_plain", "softmax"):
        np.testing.assert_allclose(chapter[name](logits), expected, atol=1e-6)
    assert np.isfinite(chapter["softmax"](1e5 * logits)).all()
    loss = float(keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True).numpy().mean())
    for name in ("cross_entropy_loops", "cross_entropy"):
        assert chapter[name](expected, labels) == pytest.approx(loss, abs=1e-5)
    assert chapter["cross_entropy_from_logits"](logits, labels) == pytest.approx(loss, abs=1e-5)


def test_trained_and_saved_alike(chapter, tmp_path):
    """The same few steps in a compiled graph leave the same network, and it can be loaded."""
    trained = {}
    for name, room in (("chapter", chapter), ("finished", vars(layers))):
        keras.utils.set_random_seed(3)
        own = [room["BatchNormalization"](0.9), room["AveragePooling2D"](2, padding="same")]
        last = [chapter["Flatten"](), chapter["Dense"](2), chapter["Softmax"]()]
        model = keras.Sequential([keras.Input((7, 8, 2)), *own, *last])
        model.compile("sgd", "sparse_categorical_crossentropy")
        model.fit(IMAGES, np.array([0, 1, 1]), epochs=3, verbose=0)
        model.save(tmp_path / f"{name}.keras")
        loaded = keras.saving.load_model(tmp_path / f"{name}.keras")
        np.testing.assert_array_equal(loaded(IMAGES), model(IMAGES))
        trained[name] = model
    for ours, theirs in zip(trained["chapter"].weights, trained["finished"].weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
