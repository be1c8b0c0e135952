"""Trust anchors, certificate authorities, keys in hardware, and teams that approve."""

from __future__ import annotations

from orienteer.facts.exposable import Ground, Named, Reached, by_policy, opened, widest_of
from orienteer.facts.openings import account_in
from orienteer.facts.seen import Row


def _anchor(anchor: Row, ground: Ground) -> Reached:
    """By the account of its certificate authority; a bundle of certificates says nothing about who runs it."""
    if not anchor.enabled:
        return Reached()
    if not anchor.pca_arn:
        return Reached(why="Whoever holds a certificate of its bundle's authority may sign in to roles that trust it.")
    owner = account_in(anchor.pca_arn)
    return widest_of({owner: ground.level_of(owner, anchor.account_id)}, "certificate authority of another account")


EXPOSABLES = (
    opened(
        "iam-rolesanywhere-trust-anchor",
        "AWS::RolesAnywhere::TrustAnchor",
        "rolesanywhere_trust_anchors",
        Named(_anchor),
    ),
    by_policy("acm-pca-ca", "AWS::ACMPCA::CertificateAuthority", "acm_pca_policies"),
    by_policy("cloudhsm-backup", "AWS::CloudHSM::Backup", "cloudhsm_backup_policies", holds_data=True),
    by_policy("payment-cryptography-key", "AWS::PaymentCryptography::Key", "payment_cryptography_key_policies"),
    by_policy("mpa-approval-team", "AWS::MPA::ApprovalTeam", "mpa_team_policies"),
)
