"""The checks of the exercises: one module an exercise, such as ``from isnine.checks import one_neuron as check``.

How a check works stands in :mod:`isnine.checks.core`; how its result looks, in :mod:`isnine.checks.card`.
"""
