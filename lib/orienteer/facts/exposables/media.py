"""Video and desktops: origins, channels, flows, portals, and images that are shared."""

from __future__ import annotations

from orienteer.facts.exposable import Ground, Named, Reached, by_policy, opened, public, shut
from orienteer.facts.openings import Accounts, listed, wide
from orienteer.facts.seen import Row


def _origin(endpoint: Row, ground: Ground) -> Reached:
    """Public without a secret that the CDN sends, where no list of networks keeps others out."""
    cidrs = listed(endpoint.cidrs)
    if endpoint.asks_secret or (cidrs and not wide(cidrs)):
        return shut("public endpoint", "It answers the CDN or named networks only.", "CDN authorization or networks")
    return public("public endpoint, port 443")


def _channel(channel: Row, ground: Ground) -> Reached:
    if channel.authorized:
        return shut("public endpoint", "Viewers need a token.", "tokens")
    return public("public endpoint, port 443", "Anyone who has the URL can watch.")


def _inputs(group: Row, ground: Ground) -> Reached:
    sources = wide(listed(group.cidrs))
    return Reached("public", sources, "network", raw="public") if sources and listed(group.inputs) else Reached()


def _flow(flow: Row, ground: Ground) -> Reached:
    sources = wide(listed(flow.cidrs))
    return Reached("public", sources, "network", raw="public") if sources else Reached()


def _desktops(directory: Row, ground: Ground) -> Reached:
    """Everybody reaches the sign-in, unless groups of addresses are set."""
    if listed(directory.ip_groups):
        return shut("web page", "Named addresses only.", "IP access control")
    why = (
        "Its sign-in is open to everyone, with any browser."
        if directory.web_allowed
        else ("Its sign-in is open to everyone, with a WorkSpaces client.")
    )
    return shut("web page", why, "a sign-in")


def _portal(portal: Row, ground: Ground) -> Reached:
    limited = portal.ip_settings is not None
    why = "Named addresses only." if limited else f"Its sign-in at {portal.url} is open to everyone."
    guardrail = "IP access settings" if limited else "a sign-in"
    return shut("web page", why, guardrail)


EXPOSABLES = (
    by_policy("mediastore-container", "AWS::MediaStore::Container", "mediastore_container_policies", holds_data=True),
    by_policy(
        "mediapackagev2-origin-endpoint",
        "AWS::MediaPackageV2::OriginEndpoint",
        "mediapackagev2_origin_endpoint_policies",
        serves=True,
    ),
    opened(
        "mediapackage-origin-endpoint",
        "AWS::MediaPackage::OriginEndpoint",
        "mediapackage_origin_endpoints",
        Named(_origin),
        serves=True,
    ),
    by_policy("mediatailor-channel", "AWS::MediaTailor::Channel", "mediatailor_channel_policies", serves=True),
    opened(
        "medialive-input-security-group",
        "AWS::MediaLive::InputSecurityGroup",
        "medialive_input_security_groups",
        Named(_inputs),
    ),
    opened(
        "mediaconnect-flow",
        "AWS::MediaConnect::Flow",
        "mediaconnect_flow_details",
        Named(_flow),
        Accounts(through="entitlement"),
    ),
    opened("ivs-channel", "AWS::IVS::Channel", "ivs_channels", Named(_channel), serves=True),
    opened("workspaces-directory", "AWS::WorkSpaces::Directory", "workspaces_directories", Named(_desktops)),
    opened(
        "workspaces-image",
        "AWS::WorkSpaces::Image",
        "workspaces_image_shares",
        Accounts(),
        holds_data=True,
        is_copy=True,
    ),
    opened(
        "appstream-image", "AWS::AppStream::Image", "appstream_image_shares", Accounts(), holds_data=True, is_copy=True
    ),
    opened("workspaces-web-portal", "AWS::WorkSpacesWeb::Portal", "workspaces_web_portal_details", Named(_portal)),
)
