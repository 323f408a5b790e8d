"""Warm kernels for Jupyter: notebooks start without importing TensorFlow anew, and nothing in them changes.

The kernelspec in ``gradebox/jupyter`` names :class:`WarmProvisioner`; put that folder on ``JUPYTER_PATH``, and nbval, Jupyter Book,
nbclient and nbgrader use it by themselves. Where forking is not available, kernels start cold, as ever.
"""

import os
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from traitlets import List, Unicode

from . import warm

__all__ = ["WarmProvisioner"]


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of a process that has imported ``modules``; otherwise does what Jupyter's own provisioner does."""

    modules = List(Unicode(), help="What the server imports before it forks.").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any):
        """Launch the kernel, warm if possible."""
        if warm.available() and cmd[1:2] == ["-m"] and os.environ.get("GRADEBOX_WARM") != "0":
            try:
                # What ipykernel and Jupyter set in a new process, and what is read while the server imports.
                env = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", **(kwargs.get("env") or os.environ)}
                env["JPY_PARENT_PID"] = str(os.getpid())
                self.process = warm.start(cmd[2], cmd[3:], self.modules, env=env, cwd=kwargs.get("cwd"))
            except RuntimeError as problem:
                self.log.warning("%s; this kernel starts cold", problem)
            else:
                self.pid = self.pgid = self.process.pid  # the child leads a process group of its own
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)
