"""What jupyter_client calls to start, watch and end a kernel (entry point `orienteer-forked`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from orienteer.batch.kernels.server import LAUNCHER, server


class ForkedProvisioner(LocalProvisioner):
    """A local kernel, forked where this process has a server that can, else spawned as ever."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Starts the kernel; its connection."""
        forks = server()
        if forks is None or tuple(cmd[1:3]) != LAUNCHER:
            return await super().launch_kernel(cmd, **kwargs)
        where = str(kwargs.get("cwd") or Path.cwd())
        streams = (kwargs.get("stdout") or 1, kwargs.get("stderr") or 2)
        process = forks.kernel(cmd[3:], kwargs["env"], where, *streams)
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = process, process.pid, process.pid  # type: ignore[assignment]
        self.cwd = where
        return self.connection_info
