"""Settings for nbgrader, read when it is started in this folder: nbgrader generate_assignment 02-one-neuron

Assignments are made from solutions/ into release/. The notebooks there are those of exercises/, in nbgrader's own layout.
"""

c = get_config()  # noqa: F821 - nbgrader puts this function here
c.CourseDirectory.course_id = "is-it-a-nine"
c.CourseDirectory.source_directory = "solutions"
# A first import of TensorFlow or a short training takes longer than nbgrader's 30 seconds on a busy machine.
c.Execute.timeout = 120
