"""What must pass in Nordlicht Demo AG: the corner in a good state, and what only looks like a fault."""

NORDLICHT_PASSES = """
ORG-01   | management
ORG-02   | -
ORG-05   | management        | -         | instances
ORG-09   | management audit archive hub shop dev sandbox legacy
ORG-06   | -                 | -         | Suspended
DCP-01   | audit archive
GOV-01   | audit archive     | -         | 4102
GOV-02   | -
GOV-03   | -                 | -         | Security
GOV-03   | -                 | -         | Workloads
GOV-04   | management audit
ORG-07   | -                 | -         | security_audit
ORG-07   | -                 | -         | log_archive
ORG-08   | -
DA-02    | audit             | -         | guardduty.amazonaws.com
DA-03    | -                 | -         | cloudtrail.amazonaws.com
CON-03   | management        | -         | trusted access
CON-01   | audit archive shop
CON-02   | audit archive
DA-01    | -                 | -         | guardduty.amazonaws.com
ROOT-01  | -
ROOT-02  | audit archive hub shop dev
ROOT-03  | management audit archive lab
ROOT-05  | audit archive legacy
ROOT-06  | audit archive legacy
SCP-02   | audit archive hub shop dev sandbox
SCP-03   | audit archive hub shop dev
SCP-04   | audit archive
SCP-06   | audit archive
SCP-08   | audit archive shop dev
RCP-01   | audit archive
INV-01   | audit archive shop
INV-02   | audit archive     | all
INV-03   | audit archive     | all
INV-04   | audit archive     | all
INV-04   | shop              | eu-west-1
INV-05   | audit archive     | all
INV-06   | audit archive     | all
INV-07   | audit archive     | all
INV-08   | audit archive     | all
IAM-01   | management audit archive hub shop dev sandbox legacy lab
IAM-03   | management        | -         | breakglass
IAM-03   | sandbox           | -         | tom.ferber
IAM-05   | lab               | -         | lab-admin
IAM-12   | audit archive     | -         | cross_account_role
IAM-12   | audit archive     | -         | identity_center
IAM-07   | management audit archive hub shop legacy
IAM-08   | shop              | -         | backup-vendor
IAM-11   | dev               | -         | lena.becker
IAM-11   | audit             | -         | alerting
IAM-13   | shop dev lab      | -         | token.actions.githubusercontent.com
IAM-13   | shop              | -         | shop-frontend
XA-01    | dev               | -         | shared-tools
XA-02    | shop              | -         | backup-vendor
XA-03    | shop              | -         | backup-vendor
XA-04    | shop              | -         | support-breakglass
XA-04    | audit archive     | -         | OrganizationAccountAccessRole
XA-05    | shop              | -         | github-deploy
XA-06    | archive           | -         | config-recorder
AA-01    | -                 | eu-central-1
TA-01    | management audit archive hub shop dev sandbox legacy lab | - | MFA on Root Account
SRV-01   | shop              | eu-central-1 | shop-web
SRV-02   | shop              | eu-central-1 | shop-web
SRV-03   | shop              | eu-central-1 | shop-web
SRV-03   | legacy            | eu-central-1 | erp-all-open
SRV-04   | shop              | eu-central-1
TRAIL-01 | -
TRAIL-02 | -
TRAIL-08 | -                 | -         | nordlicht-org-trail
GD-01    | -                 | eu-central-1 eu-west-1
GD-02    | audit archive     | all
GD-03    | -                 | eu-central-1
GD-04    | audit archive shop | eu-west-1 | eu-west-1
GD-04    | -                 | eu-central-1 | organization
GD-05    | audit             | eu-central-1 | export
GD-05    | audit             | eu-central-1 | frequency
GD-05    | archive           | us-east-1 | filters
GD-05    | dev               | eu-central-1
MON-01   | -                 | -         | root_use
MON-02   | -                 | eu-central-1 eu-west-1
MON-03   | management        | eu-central-1 | nordlicht/org-trail
MON-03   | shop              | eu-central-1 | front
CFG-01   | audit archive dev | all
SH-03    | audit archive shop | all
NET-03   | audit archive     | all
AA-02    | shop              | -         | backup-vendor
CMP-01   | management audit archive hub shop dev sandbox legacy lab
DA-04    | -                 | -         | AuditKeepsGuardrails
DATA-06  | shop              | eu-central-1 | snap-
DATA-06  | shop              | eu-central-1 | ami-
IAM-02   | shop              | -         | deploy-bot
IAM-04   | shop              | -         | deploy-bot
IAM-06   | management        | -         | breakglass
IAM-09   | audit archive     | -         | OrganizationAccountAccessRole
IAM-09   | management        | -         | breakglass
IAM-10   | audit archive     | -         | orienteer-audit
IDC-03   | management        | -         | read permission set
IDC-03   | management        | -         | admin permission set
IDC-04   | audit archive hub shop dev
IDC-05   | management audit
IDC-06   | management        | -         | security-readers
IDC-07   | management        | -         | management account
IDC-08   | -
NET-01   | management        | all
NET-02   | shop              | eu-central-1
NET-04   | shop              | eu-central-1 | subnet-0030
NET-05   | shop              | eu-central-1 | vpc-
NET-06   | audit             | eu-central-1 | security-alerts
NET-07   | shop              | -         | assets.shop.nordlicht-demo.example
NET-06   | legacy            | eu-central-1 | i-
NET-06   | shop              | eu-central-1 | ordershttp
NET-06   | hub               | eu-central-1 | sn-0demo0hub00000000
NET-06   | hub               | eu-central-1 | svc-0demo0hub00000000
NET-06   | legacy            | eu-central-1 | 0demo0controlling
NET-06   | shop              | eu-central-1 | orders0api
NET-06   | shop              | eu-central-1 | shop-pool
NET-06   | shop              | eu-central-1 | shop-search
NET-06   | shop              | eu-central-1 | shop-reports
NET-06   | shop              | eu-central-1 | orders-db-copy
NET-06   | shop              | eu-central-1 | orders-cluster-copy
NET-06   | shop              | eu-central-1 | order-intake
NET-06   | shop              | eu-central-1 | shop/checkout
NET-06   | shop              | eu-central-1 | snap-
NET-06   | shop              | -         | E0DEMOFILES
NET-06   | shop              | eu-central-1 | SSM-SessionManagerRunShell
NET-06   | sandbox           | eu-central-1 | lab
NET-06   | shop              | eu-central-1 | :orders
NET-06   | shop              | eu-central-1 | shop-lint
NET-06   | hub               | eu-central-1 | vpce-svc-0demo0tools
NET-06   | dev               | eu-west-1 | preview-batch
NET-06   | lab               | us-east-1 | nordlicht-demo-lab-notes
NET-06   | lab               | us-east-1 | lab-results
NET-06   | legacy            | eu-central-1 | pcx-0demo0asked
NET-06   | legacy            | eu-central-1 | erp-inner
NET-06   | legacy            | eu-central-1 | erp-tools
DATA-06  | shop              | eu-central-1 | orders-db-copy
DATA-06  | shop              | eu-central-1 | snap-
DATA-06  | shop              | eu-central-1 | orders-cluster-copy
NET-08   | hub               | eu-central-1 | tgw-attach-0demo0shop
NET-08   | hub               | eu-central-1 | vpc-
NET-08   | shop              | eu-central-1 | vpce-
ORG-03   | -                 | -         | exception
ORG-04   | audit archive shop
SCP-05   | -
SCP-07   | -
SH-01    | audit archive     | eu-central-1
"""
