# ruff: noqa: E501  (a case is one line)
"""Params files, good and bad: every fault is one line that names file, line and key."""

from __future__ import annotations

import json
import pickle
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import jsonschema
import pytest

from orienteer import books, params
from orienteer.controls import control as catalogue
from orienteer.controls.control import control
from orienteer.controls.verdict import Verdict, passed
from orienteer.errors import OrienteerError
from orienteer.facts import Row
from orienteer.facts.users import USERS
from orienteer.model import Category, Severity
from orienteer.parameters import Range
from orienteer.params import catalogue as held
from orienteer.params import errors, load, narrowed
from orienteer.params.published import json_schema, schema_text
from orienteer.params.read import read_document, resolved

REPOSITORY = Path(__file__).parents[1]
CLIENT = "client: {slug: acme, name: Acme}\n"
ACCOUNT = 'accounts: [{id: "111111111111", role_arn: "arn:aws:iam::111111111111:role/Reader"}]\n'
GOOD = CLIENT + ACCOUNT
KEY_ID = "AKIA" + "Q" * 16
SECRET = "wJalrXUtnFEMI/K7MDENG" + "/bPxRfiCYzzEXAMPL12"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "client.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.fixture
def made_up_control():
    """A control with thresholds of every kind, in the registry for one test."""
    held.thresholds.cache_clear()

    @control(
        "ZZ-01", title="Made up", category=Category.IAM, severity=Severity.LOW, maturity=1, source="https://x", fact=USERS
    )  # fmt: skip
    def made_up(
        user: Row, *, idle_days: Annotated[int, Range(1, 3650)] = 90, patterns: dict[str, str] | None = None,
        ports: tuple[int, ...] = (22,), strict: bool = False, share: Annotated[float, Range(0, 1)] = 0.5,
    ) -> Verdict:  # fmt: skip
        """Why. Fix: how."""
        return passed("")

    yield
    del catalogue.CONTROLS["ZZ-01"]
    held.thresholds.cache_clear()


# --- good files


def ids(path: Path) -> list[str]:
    return [account.id for account in params.load(path).accounts]


@pytest.mark.parametrize("written_id", ["012345670123", '"012345670123"', "'012345670123'", "012345670123 # note"])
def test_an_account_id_stays_what_was_written(tmp_path, written_id):
    assert ids(written(tmp_path, CLIENT + f"accounts:\n  - id: {written_id}\n")) == ["012345670123"]


@pytest.mark.parametrize(
    "content",
    [
        GOOD.replace("\n", "\r\n"),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.encode("utf-16"),
        json.dumps({"client": {"slug": "acme", "name": "A \U0001f600"}, "accounts": [{"id": "111111111111"}]}),
        json.dumps({"client": {"slug": "acme"}, "accounts": [{"id": 111111111111}]}, indent="\t"),
        CLIENT + "x-base: &b {role_arn: 'arn:aws:iam::111111111111:role/R'}\naccounts: [{<<: *b, id: 111111111111}]\n",
        "%YAML 1.2\n---\n" + GOOD + "...\n",
        "x-note: [1, {a: b}]\n" + GOOD,
    ],
    ids=["crlf", "bom", "utf-16", "json", "json-tabs", "anchors", "directive", "notes"],
)
def test_odd_but_good_files_are_read(tmp_path, content):
    assert ids(written(tmp_path, content)) == ["111111111111"]


def test_spaces_in_paths(tmp_path):
    folder = tmp_path / "a client"
    folder.mkdir()
    read = params.load(written(folder, GOOD + f"output_dir: {folder}/our outputs\n"))
    assert read.output_dir == f"{folder}/our outputs"


def test_what_a_file_says_arrives(tmp_path):
    text = (
        "client: {slug: acme}\n"
        "organization: {role_arn: 'arn:aws:iam::111111111111:role/path/Reader', external_id: e-1, include: [ou-ab12-cd34ef56]}\n"
        "regions: eu-central-1\napproved_regions: [eu-central-1]\nexception_ou: Exceptions\n"
        "trusted_accounts: [222222222222, {id: '333333333333', name: Backup, owner: it}]\nas_of: 2026-01-31T12:00:00+01:00\n"
    )
    read = params.load(written(tmp_path, text))
    assert read.client.name == "acme"
    assert read.organization is not None
    assert read.organization.role_name == "path/Reader"
    assert read.region_list() == ("eu-central-1",)
    assert read.as_of == datetime(2026, 1, 31, 11, tzinfo=UTC)
    facts = read.client_facts()
    assert dict(facts.trusted_accounts) == {"222222222222": "", "333333333333": "Backup"}
    assert facts.approved_regions == ("eu-central-1",)
    assert facts.exception_ou == "Exceptions"
    assert pickle.loads(pickle.dumps(read)) == read


def test_the_example_with_all_its_comments_taken_away_is_good(tmp_path):
    text = (REPOSITORY / "params" / "example.yaml").read_text(encoding="utf-8")
    for key in ("thresholds", "answers"):
        block = re.search(rf"^# {key}:.*\n(#   .*\n)+", text, re.M)
        assert block, key
        text = text.replace(block[0], re.sub(r"^# ", "", block[0], flags=re.M))
    path = tmp_path / "example.yaml"
    path.write_text(text)
    params = load(path)
    assert params.answers
    assert params.thresholds


CHINA = "arn:aws-cn:iam::222222222222:role/reader"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"accounts: [{{id: '111111111111', role_arn: 'arn:aws:iam::111111111111:role/reader'}}, "
         f"{{id: '222222222222', role_arn: '{CHINA}'}}]", "3: accounts: 'aws-cn' beside 'aws' of accounts[0].role_arn"),
        (f"organization: {{role_arn: '{CHINA}'}}\nregions: [cn-north-1, eu-west-1]", "4: regions: 'aws' beside"),
        ("profile: x\nregions: [us-gov-west-1]\napproved_regions: [us-east-1]", "5: approved_regions: 'aws' beside"),
    ],
)  # fmt: skip
def test_one_file_is_about_one_partition(tmp_path, text, said):
    path = tmp_path / "a.yaml"
    path.write_text(f"client:\n  slug: a\n{text}\n")
    (line,) = errors(path)
    assert line.startswith(f"{path}:{said}")


def test_all_of_one_other_partition_is_good(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(f"client: {{slug: a}}\norganization: {{role_arn: '{CHINA}'}}\nregions: [cn-north-1]\n")
    assert errors(path) == []


ORGANIZED = "organization: {role_arn: 'arn:aws:iam::111111111111:role/reader', exclude: ['333333333333']}"


@pytest.mark.parametrize(
    ("target", "accounts", "regions", "said"),
    [
        (ORGANIZED, ["22"], [], "'22' is not an account id"),
        (ORGANIZED, ["333333333333"], [], "333333333333 is excluded by the params file"),
        ("accounts: [{id: '111111111111'}]", ["222222222222"], [], "222222222222 is none of the accounts"),
        ("profile: x", ["222222222222"], [], "222222222222 is none of the accounts"),
        ("profile: x", [], ["eu-wst-1"], "unknown region 'eu-wst-1'; did you mean 'eu-west-1'"),
    ],
)
def test_a_first_try_of_what_is_not_there_is_refused(tmp_path, target, accounts, regions, said):
    path = tmp_path / "a.yaml"
    path.write_text(f"client: {{slug: a}}\n{target}\n")
    with pytest.raises(OrienteerError, match=re.escape(said)) as refused:
        narrowed(load(path), accounts, regions)
    assert refused.value.exit_code == 2


def test_a_first_try_narrows_accounts_and_regions(tmp_path):
    path = tmp_path / "a.yaml"
    trusted = "trusted_accounts: ['444444444444', {id: '555555555555', name: partner}]"
    path.write_text(f"client: {{slug: a}}\n{ORGANIZED}\nregions: [eu-west-1, eu-north-1]\n{trusted}\n")
    given = narrowed(load(path), ["222222222222"], ["eu-north-1"])
    assert given.organization.include == ("222222222222",)
    assert given.organization.exclude == ("333333333333",)
    assert given.region_list() == ("eu-north-1",)
    assert given.trusted_accounts == load(path).trusted_accounts
    assert given.answers == load(path).answers
    assert narrowed(load(path)) == load(path)
    path.write_text("client: {slug: a}\naccounts: [{id: '111111111111'}, {id: '222222222222', name: two}]\n")
    assert [a.name for a in narrowed(load(path), ["222222222222"]).accounts] == ["two"]


def test_params_survive_the_manifest_without_external_ids(tmp_path):
    text = CLIENT + "organization: {role_arn: 'arn:aws:iam::111111111111:role/R', external_id: e-secret}\n"
    public = json.loads(json.dumps(params.load(written(tmp_path, text)).public()))
    assert "e-secret" not in json.dumps(public)
    assert params.Params.from_public(public).public() == public


def test_thresholds_get_the_types_the_catalogue_wants(tmp_path, made_up_control):
    text = (
        GOOD + "thresholds: {idle_days: 30, patterns: {a: 1x, b: 'true'}, ports: [22, 3389], strict: true, share: 1}\n"
    )
    assert params.load(written(tmp_path, text)).thresholds == {
        "idle_days": 30, "patterns": {"a": "1x", "b": "true"}, "ports": [22, 3389], "strict": True, "share": 1,
    }  # fmt: skip


def test_answers(tmp_path, made_up_control):
    text = GOOD + "answers:\n  ZZ-01: {answer: yes, by: J. Doe, on: 2026-01-31, expires: 2027-01-31, note: seen}\n"
    assert params.load(written(tmp_path, text)).answer_mapping() == {
        "ZZ-01": {"answer": "yes", "by": "J. Doe", "on": "2026-01-31", "expires": "2027-01-31", "note": "seen"}
    }


# --- bad files: (name, text, line, key, words)

BOMB = "".join(f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10) if n else 'x'}]\n" for n in range(12))
BAD = [
    ("syntax", GOOD + "regions: [eu-central-1\nprofile: x\n", 4, "yaml", ""),
    ("tab", CLIENT + "accounts:\n\t- id: 1\n", 3, "yaml", "tab"),
    ("two documents", GOOD + "---\n" + GOOD, 3, "yaml", "second document"),
    ("duplicate key", GOOD + "regions: enabled\nregions: eu-west-1\n", 4, "regions", "twice, first on line 3"),
    ("nested duplicate", "client:\n  slug: a\n  slug: b\n" + ACCOUNT, 3, "slug", "twice"),
    ("empty", "", 1, "file", "empty"),
    ("only a comment", "# nothing\n", 1, "file", "empty"),
    ("a list", "- a\n", 1, "file", "mapping"),
    ("tag", GOOD + "exception_ou: !!python/name:os.system x\n", 3, "yaml", "tag"),
    ("local tag", GOOD + "exception_ou: !x y\n", 3, "yaml", "tag"),
    ("str tag", CLIENT + "accounts: [{id: !!str 111111111111}]\n", 2, "yaml", "tag"),
    ("alias bomb", GOOD + BOMB, 7, "yaml", "expand"),
    ("alias to itself", GOOD + "x-a: &a [*a]\n", 3, "yaml", "alias"),
    ("alias to nothing", GOOD + "x-a: *b\n", 3, "yaml", "alias"),
    ("deep", GOOD + "x-a: " + "[" * 5000 + "]" * 5000 + "\n", 3, "yaml", "nested deeper"),
    ("deep json", '{"client": ' + '{"a": ' * 3000 + "1" + "}" * 3000 + "}", 1, "yaml", "nested deeper"),
    ("binary", b"client: \x00\x01", 1, "file", "binary"),
    ("not utf-8", CLIENT.encode() + b"x-a: \xff\xfe\n", 2, "file", "UTF-8"),
    ("control character", CLIENT + "x-a: \x07\n" + ACCOUNT, 2, "yaml", "control character"),
    ("infinity", GOOD + "x-a: .inf\n", 3, "yaml", "infinity"),
    ("not a number", GOOD + "x-a: .NaN\n", 3, "yaml", "infinity"),
    ("a list as key", GOOD + "? [a]\n: b\n", 3, "yaml", "key"),
    ("half a character", CLIENT + ACCOUNT + 'x-a: "\\ud83d"\n', 3, "yaml", "surrogate"),
    ("unknown key", GOOD + "regoins: enabled\n", 3, "regoins", "did you mean 'regions'?"),
    ("unknown nested key", CLIENT + "accounts:\n  - id: '111111111111'\n    rolearn: x\n", 4, "accounts[0].rolearn", "'role_arn'"),
    ("unknown key in client", "client: {slug: a, nmae: b}\n" + ACCOUNT, 1, "client.nmae", "'name'"),
    ("unknown key in organization", CLIENT + "organization:\n  role_name: R\n  exlude: [x]\n", 4, "organization.exlude", "'exclude'"),
    ("misspelt client", "cleint: {slug: a}\n" + ACCOUNT, 1, "cleint", "'client'"),
    ("misspelt accounts", CLIENT + "acounts: []\n", 2, "acounts", "'accounts'"),
    ("no client", ACCOUNT, 1, "file", "client"),
    ("nothing to assess", CLIENT, 1, "file", "nothing to assess"),
    ("no slug", "client: {name: Acme}\n" + ACCOUNT, 1, "client.slug", "missing"),
    ("client is text", "client: acme\n" + ACCOUNT, 1, "client", "mapping"),
    ("accounts is text", CLIENT + "accounts: '111111111111'\n", 2, "accounts", "list"),
    ("name is a list", "client: {slug: a, name: [b]}\n" + ACCOUNT, 1, "client.name", "text"),
    ("no value", GOOD + "exception_ou:\n", 3, "exception_ou", "no value"),
    ("octal account id", CLIENT + "accounts: [{id: 0o12345670123}]\n", 2, "accounts[0].id", "12 digits"),
    ("short account id", CLIENT + "accounts: [{id: 12345670123}]\n", 2, "accounts[0].id", "11 digits"),
    ("other digits", CLIENT + "accounts: [{id: '１１１１１１１１１１１１'}]\n", 2, "accounts[0].id", "12 digits"),
    ("account twice", CLIENT + "accounts: [{id: 111111111111}, {id: 111111111111}]\n", 2, "accounts", "twice"),
    ("malformed ARN", CLIENT + "accounts:\n - id: 111111111111\n   role_arn: arn:aws:iam::1:role/x\n", 4, "accounts[0].role_arn", "role ARN"),
    ("user ARN", CLIENT + "organization: {role_arn: 'arn:aws:iam::111111111111:user/x'}\n", 2, "organization.role_arn", "role ARN"),
    ("partition", CLIENT + "organization: {role_arn: 'arn:awz:iam::111111111111:role/x'}\n", 2, "organization.role_arn", "partition"),
    ("foreign ARN", CLIENT + "accounts:\n - id: 111111111111\n   role_arn: arn:aws:iam::222222222222:role/x\n", 4, "accounts[0].role_arn", "222222222222"),
    ("external id without role", CLIENT + "accounts:\n - id: 111111111111\n   external_id: abc\n", 4, "accounts[0].external_id", "role_arn"),
    ("unknown region", GOOD + "regions: [eu-centrl-1]\n", 3, "regions", "did you mean 'eu-central-1'?"),
    ("enabled in a list", GOOD + "regions: [enabled]\n", 3, "regions", "alone"),
    ("unknown approved region", GOOD + "approved_regions:\n - eu-west-1\n - mars-1\n", 5, "approved_regions[1]", "'mars-1'"),
    ("slug with a path", "client: {slug: ../acme}\n" + ACCOUNT, 1, "client.slug", "slug"),
    ("slug in capitals", "client: {slug: Acme}\n" + ACCOUNT, 1, "client.slug", "slug"),
    ("slug with a newline", 'client: {slug: "acme\\n"}\n' + ACCOUNT, 1, "client.slug", "slug"),
    ("slug too long", f"client: {{slug: {'a' * 64}}}\n" + ACCOUNT, 1, "client.slug", "slug"),
    *(
        (f"empty {key}", (CLIENT if key == "accounts" else GOOD) + f"{key}: []\n", 2 if key == "accounts" else 3, key, "empty list")
        for key in ("accounts", "regions", "trusted_accounts", "approved_regions", "notebooks")
    ),
    ("both", GOOD + "organization: {role_name: R}\n", 3, "organization", "beside accounts"),
    ("profile too", GOOD + "profile: p\n", 3, "profile", "beside accounts"),
    ("empty organization", CLIENT + "organization: {}\n", 2, "organization", "role_arn"),
    ("include is no OU", CLIENT + "organization: {role_name: R, include: [ou-x]}\n", 2, "organization.include[0]", "OU id"),
    ("output is the root", GOOD + "output_dir: /\n", 3, "output_dir", "root"),
    ("output is the root, hidden", GOOD + "output_dir: /tmp/../.\n", 3, "output_dir", "root"),
    ("output is a file", GOOD + f"output_dir: {__file__}\n", 3, "output_dir", "is a file"),
    ("output below a file", GOOD + f"output_dir: {__file__}/x\n", 3, "output_dir", "is a file"),
    ("as_of", GOOD + "as_of: yesterday\n", 3, "as_of", "ISO timestamp"),
    ("trusted twice", GOOD + "trusted_accounts: [222222222222, {id: 222222222222}]\n", 3, "trusted_accounts", "twice"),
    ("trusted destroyed", GOOD + "trusted_accounts: [1402433619]\n", 3, "trusted_accounts[0].id", "quotes"),
    ("unknown threshold", GOOD + "thresholds: {idel_days: 3}\n", 3, "thresholds.idel_days", "did you mean 'idle_days'?"),
    ("threshold as text", GOOD + "thresholds: {idle_days: soon}\n", 3, "thresholds.idle_days", "whole number"),
    ("threshold in quotes", GOOD + "thresholds: {idle_days: '30'}\n", 3, "thresholds.idle_days", "whole number"),
    ("threshold too small", GOOD + "thresholds: {idle_days: 0}\n", 3, "thresholds.idle_days", "from 1 to 3650"),
    ("threshold is yes", GOOD + "thresholds: {strict: yes}\n", 3, "thresholds.strict", "true or false"),
    ("threshold list holds text", GOOD + "thresholds: {ports: [ssh]}\n", 3, "thresholds.ports", "whole number"),
    ("thresholds are a list", GOOD + "thresholds: [1]\n", 3, "thresholds", "mapping"),
    ("unknown control", GOOD + "answers: {ZZ-02: {answer: yes}}\n", 3, "answers.ZZ-02", "did you mean 'ZZ-01'?"),
    ("answer is maybe", GOOD + "answers: {ZZ-01: {answer: maybe}}\n", 3, "answers.ZZ-01.answer", "one of"),
    ("answer expired before given", GOOD + "answers: {ZZ-01: {answer: yes, on: 2026-02-01, expires: 2026-01-01}}\n", 3, "answers.ZZ-01.expires", "before"),
    ("answer's date", GOOD + "answers: {ZZ-01: {answer: yes, on: last week}}\n", 3, "answers.ZZ-01.on", "date"),
    ("unknown notebook", GOOD + "notebooks: [../00_scope]\n", 3, "notebooks[0]", "unknown notebook"),
    ("demo seed", GOOD + "demo: {seed: x}\n", 3, "demo.seed", "integer"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "key", "words"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_bad_file_is_told_in_one_line(tmp_path, made_up_control, text, line, key, words):
    path = written(tmp_path, text)
    told = params.errors(path)
    assert len(told) == 1, told
    assert "\n" not in told[0]
    assert told[0].startswith(f"{path}:{line}: {key}: "), told[0]
    assert words in told[0]
    with pytest.raises(params.ParamsError) as caught:
        params.load(path)
    assert caught.value.exit_code == 2
    assert str(caught.value) == told[0]


CREDENTIALS = [
    f"aws_access_key_id: {KEY_ID}\n",
    f"aws_secret_access_key: {SECRET}\n",
    f"profile: {KEY_ID}\n",
    f"x-note: key is {KEY_ID}, keep it\n",
    f"x-note: {SECRET}\n",
    "x-password: hunter-2-hunter\n",
    "x-a: {deep: [{sessionToken: hunter-2-hunter}]}\n",
    f"{KEY_ID}: hunter-2-hunter\n",
    "thresholds: {password: hunter-2-hunter}\n",
    f"regions: [{KEY_ID}]\nregoins: {KEY_ID}\n",
    f"regions: {KEY_ID}\nregions: {KEY_ID}\n",
    f"client: {{slug: {KEY_ID}}}\n",
    "x-key: |\n  -----BEGIN RSA PRIVATE KEY-----\n  hunter-2-hunter\n",
]


@pytest.mark.parametrize("text", CREDENTIALS)
def test_credentials_are_refused_and_never_echoed(tmp_path, text):
    told = params.errors(written(tmp_path, (ACCOUNT if text.startswith("client") else GOOD) + text))
    assert told
    for secret in (KEY_ID, SECRET, "hunter-2"):
        assert secret not in "".join(told)
    assert all(re.fullmatch(r"[^\n]*:\d+: [^\n]*", line) for line in told)


def test_thresholds_whose_names_mention_secrets_are_no_credentials(tmp_path, made_up_control):
    assert params.errors(written(tmp_path, GOOD + "thresholds: {idle_days: 3}\nx-secret-santa: no\n")) == []


def test_every_fault_of_a_file_is_told_in_the_order_of_its_lines(tmp_path):
    told = params.errors(written(tmp_path, "regoins: x\n" + GOOD + "as_of: x\n"))
    assert [line.split(":")[1] for line in told] == ["1", "4"]


def test_values_of_hostile_files_are_shown_safely(tmp_path):
    told = params.errors(written(tmp_path, GOOD + 'regions: ["\\e[31m\\u202e\\nx"]\n'))
    assert told == [f"{tmp_path}/client.yaml:3: regions: unknown region '\\u001b[31m\\u202e\\u000ax'"]


def test_a_file_that_is_not_there(tmp_path):
    assert params.errors(tmp_path / "no.yaml") == [
        f"{tmp_path}/no.yaml:1: file: cannot be read: no such file or directory"
    ]
    assert len(params.errors(tmp_path)) == 1


def test_a_huge_file_is_refused(tmp_path):
    assert "larger" in params.errors(written(tmp_path, "x-a: b\n" * 200_000))[0]


# --- a mapping in place of a file


def test_a_mapping_needs_no_key():
    assert params.from_mapping({}).client.slug == "assessment"
    assert params.from_mapping(None).region_list() == ()


def test_a_mapping_holds_python_values():
    read = params.from_mapping(
        {
            "trusted_accounts": (111111111111, {"id": "012345670123"}),
            "as_of": datetime(2026, 1, 31),
            "output_dir": Path("o"),
        }
    )
    assert [t.id for t in read.trusted_accounts] == ["111111111111", "012345670123"]
    assert read.as_of == datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"regoins": "x"}, "params: regoins: unknown key; did you mean 'regions'?"),
        ({"accounts": [{"id": 1402433619}]}, "10 digits"),
        ({"client": {"slug": 5}}, "client.slug: must be text"),
        ({"thresholds": {"idle_days": "30"}}, "whole number"),
        ({"thresholds": {"idle_days": float("nan")}}, "plain data"),
        ({"exception_ou": KEY_ID}, "credential"),
        ({5: "x"}, "keys must be text"),
    ],
)
def test_a_bad_mapping_is_refused(made_up_control, mapping, words):
    with pytest.raises(params.ParamsError, match=re.escape(words)) as caught:
        params.from_mapping(mapping)
    assert KEY_ID not in str(caught.value)


# --- the published schema


def test_the_published_schema_is_the_computed_one():
    assert (REPOSITORY / "params" / "schema.json").read_text(encoding="utf-8") == schema_text(), "run: make schema"


def test_the_schema_agrees_with_the_check(tmp_path, made_up_control):
    held.thresholds.cache_clear()
    validator = jsonschema.Draft202012Validator(json_schema())
    validator.check_schema(validator.schema)
    assert validator.schema["properties"]["thresholds"]["properties"]["idle_days"]["maximum"] == 3650
    good = {"client": {"slug": "acme"}, "accounts": [{"id": 111111111111}], "x-note": 1, "thresholds": {"idle_days": 3}}
    assert validator.is_valid(good)
    bad = [{"regoins": 1}, {"regions": []}, {"regions": "mars-1"}, {"thresholds": {"idle_days": 0}}, {"profile": "p"}]
    assert not any(validator.is_valid(good | change) for change in bad)


@pytest.mark.parametrize("path", sorted((REPOSITORY / "params").glob("*.yaml")), ids=lambda p: p.name)
def test_the_files_in_the_repository_are_good(path):
    if path.name.endswith(".triage.yaml"):
        pytest.skip("a triage file")
    assert params.errors(path) == []
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")
    document = read_document(path)
    data = resolved(document.data, (), document.plain)  # as editors read it: YAML 1.2
    jsonschema.validate(data, json.loads((REPOSITORY / "params" / "schema.json").read_text(encoding="utf-8")))


def test_notebooks_are_known_by_name(tmp_path):
    if not books.names():
        pytest.skip("no notebooks yet")
    assert params.load(written(tmp_path, GOOD + f"notebooks: [{books.names()[0]}]\n")).notebooks == books.names()[:1]
