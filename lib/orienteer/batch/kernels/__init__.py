"""Kernels that begin at once: each is a process of its own, forked from one that has imported everything before, and
that holds the run.

provisioner   what jupyter_client calls to start a kernel; spawns as usual where nothing can be forked
server        this process's side: the process that forks, and a handle of each kernel it forked
forking       the process that forks: imports, then does what is ordered; it has one thread, ever

    with serving() as server:
        server.here(judge_and_hold, folder)     # what it leaves in memory is there in all that is forked
        os.environ |= kernels(temporary)        # temporary/kernels/python3/kernel.json names the provisioner
        papermill.execute_notebook(..., kernel_name="python3")
        server.apart(write_pages, folder)
"""
