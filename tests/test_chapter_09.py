"""Chapter 09's own code, taken from its notebook: its layer and the helper's behave alike, and so do its loops and patches."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from common import definitions_of
from test_layers import IMAGES, WINDOWS, assert_alike

from isnine import layers


@pytest.fixture(scope="module")
def own():
    """The layer that chapter 09 builds."""
    return definitions_of("09")["Conv2D"]


SQUARE = [
    (size, strides, padding) for size, strides, padding in WINDOWS if isinstance(size, int) and isinstance(strides, int)
]
EACH = pytest.mark.parametrize(("size", "strides", "padding"), SQUARE)


@EACH
def test_the_layer_of_the_chapter_is_the_helper_s(own, size, strides, padding):
    """Values, gradients, weights, and the shape that is told without computing."""
    arguments = {"filters": 3, "kernel_size": size, "strides": strides, "padding": padding}
    assert_alike(own(**arguments), layers.Conv2D(**arguments))


@EACH
def test_each_can_be_made_from_the_other_s_configuration(own, size, strides, padding):
    arguments = {"filters": 3, "kernel_size": size, "strides": strides, "padding": padding, "name": "convolution"}
    mine, helper = own(**arguments).get_config(), layers.Conv2D(**arguments).get_config()
    assert layers.Conv2D.from_config(mine).get_config() == helper
    assert own.from_config(mine).get_config() == mine
    assert set(mine) == set(helper) - {"activation", "use_bias"}, "the two arguments that the helper adds"


def test_both_are_saved_and_loaded(own, tmp_path):
    """With arguments that are not the defaults, and then with the weights of the other."""
    loaded = []
    for layer in (own, layers.Conv2D):
        model = keras.Sequential([keras.Input(IMAGES.shape[1:]), layer(4, 2, 2, "same")])
        model.save(tmp_path / "model.keras")
        loaded.append(keras.saving.load_model(tmp_path / "model.keras"))
        np.testing.assert_array_equal(loaded[-1](IMAGES), model(IMAGES))
    loaded[0].set_weights(loaded[1].get_weights())
    np.testing.assert_allclose(loaded[0](IMAGES), loaded[1](IMAGES), atol=1e-6)


def test_new_weights_are_of_the_same_kind(own):
    for layer in (own(64, 3), layers.Conv2D(64, 3)):
        keras.utils.set_random_seed(1)
        layer.build((None, 8, 8, 16))
        kernel, bias = layer.get_weights()
        assert not bias.any()
        assert np.abs(kernel).max() == pytest.approx(np.sqrt(6 / (9 * (16 + 64))), rel=0.01), "glorot_uniform's border"


def test_the_layer_of_the_chapter_learns_in_a_compiled_graph(own):
    model = keras.Sequential([keras.Input(IMAGES.shape[1:]), own(2, 3), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.fit(IMAGES, np.ones((len(IMAGES), 1)), verbose=0)
    assert all((now != then).any() for now, then in zip(model.get_weights(), before, strict=True))


@pytest.mark.parametrize("name", ["convolve_loops", "convolve_patches", "convolve_tf", "convolve_op"])
@EACH
def test_every_version_gives_the_same_values(name, size, strides, padding):
    convolve = definitions_of("09")[name]
    rng = np.random.default_rng(size)
    kernels = rng.normal(size=(size, size, 2, 3)).astype(np.float32)
    bias = rng.normal(size=3).astype(np.float32)
    outputs = convolve(IMAGES, kernels, bias, strides, padding)
    right = tf.nn.conv2d(IMAGES, kernels, strides, padding.upper()) + bias
    np.testing.assert_allclose(outputs, right, atol=1e-5, rtol=1e-5)
