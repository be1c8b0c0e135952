"""The client's own list of accounts, as a file beside the params file: what is read, and what is told of a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from orienteer import params
from orienteer.params import Params, ParamsError

A, B = "111111111111", "012345670123"


def written(folder: Path, content: str | bytes, name: str = "accounts.csv") -> Path:
    file = folder / "client.yaml"
    file.write_text(f"client: {{slug: x}}\nprofile: p\ninventory: {name}\n")
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@pytest.mark.parametrize(
    "content",
    [
        f"id,name\n{A},Shop\n{B},\n",
        f"Name;AWS Account ID\nShop;{A}\n;{B}\n",
        f"{A}\tShop\n\n# a note\n{B}\n",
        f"{A},Shop\n0123-4567-0123\n",
        f"\ufeffAccount number,Owner,Account name\r\n{A},ann,Shop\r\n{B},bob,\r\n",
        f'id,name\n"{A}","Shop"\n{B},""\n',
    ],
)
def test_forms_of_a_list(tmp_path: Path, content: str) -> None:
    found = params.load(written(tmp_path, content))
    assert found.client_facts().inventory == {A: "Shop", B: ""}
    assert Params.from_public(found.public()).inventory == found.inventory


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("", 1, "file: lists no account"),
        ("id,name\n", 1, "file: lists no account"),
        ("owner,team\nann,blue\n", 1, "file: no column is called id, only 'owner', 'team'"),
        (f"id\n{A}\n1234567890\n", 3, "id: '1234567890' is not an account id: 10 digits, not 12; a leading 0 is lost"),
        ("id\n1.11111E+11\n", 2, "id: '1.11111E+11' is not an account id"),
        (f"id,name\n{A},a\n,b\n", 3, "id: '' is not an account id"),
        (f"{A}\n{B}\n{A}\n", 3, f"id: account {A} is listed twice, first on line 1"),
        (f'id\n"{A}\n', 2, "file: is no list of accounts"),
        (f"id,name\n{A},a\x1b[31m\n", 2, "file: holds a control character"),
        (b"id\n\xff\xfe\xfa\n", 2, "file: is not UTF-8 text"),
        (b"id\n1111\x0011\n", 2, "file: is binary, not text"),
        ("x" * 1_000_001, 1, "file: larger than 1,000,000 bytes"),
    ],
)
def test_a_bad_list_is_told_by_its_own_line(tmp_path: Path, content: str | bytes, line: int, said: str) -> None:
    (told,) = params.errors(written(tmp_path, content))
    assert told.startswith(f"{tmp_path / 'accounts.csv'}:{line}: {said}")


def test_a_credential_in_it_is_not_echoed(tmp_path: Path) -> None:
    (told,) = params.errors(written(tmp_path, f"id,name\n{A},AKIAABCDEFGHIJKLMNOP\n"))
    assert "looks like a credential" in told and "AKIA" not in told


def test_faults_of_both_files_are_told(tmp_path: Path) -> None:
    file = written(tmp_path, "id\n12\n")
    file.write_text(file.read_text() + "regoins: enabled\n")
    told = params.errors(file)
    assert [text.split(":")[0].rpartition("/")[2] for text in told] == ["client.yaml", "accounts.csv"]


@pytest.mark.parametrize("name", ["s3://bucket/list.csv", '"a\\tb"', "12"])
def test_what_is_no_name_of_a_file(tmp_path: Path, name: str) -> None:
    file = written(tmp_path, A)
    file.write_text(f"client: {{slug: x}}\nprofile: p\ninventory: {name}\n")
    (told,) = params.errors(file)
    assert told.startswith(f"{file}:3: inventory: ") or told.endswith("no such file or directory")


def test_a_list_in_the_params_file_itself() -> None:
    assert params.from_mapping({"inventory": [A, {"id": B, "name": "b"}]}).client_facts().inventory == {A: "", B: "b"}
    with pytest.raises(ParamsError, match="listed twice"):
        params.from_mapping({"inventory": [A, A]})
    with pytest.raises(ParamsError, match="no such file"):
        params.from_mapping({"inventory": "nowhere.csv"})
