"""The layers of chapters 09 and 10 in their finished form: values, gradients and shapes are Keras' own, and they are saved and loaded."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from isnine import layers

RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(3, 7, 8, 2)).astype(np.float32)  # one odd and one even side
SIZES = (1, 2, 3, 4, (2, 3))
WINDOWS = list(itertools.product(SIZES, (1, 2, (2, 1), 3), ("valid", "same")))


def answers(layer, inputs, **mode):
    """The layer's values, and the gradients of a sum with unequal weights: to the input first, then to what it trains."""
    inputs = tf.convert_to_tensor(inputs)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = layer(inputs, **mode)
        loss = tf.reduce_sum(
            outputs * tf.cos(tf.range(tf.size(outputs), dtype=tf.float32)).numpy().reshape(outputs.shape)
        )
    return [outputs, *tape.gradient(loss, [inputs, *layer.trainable_variables])]


def assert_alike(own, keras_own, inputs=IMAGES, **mode):
    own.build(inputs.shape)
    keras_own.build(inputs.shape)
    weights = [RNG.uniform(0.5, 1.5, weight.shape) for weight in keras_own.weights]
    own.set_weights(weights)
    keras_own.set_weights(weights)
    for ours, theirs in zip(answers(own, inputs, **mode), answers(keras_own, inputs, **mode), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5, rtol=1e-5)
    for ours, theirs in zip(own.weights, keras_own.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    for batch in (None, 3):
        shape = (batch, *inputs.shape[1:])
        assert tuple(own.compute_output_shape(shape)) == tuple(keras_own.compute_output_shape(shape))


@pytest.mark.parametrize(("size", "strides", "padding"), WINDOWS)
def test_convolution(size, strides, padding):
    arguments = {"filters": 3, "kernel_size": size, "strides": strides, "padding": padding}
    assert_alike(layers.Conv2D(**arguments), keras.layers.Conv2D(**arguments))


@pytest.mark.parametrize("changed", [{"activation": "relu"}, {"use_bias": False}, {"activation": keras.ops.tanh}])
def test_convolution_s_options(changed):
    assert_alike(layers.Conv2D(3, 3, **changed), keras.layers.Conv2D(3, 3, **changed))


@pytest.mark.parametrize(("size", "strides", "padding"), [*WINDOWS, (2, None, "valid"), (3, None, "same")])
def test_average_pooling(size, strides, padding):
    arguments = {"pool_size": size, "strides": strides, "padding": padding}
    assert_alike(layers.AveragePooling2D(**arguments), keras.layers.AveragePooling2D(**arguments))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(6, 4), (3, 7, 8, 2)])
@pytest.mark.parametrize("arguments", [{}, {"momentum": 0.5, "epsilon": 0.1}])
def test_batch_normalisation(shape, arguments, training):
    inputs = RNG.normal(2, 3, shape).astype(np.float32)
    own, keras_own = layers.BatchNormalization(**arguments), keras.layers.BatchNormalization(**arguments)
    assert_alike(own, keras_own, inputs, training=training)


def test_a_frozen_normalisation_does_not_learn():
    """As in Keras: trainable=False means inference mode, whatever training says. Chapter 14 rests on it."""
    layer = layers.BatchNormalization()
    layer.build(IMAGES.shape)
    layer.trainable = False
    before = [weight.numpy() for weight in layer.weights]
    np.testing.assert_array_equal(layer(IMAGES, training=True), layer(IMAGES, training=False))
    for weight, kept in zip(layer.weights, before, strict=True):
        np.testing.assert_array_equal(weight, kept)


def network(epochs=2):
    """A network of all three, trained a little in a compiled graph."""
    keras.utils.set_random_seed(3)
    parts = [
        layers.Conv2D(4, 3, 2, "same", "relu", name="c"),
        layers.BatchNormalization(0.9),
        layers.AveragePooling2D((2, 1)),
    ]
    model = keras.Sequential([keras.Input((7, 8, 2)), *parts, keras.layers.Flatten(), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    model.fit(IMAGES, np.ones((3, 2)), epochs=epochs, verbose=0)
    return model


def test_saved_and_loaded(tmp_path):
    """Without custom_objects, and to the last digit: structure, weights and moving averages."""
    model = network()
    model.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    assert [layer.get_config() for layer in loaded.layers[:3]] == [layer.get_config() for layer in model.layers[:3]]
    np.testing.assert_array_equal(loaded(IMAGES), model(IMAGES))


def test_training_moves_every_weight():
    before, after = network(epochs=0).get_weights(), network().get_weights()
    assert len(after) == 8
    for now, then in zip(after, before, strict=True):
        assert not np.array_equal(now, then)


def test_the_summary_knows_every_shape():
    lines = []
    network().summary(print_fn=lines.append)
    text = "\n".join(lines)
    for shape in ("(None, 4, 4, 4)", "(None, 2, 4, 4)"):
        assert shape in text
    assert "?" not in text


def test_size_not_known_yet():
    layer = layers.Conv2D(4, 3, 2)
    assert layer.compute_output_shape((None, None, 9, 2)) == (None, None, 4, 4)
    output = layer(keras.Input((None, 9, 2)))
    assert output.shape == (None, None, 4, 4)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: layers.Conv2D(0, 3), "filters as a whole number above 0, not 0"),
        (lambda: layers.Conv2D(2.5, 3), "filters as a whole number above 0, not 2.5"),
        (lambda: layers.Conv2D(True, 3), "filters as a whole number above 0, not True"),
        (
            lambda: layers.Conv2D(4, (3, 3, 3)),
            r"kernel_size as a whole number above 0, or two of them, not \(3, 3, 3\)",
        ),
        (lambda: layers.Conv2D(4, 3, 0), "strides as a whole number above 0, or two of them, not 0"),
        (lambda: layers.Conv2D(4, 3, padding="full"), 'Conv2D takes the padding "valid" or "same", not \'full\''),
        (lambda: layers.AveragePooling2D(-1), "pool_size as a whole number above 0, or two of them, not -1"),
        (lambda: layers.AveragePooling2D(padding="SAME"), "AveragePooling2D takes the padding"),
        (lambda: layers.BatchNormalization(1.5), "momentum from 0 to 1, not 1.5"),
        (lambda: layers.BatchNormalization(epsilon=0), "epsilon above 0, not 0"),
        (lambda: layers.Conv2D(4, 3)(IMAGES[0]), r"not \(7, 8, 2\). For a single picture, write images\[None\]"),
        (lambda: layers.AveragePooling2D()(IMAGES[..., 0]), r"pictures of shape \(batch, height, width, channels\)"),
        (
            lambda: layers.Conv2D(4, 9)(keras.Input((7, 8, 2))),
            r"can't place a window of \(9, 9\) pixels in a picture of \(7, 8\)",
        ),
    ],
)
def test_bad_arguments(make, what):
    with pytest.raises(ValueError, match=what):
        make()
