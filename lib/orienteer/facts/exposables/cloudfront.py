"""CloudFront distributions and VPC origins, accelerators, public zones and IoT: what is served to the world."""

from __future__ import annotations

from orienteer.facts.exposable import Ground, Named, Reached, by_policy, opened, public, shut
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Accounts
from orienteer.facts.seen import Row, Unseen, World
from orienteer.facts.values import documents


def _distribution(distribution: Row, ground: Ground) -> Reached:
    """Public while it is on and viewers need no signature."""
    if not distribution.enabled:
        return Reached()
    if distribution.signed_only:
        why = "Viewers need a signed URL, a signed cookie or a certificate."
        return shut("distribution", why, "signed requests")
    behind = ", ".join(str(one) for one in documents(distribution.origins)[:3])
    return public("distribution, port 443", f"It serves {behind} to everyone.")


def _accelerator(accelerator: Row, ground: Ground) -> Reached:
    if not accelerator.enabled:
        return Reached()
    ranges = [r for one in accelerator.listeners for r in documents(one.ports)]
    if not ranges:
        return shut("accelerator", "It has no listener.", "no listener")
    ports = ", ".join(f"{r.get('FromPort')}-{r.get('ToPort')}" for r in ranges[:3])
    return public(f"accelerator, port {ports}")


def _zone(zone: Row, ground: Ground) -> Reached:
    """A public zone answers everybody; a private one may be joined to VPCs of other accounts, of owners unknown."""
    if not zone.is_private:
        return public("DNS, port 53", "It answers everyone, as a public zone does.")
    vpcs = tuple(sorted({one.vpc_id for one in zone.authorizations if one.vpc_id}))
    if not vpcs or set(vpcs) <= ground.own_networks:
        return Reached()
    if ground.unread_networks(vpcs):
        World({}).value(Unseen(ground.networks.gaps))
    return Reached("external", vpcs, "authorization to join a VPC", raw="external")


ACCELERATORS = Fact(
    "accelerators",
    "One row per accelerator, with its listeners.",
    base="globalaccelerator_accelerators",
    joins=(Join("globalaccelerator_listeners", many="listeners"),),
    hidden=frozenset({"listeners"}),
    resource_type="AWS::GlobalAccelerator::Accelerator",
)
ZONES = Fact(
    "zones",
    "One row per hosted zone, with the VPCs that may be joined to it from other accounts.",
    base="route53_zones",
    joins=(Join("route53_zone_authorizations", many="authorizations"),),
    hidden=frozenset({"authorizations"}),
    resource_type="AWS::Route53::HostedZone",
)
EXPOSABLES = (
    opened(
        "cloudfront-distribution",
        "AWS::CloudFront::Distribution",
        "cloudfront_distributions",
        Named(_distribution),
        serves=True,
    ),
    by_policy("cloudfront-resource-policy", "AWS::CloudFront::VpcOrigin", "cloudfront_vpc_origin_policies"),
    opened(
        "globalaccelerator-accelerator",
        "AWS::GlobalAccelerator::Accelerator",
        "accelerators",
        Named(_accelerator),
        serves=True,
        operation="globalaccelerator:ListListeners",
    ),
    opened(
        "globalaccelerator-accelerator",
        "AWS::GlobalAccelerator::CrossAccountAttachment",
        "globalaccelerator_cross_account_attachments",
        Accounts(("principals",)),
    ),
    opened("route53-public-zone", "AWS::Route53::HostedZone", "zones", Named(_zone), serves=True),
)
