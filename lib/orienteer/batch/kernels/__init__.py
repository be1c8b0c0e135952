"""Kernels that begin at once: each is a process of its own, forked from one that has imported everything before.

provisioner   what jupyter_client calls to start a kernel; spawns as usual where nothing can be forked
server        this process's side: the process that forks, and a handle of each kernel it forked
forking       the process that forks: imports, then waits for orders; it has one thread, ever

    with forked_kernels(folder):        # folder/kernels/python3/kernel.json names the provisioner
        papermill.execute_notebook(..., kernel_name="python3")
"""
