"""Puts the notebooks and the example params files, which live at the top of the repository, into the package."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = {"notebooks/*.ipynb": "notebooks", "params/*.yaml": "examples", "params/schema.json": "examples"}


class WithNotebooks(build_py):
    """build_py, and for a wheel a copy of what SHIPPED names; an editable install reads the repository's own."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for pattern, folder in SHIPPED.items():
            target = Path(self.build_lib, "orienteer", folder)
            target.mkdir(parents=True, exist_ok=True)
            for file in sorted(Path().glob(pattern)):
                shutil.copyfile(file, target / file.name)


setup(cmdclass={"build_py": WithNotebooks})
