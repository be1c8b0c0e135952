"""Overlay answers about who gets in, and how: server certificates."""

from __future__ import annotations

from .clock import ago
from .scene import Answer, Content, Scene, stable_id


def _server_certificates(scene: Scene) -> Content:
    found = [
        {
            "Path": "/",
            "ServerCertificateName": name,
            "ServerCertificateId": f"ASCA{stable_id(scene.account.id, name).upper()}",
            "Arn": f"arn:aws:iam::{scene.account.id}:server-certificate/{name}",
            "UploadDate": ago(365 - days),
            "Expiration": ago(-days),
        }
        for name, days in scene.account.certificates.items()
    ]
    return {"ServerCertificateMetadataList": found, "IsTruncated": False}


ACCESS: dict[tuple[str, str], Answer] = {
    ("iam", "ListServerCertificates"): _server_certificates,
}
