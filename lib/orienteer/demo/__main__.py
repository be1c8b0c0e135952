"""The demo server's child process: `python -m orienteer.demo PORT SEED...`; port 0 is any free one."""

import sys

from .server import main

main(sys.argv[1:])
