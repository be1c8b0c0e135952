"""The ways that are planted in Nordlicht Demo AG, derived from its plan: start | target | what they pass through.

Of each start and target the shortest ways, none that another step would shorten.  Roles of permission sets are written
as set@account; `admin` is administrator of the account.
"""

from __future__ import annotations

OUTSIDE_TO_ADMINISTRATOR = """
internet | admin@sandbox | open-lab@sandbox ec2-playground@sandbox
"""

OUTSIDE_TO_JEWELS = """
account:900100000014 | nordlicht-demo-shop-exports | orienteer-audit@shop
account:900100000014 | nordlicht-demo-shop-assets  | orienteer-audit@shop
account:900200000028 | nordlicht-demo-shop-exports | backup-vendor@shop
account:900200000028 | nordlicht-demo-shop-exports | monitoring-saas@shop
account:900200000028 | nordlicht-demo-shop-assets  | backup-vendor@shop
account:900200000028 | nordlicht-demo-shop-assets  | monitoring-saas@shop
internet             | nordlicht-demo-shop-exports | open-lab@sandbox ec2-playground@sandbox admin@sandbox
oidc:token.actions.githubusercontent.com | nordlicht-demo-shop-exports | github-deploy@shop
oidc:token.actions.githubusercontent.com | nordlicht-demo-shop-exports | github-deploy@shop
oidc:token.actions.githubusercontent.com | nordlicht-demo-shop-assets  | github-deploy@shop
oidc:token.actions.githubusercontent.com | nordlicht-demo-shop-assets  | github-deploy@shop
"""
"""The deployment reads by one statement and writes by another: two ways."""

DEVELOPERS, HOLDERS = ("lena.becker", "tom.ferber", "mia.sommer"), ("anna.muster", "ole.hansen", "breakglass")
_BREAK_GLASS = "break-glass AdministratorAccess@management"
_AUDIT = "break-glass AdministratorAccess@audit"
_OTHERS = ("archive", "hub", "shop", "dev", "sandbox", "legacy", "lab")

PEOPLE_TO_ADMINISTRATOR = "\n".join(
    [
        *(f"{who} | admin@shop | developers PowerUser@shop legacy-deploy@shop" for who in DEVELOPERS),
        *(
            f"{who} | admin@sandbox | developers PowerUser@{where} open-lab@sandbox ec2-playground@sandbox"
            for who in DEVELOPERS
            for where in ("shop", "dev")
        ),
        *(f"{who} | admin@sandbox | {_AUDIT} admin@audit open-lab@sandbox ec2-playground@sandbox" for who in HOLDERS),
        *(f"{who} | admin@management | {_BREAK_GLASS}" for who in HOLDERS),
        *(f"{who} | admin@audit | {_AUDIT}" for who in HOLDERS),
        *(f"{who} | admin@audit | {_BREAK_GLASS} admin@management" for who in HOLDERS),
        *(f"{who} | admin@{account} | {_BREAK_GLASS} admin@management" for who in HOLDERS for account in _OTHERS),
    ]
)
"""Nobody is in the group deployers, and the boundary of BoundedOps closes lena.becker's other way."""

PLANTED_WAYS = (
    ("outside", "administrator", OUTSIDE_TO_ADMINISTRATOR),
    ("outside", "jewels", OUTSIDE_TO_JEWELS),
    ("people", "administrator", PEOPLE_TO_ADMINISTRATOR),
)
