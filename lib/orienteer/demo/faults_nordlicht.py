"""Planted faults of Nordlicht Demo AG. Columns: control | accounts | regions | resource | severity | status.

`-` is anywhere, `all` each region; several accounts or regions are several rows; status is FAIL where none stands;
`?` marks a row that may show and need not.
"""

NORDLICHT_ROWS = """
ORG-03  | -                  | -         | incident_response
ORG-03  | -                  | -         | onboarding
ORG-04  | lab
CON-01  | sandbox legacy lab
CON-02  | hub                | -         | BILLING
CON-02  | dev                | -         | OPERATIONS
CON-02  | shop               | -         | SECURITY
CON-02  | legacy             | -         | BILLING            | -        | MANUAL
CON-02  | sandbox legacy lab | -         | SECURITY           | -        | FAIL?
DA-01   | -                  | -         | sso.amazonaws.com
DA-01   | -                  | -         | account.amazonaws.com
DA-02   | legacy             | -         | backup.amazonaws.com
DA-03   | -                  | -         | sso.amazonaws.com
DA-04   | -
CON-03  | management         | -         | primary contact    | -        | MANUAL
DA-05   | management
DCP-01  | hub shop dev sandbox legacy lab
GOV-01  | -                  | -         | tag policy
GOV-01  | management hub shop dev sandbox legacy lab | - | 4102
GOV-03  | -                  | -         | Infrastructure
GOV-03  | -                  | -         | Sandbox
GOV-03  | -                  | -         | Exceptions
GOV-04  | archive hub shop dev sandbox legacy lab
GOV-05  | -                  | -         | -                  | -        | MANUAL
ORG-05  | management         | -         | clusters
ORG-09  | lab
ORG-09  | management         | -         | 410200000040
ORG-09  | management         | -         | 900300000031       | -        | MANUAL
ORG-07  | -                  | -         | iam                | -        | MANUAL
ORG-07  | -                  | -         | secops             | -        | MANUAL
ROOT-04 | management
ROOT-02 | legacy lab         | -         | -                  | high
ROOT-02 | sandbox            | -         | -                  | -        | MANUAL
ROOT-03 | legacy sandbox
ROOT-05 | management         | -         | -                  | critical
ROOT-05 | lab                | -         | -                  | high
ROOT-06 | management lab
SCP-01  | -                  | -         | Suspended
SCP-02  | lab
SCP-03  | sandbox lab
SCP-04  | shop dev hub sandbox lab
SCP-05  | -                  | -         | budgets
SCP-06  | shop dev hub sandbox lab
SCP-07  | legacy
SCP-08  | hub sandbox lab
RCP-01  | shop dev           | -         | secretsmanager
RCP-01  | hub sandbox lab
IAM-02  | dev                | -         | lena.becker        | high
IAM-02  | sandbox            | -         | tom.ferber         | medium
IAM-02  | lab                | -         | lab-admin          | medium
IAM-03  | dev                | -         | lena.becker        | critical
IAM-03  | lab                | -         | lab-admin          | medium
IAM-04  | sandbox            | -         | tom.ferber
IAM-04  | sandbox            | -         | batch,reports
IAM-04  | legacy             | -         | erp-interface      | -        | FAIL?
IAM-05  | shop               | -         | deploy-bot         | high
IAM-05  | dev                | -         | ci-runner          | low
IAM-05  | legacy             | -         | erp-interface      | high
IAM-05  | legacy             | -         | erp-interface      | low
IAM-06  | shop               | -         | deploy-bot         | high
IAM-06  | dev                | -         | ci-runner          | high
IAM-06  | legacy             | -         | erp-interface      | high
IAM-06  | lab                | -         | lab-admin          | critical
IAM-07  | dev sandbox lab
IAM-08  | shop               | -         | legacy-deploy      | high
IAM-08  | legacy             | -         | consulting-access  | high
IAM-09  | shop               | -         | legacy-deploy
IAM-09  | dev                | -         | lena.becker
IAM-09  | sandbox            | -         | ec2-playground     | critical
IAM-09  | lab                | -         | lab-admin
IAM-10  | hub                | -         | pipeline-runner
IAM-10  | sandbox            | -         | open-lab
IAM-10  | shop dev           | -         | AWSReservedSSO_PowerUser | -  | FAIL?
IAM-10  | dev                | -         | AWSReservedSSO_DeploymentOps | - | FAIL?
IAM-10  | dev                | -         | AWSReservedSSO_BoundedOps | - | FAIL?
IAM-11  | management         | -         | breakglass
IAM-11  | shop               | -         | deploy-bot
IAM-11  | dev                | -         | ci-runner
IAM-11  | sandbox            | -         | tom.ferber
IAM-11  | legacy             | -         | erp-interface
IAM-11  | lab                | -         | lab-admin
IAM-11  | shop               | -         | order-keys
IAM-12  | management legacy lab | -      | root
IAM-12  | sandbox            | -         | root               | -        | MANUAL
IAM-12  | management dev sandbox lab | - | iam_password
IAM-12  | shop dev legacy lab | -        | access_keys
IAM-12  | hub                | -         | roles_anywhere
IAM-12  | legacy             | -         | saml
IAM-12  | legacy             | -         | service_specific_credentials
IAM-13  | legacy             | -         | legacy-idp
IAM-13  | legacy             | -         | erp-frontend-2024
IDC-01  | -                  | -         | -                  | medium
IDC-02  | management         | -         | -                  | -        | MANUAL
IDC-03  | management         | -         | iam permission set
IDC-04  | management sandbox legacy lab
IDC-05  | archive hub shop dev sandbox legacy lab
IDC-06  | management         | -         | deployers
IDC-06  | management         | -         | lena.becker
IDC-07  | management         | -         | AdministratorAccess
IDC-08  | -                  | -         | DeploymentOps
XA-01   | sandbox            | -         | open-lab           | critical
XA-01   | legacy             | -         | erp-integration
XA-02   | legacy             | -         | consulting-access
XA-02   | sandbox            | -         | open-lab           | -        | FAIL?
XA-02   | legacy             | -         | erp-integration    | -        | FAIL?
XA-03   | shop               | -         | monitoring-saas
XA-03   | legacy             | -         | consulting-access
XA-03   | sandbox            | -         | open-lab           | -        | FAIL?
XA-03   | legacy             | -         | erp-integration    | -        | FAIL?
XA-04   | hub                | -         | human-operator
XA-04   | hub shop dev sandbox legacy lab | - | OrganizationAccountAccessRole | - | MANUAL
XA-04   | legacy             | -         | consulting-access  | -        | MANUAL?
XA-04   | shop               | -         | monitoring-saas    | -        | MANUAL?
XA-04   | sandbox            | -         | open-lab           | -        | MANUAL?
XA-04   | legacy             | -         | erp-integration    | -        | MANUAL?
XA-04   | dev                | -         | shared-tools       | -        | MANUAL?
XA-05   | dev                | -         | github-ci
XA-05   | dev                | -         | github-any
XA-05   | lab                | -         | github-lab         | -        | MANUAL
XA-06   | legacy             | -         | eventbridge-relay
XA-06   | dev                | -         | backup-service
AA-01   | -                  | eu-west-1 | -                  | medium
AA-01   | -                  | us-east-1 | -                  | high
AA-02   | -                  | eu-central-1 | nordlicht-demo-sandbox-share | critical
AA-02   | -                  | -         | open-lab        | critical
AA-02   | -                  | -         | consulting-access | high
AA-02   | -                  | eu-central-1 | all-keys        | -        | MANUAL
AA-03   | -                  | -         | unused access      | low
TA-01   | sandbox            | -         | Specific Ports Unrestricted | high
TA-01   | sandbox            | -         | IAM Access Key Rotation | medium
SRV-01  | sandbox            | eu-central-1 | rdp-open
SRV-01  | legacy             | eu-central-1 | erp-all-open
SRV-02  | sandbox            | eu-central-1 | lab-key         | low
SRV-02  | legacy             | eu-central-1 | erp-admin       | high
SRV-02  | dev                | eu-west-1 | old-laptop         | info
SRV-03  | sandbox            | eu-central-1 | rdp-open        | critical
SRV-04  | sandbox legacy     | eu-central-1
SRV-04  | management         | -         | access to servers  | -        | MANUAL
TRAIL-03 | -
TRAIL-04 | -
TRAIL-05 | -                 | -         | -                  | medium
TRAIL-06 | -                 | -         | nordlicht-demo-org-logs | low
TRAIL-07 | -                 | -         | nordlicht-demo-org-logs | high
TRAIL-08 | -                 | -         | nordlicht-demo-org-logs | low
TRAIL-09 | -                 | -         | nordlicht-demo-shop-assets
GD-01   | -                  | us-east-1
GD-02   | management hub     | us-east-1
GD-02   | sandbox            | eu-west-1 us-east-1
GD-02   | legacy lab         | all
GD-03   | -                  | eu-west-1 | -                  | medium
GD-03   | -                  | us-east-1 | -                  | -        | FAIL?
GD-04   | -                  | eu-west-1 | organization
GD-04   | shop               | eu-central-1 | eu-central-1   | medium
GD-05   | shop               | eu-central-1 | Tor exit node
GD-05   | dev                | us-east-1 | frequency          | low
GD-05   | audit              | eu-west-1 | filters            | medium
SH-04   | -                  | -         | restored by everybody | high
MON-01  | -                  | -         | -                  | high
MON-01  | -                  | -         | unauthorized_calls | -        | MANUAL
MON-02  | -                  | us-east-1
MON-03  | shop               | eu-central-1 | /vpc/flow       | medium
MON-03  | shop legacy        | eu-central-1 | vpc-            | medium
MON-03  | shop               | eu-central-1 | bare            | medium
MON-03  | shop               | eu-central-1 | old             | medium
CFG-01  | shop legacy        | eu-central-1 | -               | info
CFG-02  | -                  | -         | two-accounts
SH-02   | -                  | -         | us-east-1
SH-03   | dev                | us-east-1 | best-practices
SH-03   | hub                | eu-west-1
SH-01   | -                  | eu-west-1
SH-01   | sandbox            | us-east-1
SH-01   | legacy lab         | all
NET-01  | hub                | eu-central-1 | halves          | low
NET-01  | hub                | eu-central-1 | database-list   | low
NET-01  | dev                | eu-west-1 | ssh-anywhere       | low
NET-01  | sandbox            | eu-central-1 | rdp-open        | critical
NET-01  | legacy             | eu-central-1 | erp-all-open    | critical
NET-04  | hub                | eu-central-1 | subnet-         | low
NET-04  | hub sandbox legacy | eu-central-1 | subnet-        | medium
NET-04  | shop               | eu-central-1 | subnet-5d44    | medium
NET-04  | sandbox legacy     | eu-central-1 | subnet-         | info
NET-04  | dev                | eu-west-1 | subnet-            | medium
NET-04  | dev                | eu-west-1 | subnet-            | info
NET-05  | sandbox            | eu-central-1 | vpc-
NET-05  | legacy             | eu-central-1 | cannot deliver
NET-05  | legacy             | eu-central-1 | Nothing records
NET-07  | shop               | -         | old.shop.nordlicht-demo.example | high
NET-07  | shop               | -         | office.shop.nordlicht-demo.example | - | MANUAL
NET-07  | shop sandbox       | eu-central-1 | i-              | -        | MANUAL
NET-07  | shop               | eu-central-1 | storefront      | -        | MANUAL
NET-07  | shop               | eu-central-1 | catalog0api     | -        | MANUAL
NET-07  | shop               | eu-central-1 | orders0api      | -        | MANUAL
NET-07  | shop               | global    | E0DEMOSHOP         | -        | MANUAL
NET-07  | shop               | global    | E0DEMOFILES        | -        | MANUAL
NET-07  | legacy             | eu-central-1 | eni-            | -        | MANUAL
NET-08  | hub                | eu-central-1 | tgw-0demo0hub   | medium
NET-08  | hub                | eu-central-1 | vpce-           | low
NET-08  | legacy             | eu-central-1 | pcx-0demo0erp   | high
NET-08  | sandbox legacy     | eu-central-1 | vpc-            | info
NET-08  | dev                | eu-west-1 | vpc-               | info
NET-06  | archive            | eu-central-1 | 11111111-2222-4333-8444-555555555555 | high
NET-06  | archive            | eu-central-1 | nordlicht-demo-org-logs | high
NET-06  | hub                | eu-central-1 | snap-           | critical
NET-06  | shop               | -         | github-deploy      | high
NET-06  | dev                | eu-central-1 | ami-            | critical
NET-06  | dev                | eu-central-1 | thumbnailer     | high
NET-06  | dev                | eu-west-1 | preview-events     | high
NET-06  | dev                | eu-west-1 | preview-hook       | high
NET-06  | dev                | -         | github-any         | high
NET-06  | dev                | -         | github-ci          | high
NET-06  | sandbox            | eu-central-1 | nordlicht-demo-sandbox-share | critical
NET-06  | sandbox            | eu-central-1 | snap-           | critical
NET-06  | sandbox            | -         | open-lab           | high
NET-06  | legacy             | eu-central-1 | resource-share  | high
NET-06  | legacy             | eu-central-1 | nordlicht-demo-erp-exchange | high
NET-06  | legacy             | eu-central-1 | snap-           | high
NET-06  | legacy             | -         | consulting-access  | high
NET-06  | legacy             | -         | erp-integration    | high
NET-06  | legacy             | eu-central-1 | pcx-0demo0erp   | high
NET-06  | shop               | eu-central-1 | catalog0api     | high
NET-06  | shop               | -         | E0DEMOSHOP         | -        | MANUAL
NET-06  | sandbox            | eu-central-1 | lab-events      | high
NET-06  | sandbox            | eu-central-1 | lab/playground-token | critical
NET-06  | sandbox            | eu-central-1 | notebooks       | high
NET-06  | legacy             | eu-central-1 | eni-            | high
NET-06  | dev                | eu-central-1 | demo-guests     | high
NET-06  | sandbox            | eu-central-1 | lab-logs        | critical
NET-06  | sandbox            | eu-central-1 | playhttp        | high
NET-06  | legacy             | eu-central-1 | SSM-SessionManagerRunShell | high
NET-06  | legacy             | eu-central-1 | erp-cluster-copy | high
NET-06  | legacy             | eu-central-1 | erp-db          | critical
NET-06  | legacy             | eu-central-1 | erp-db-copy     | critical
NET-06  | legacy             | eu-central-1 | erp-front       | -        | MANUAL
NET-06  | legacy             | eu-central-1 | erp-reports     | critical
NET-06  | legacy             | eu-central-1 | erp-web         | -        | MANUAL
DATA-06 | legacy             | eu-central-1 | erp-cluster-copy | high
DATA-06 | legacy             | eu-central-1 | erp-db-copy     | critical
APP-03  | dev                | eu-west-1 | preview-hook       | high
APP-03  | sandbox            | eu-central-1 | playhttp        | high
APP-04  | legacy             | eu-central-1 | erp-web         | high
APP-05  | legacy             | eu-central-1 | erp-front       | high
MON-03  | legacy             | eu-central-1 | erp-web         | medium
WRK-06  | sandbox            | eu-central-1 | lab             | high
NET-06  | shop               | eu-central-1 | shop-release    | high
NET-06  | shop               | global    | Z0DEMO0SHOP        | -        | MANUAL
NET-07  | shop               | eu-central-1 | ordershttp      | -        | MANUAL
NET-07  | dev                | eu-west-1 | preview-hook       | -        | MANUAL
NET-07  | sandbox            | eu-central-1 | lab             | -        | MANUAL
NET-07  | sandbox            | eu-central-1 | playhttp        | -        | MANUAL
NET-07  | legacy             | eu-central-1 | erp-db          | critical
NET-07  | legacy             | eu-central-1 | erp-front       | -        | MANUAL
NET-07  | legacy             | eu-central-1 | erp-web         | -        | MANUAL
NET-06  | shop sandbox       | eu-central-1 | i-              | high
NET-06  | lab                | -         | github-lab         | high
NET-06  | lab                | us-east-1 | lab-tools          | high
NET-06  | lab                | us-east-1 | nordlicht-demo-lab-data | critical
DATA-06 | hub                | eu-central-1 | snap-           | critical
DATA-06 | dev                | eu-central-1 | ami-            | critical
DATA-06 | sandbox            | eu-central-1 | snap-           | critical
DATA-06 | legacy             | eu-central-1 | snap-           | high
NET-06  | shop               | eu-central-1 | shop-tests      | high
NET-06  | sandbox            | eu-central-1 | vpce-svc-0demo0lab | high
NET-06  | legacy             | eu-central-1 | erp-batch       | high
NET-06  | legacy             | eu-central-1 | erp-cluster-open | critical
DATA-06 | legacy             | eu-central-1 | erp-cluster-open | critical
NET-06  | legacy             | eu-central-1 | sn-0demo0erp00000000 | high
NET-06  | legacy             | eu-central-1 | svc-0demo0erp00000000 | high
NET-06  | legacy             | eu-central-1 | 0demo0auditors  | high
NET-06  | lab                | us-east-1 | lab-jobs           | high
NET-06  | lab                | us-east-1 | 6e72b40f           | high
DATA-04 | lab                | us-east-1 | 6e72b40f           | critical
DATA-01 | lab                | us-east-1 | nordlicht-demo-lab-notes | low
NET-07  | shop               | eu-central-1 | db:orders       | medium
CMP-01  | -                  | -         | -                  | -        | MANUAL?
"""

NORDLICHT_UNSEEN = "NET-06 | lab | us-east-1 | nordlicht-demo-lab-data/* | NotAsked s3:GetObjectAcl"
