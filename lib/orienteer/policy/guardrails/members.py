"""Who a member account's principals are to a guardrail: the request contexts of its administrator and its root user."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Member:
    """An account, its organization where it is known, the partition that both are in, and its path in the organization.

    The path is written as `aws:PrincipalOrgPaths` has it: o-abcd/r-ab12/ou-ab12-11111111/.
    """

    account_id: str
    org_id: str | None = None
    partition: str = "aws"
    org_path: str | None = None

    def arn(self, name: str) -> str:
        """The ARN of a principal of the account (`role/x`, `user/x`, `root`)."""
        return f"arn:{self.partition}:iam::{self.account_id}:{name}"

    def administrator(self, region: str | None = None, **more: Any) -> dict[str, Any]:
        """The request context of an ordinary administrator role, signed in with MFA; its name is like no other."""
        return {
            "aws:PrincipalArn": self.arn("role/somebody"),
            "aws:PrincipalType": "AssumedRole",
            "aws:userid": "AROAPROBEPROBEPROBE01:probe",
            **self._surroundings(region),
            **more,
        }

    def root_user(self, region: str | None = None, **more: Any) -> dict[str, Any]:
        """The request context of the root user."""
        return {
            "aws:PrincipalArn": self.arn("root"),
            "aws:PrincipalType": "Account",
            "aws:userid": self.account_id,
            **self._surroundings(region),
            **more,
        }

    def _surroundings(self, region: str | None) -> dict[str, Any]:
        """What every call of the account's own principals carries; `s3:` and `ec2:` name the region once more."""
        return {
            "ec2:Region": region,
            "s3:LocationConstraint": None if region == "us-east-1" else region,
            **timed(),
            "aws:PrincipalAccount": self.account_id,
            "aws:PrincipalOrgID": self.org_id,
            "aws:PrincipalOrgPaths": [self.org_path] if self.org_path else None,
            "aws:RequestedRegion": region,
            "aws:PrincipalIsAWSService": "false",
            "aws:ViaAWSService": "false",
            "aws:SecureTransport": "true",
            "aws:MultiFactorAuthPresent": "true",
            "aws:MultiFactorAuthAge": "60",
            **self.owned(),
        }

    def owned(self) -> dict[str, Any]:
        """What every call on a resource of the account carries."""
        return {
            "aws:ResourceAccount": self.account_id,
            "aws:ResourceOrgID": self.org_id,
            "aws:ResourceOrgPaths": [self.org_path] if self.org_path else None,
        }


def timed() -> dict[str, str]:
    """What a call of this moment carries, of one who has just signed in."""
    now = datetime.now(UTC)
    at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"aws:CurrentTime": at, "aws:EpochTime": str(int(now.timestamp())), "aws:TokenIssueTime": at}
