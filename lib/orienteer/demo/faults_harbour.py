"""Planted faults of Example Harbour; the columns are those of faults_nordlicht.py.

HARBOUR_UNSEEN is what must show as not assessed: controls | account | region | resource | why: the error's code, the
calls that ended with it and, where that is not the row's own, the account.  What the plan refuses is in harbour.py: EC2
of one region and one bucket's policy in ledger, and the whole of lightship, so that each control that reads anything in
accounts has a row there; so has IDC-01, which needs the console users of all of them.
"""

HARBOUR_ROWS = """
ORG-03   | -                | -            | exception
ORG-04   | -                | -            | Workloads
ORG-04   | ledger           | -            | -              | -      | MANUAL
CON-02   | pier             | -            | OPERATIONS
DA-01    | -                | -            | cloudtrail.amazonaws.com
DA-03    | -                | -            | cloudtrail.amazonaws.com
CON-03   | management       | -            | trusted access
CON-03   | management       | -            | primary contact | -     | MANUAL
DCP-01   | -                | -            | declarative policies
GOV-01   | -                | -            | tag policy
GOV-01   | management audit archive platform crane crane-test ledger pier play lightship | - | 5307
GOV-02   | -
GOV-03   | -                | -            | -              | -      | MANUAL
GOV-05   | -                | -            | -              | -      | MANUAL
ORG-05   | management       | -            | buckets        | -      | MANUAL
ORG-06   | -                | -            | Suspended
ORG-09   | -                | -            | account list   | -      | MANUAL
ORG-07   | -                | -            | iam            | -      | MANUAL
ORG-07   | -                | -            | secops
ORG-08   | management
INV-08   | audit archive    | all
ROOT-01  | -                | -            | -              | high
ROOT-02  | crane pier       | -            | -              | medium
ROOT-03  | pier
ROOT-06  | pier
SCP-04   | audit archive platform crane crane-test ledger pier play
SCP-07   | -                | -            | -              | -      | MANUAL
DA-04    | -                | -            | -              | low    | MANUAL
SCP-08   | audit archive platform crane crane-test ledger pier play lightship
RCP-01   | -
IAM-05   | crane            | -            | pier-bot       | medium
IAM-06   | crane            | -            | pier-bot       | high
IAM-11   | crane            | -            | pier-bot
IAM-12   | crane            | -            | access_keys
IAM-12   | crane            | -            | saml
IAM-12   | pier             | -            | root
IAM-12   | management crane | -            | root           | -      | FAIL?
IAM-13   | crane            | -            | harbour-directory
XA-04    | platform crane crane-test ledger pier play | - | OrganizationAccountAccessRole | - | MANUAL
IDC-04   | management archive platform crane crane-test ledger pier play
IDC-05   | management       | -            | -              | -      | MANUAL
SRV-04   | crane            | eu-central-1
SRV-04   | management       | -            | access to servers | -   | MANUAL
TRAIL-02 | -                | -            | -              | high
TRAIL-05 | -                | -            | -              | high
TRAIL-09 | -                | -            | -              | -      | MANUAL
GD-02    | crane-test       | eu-west-1
SH-01    | -                | all
SH-02    | -                | -            | -              | medium
SH-04    | -                | -            | -              | high
GD-05    | audit            | all          | export         | high
MON-01   | -                | -            | -              | high
MON-02   | audit            | all
MON-03   | crane            | eu-central-1 | vpc-           | medium
NET-01   | crane            | eu-central-1 | crane-database | high
NET-04   | platform crane   | eu-central-1 | -              | medium
NET-04   | platform crane   | eu-central-1 | -              | info
NET-05   | crane            | eu-central-1 | vpc-
NET-08   | platform crane   | eu-central-1 | vpc-           | info
CMP-01   | ledger           | -            | ec2:DescribeVpcs | -    | MANUAL
CMP-01   | lightship        | -            | sts:AssumeRole
"""

HARBOUR_PASSES = """
ORG-01   | management
ORG-02   | -
CMP-01   | management audit archive platform crane crane-test pier play
CON-01   | management audit archive platform crane crane-test ledger pier play
CON-02   | management audit archive platform crane crane-test ledger play
ROOT-02  | audit archive platform crane-test ledger play
ROOT-03  | management crane audit
DA-02    | audit
DA-05    | management
GOV-04   | management audit archive platform crane crane-test ledger pier play lightship
ORG-05   | management       | -            | instances
ROOT-04  | management
ROOT-05  | management audit crane pier
ROOT-06  | management crane
SCP-01   | -
SCP-02   | audit archive platform crane crane-test ledger pier play lightship
SCP-03   | audit archive platform crane crane-test ledger pier play lightship
SCP-06   | audit archive platform crane crane-test ledger pier play lightship
INV-01   | management audit archive platform crane crane-test pier play
INV-02   | management audit archive platform crane pier play | all
INV-02   | ledger           | eu-central-1 eu-west-1
INV-03   | management audit archive platform crane crane-test pier play | all
INV-03   | ledger           | eu-central-1 eu-west-1
IAM-07   | management audit archive platform crane crane-test ledger pier play
IAM-08   | pier             | -            | partner-sync
AA-03    | -
XA-02    | pier             | -            | partner-sync
XA-03    | pier             | -            | partner-sync
XA-04    | audit archive    | -            | OrganizationAccountAccessRole
AA-01    | -                | all
IDC-04   | audit
TA-01    | management audit archive platform crane crane-test ledger play | - | IAM Use
SRV-01   | crane            | eu-central-1 | crane-database
SRV-02   | crane            | eu-central-1 | crane-database
SRV-03   | crane            | eu-central-1 | crane-database
TRAIL-01 | -
TRAIL-03 | -
TRAIL-04 | -
TRAIL-06 | -                | -            | harbour-demo-org-logs
TRAIL-07 | -                | -            | harbour-demo-org-logs
TRAIL-08 | -                | -            | harbour-org-trail
TRAIL-08 | -                | -            | harbour-demo-org-logs
GD-01    | -                | all
GD-02    | management audit archive platform crane ledger pier play | all
GD-03    | -                | all
GD-04    | -                | all          | organization
GD-04    | management audit archive platform crane ledger pier play | all | -1
GD-05    | management audit archive platform crane ledger pier play | all
CFG-01   | management audit archive platform crane crane-test ledger pier play | all
NET-03   | management audit archive platform crane crane-test play | all
NET-03   | ledger           | eu-central-1 eu-west-1
"""

HARBOUR_UNSEEN = """
INV-02 | ledger | us-east-1 | - | UnauthorizedOperation ec2:GetEbsEncryptionByDefault
TA-01 | pier | - | - | SubscriptionRequiredException support:DescribeTrustedAdvisorChecks
SRV-01 SRV-03 SRV-04 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeInstances
SRV-02 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeInstances ec2:DescribeKeyPairs
INV-03 | ledger | us-east-1 | - | UnauthorizedOperation ec2:GetInstanceMetadataDefaults
INV-04 | ledger | us-east-1 | - | UnauthorizedOperation ec2:GetSnapshotBlockPublicAccessState
INV-05 | ledger | us-east-1 | - | UnauthorizedOperation ec2:GetImageBlockPublicAccessState
NET-01 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeSecurityGroups
NET-02 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeSecurityGroups
NET-03 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeVpcs
NET-04 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeSubnets
NET-05 MON-03 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeVpcs
NET-07 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeInstances ec2:DescribeNetworkInterfaces
NET-08 | ledger | us-east-1 | - | UnauthorizedOperation \
ec2:DescribeTransitGatewayAttachments ec2:DescribeTransitGateways ec2:DescribeVpcEndpoints \
ec2:DescribeVpcPeeringConnections ec2:DescribeVpcs
DATA-06 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeImages ec2:DescribeSnapshots
NET-06 RISK-04 | ledger | us-east-1 | more | UnauthorizedOperation \
ec2:DescribeAddresses ec2:DescribeClientVpnEndpoints ec2:DescribeFpgaImages ec2:DescribeImages ec2:DescribeInstances
NET-06 | ledger | eu-central-1 | harbour-demo-ledger-books | AccessDenied s3:GetBucketPolicy
ORG-01 CON-01 CON-02         | lightship  | - | -      | AccessDenied sts:AssumeRole
ROOT-02 ROOT-03 ROOT-05 ROOT-06 SCP-04 | lightship | - | - | AccessDenied sts:AssumeRole
INV-01 INV-02 INV-03 INV-04 INV-05 INV-06 INV-07 INV-08 | lightship | - | - | AccessDenied sts:AssumeRole
INV-07 | ledger | us-east-1 | serial console | UnauthorizedOperation ec2:GetSerialConsoleAccessStatus
INV-08 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeVpcBlockPublicAccessOptions
ORG-08 | lightship | - | - | AccessDenied sts:AssumeRole
GOV-01 | ledger | - | resources of | UnauthorizedOperation \
ec2:DescribeImages ec2:DescribeInstances ec2:DescribeSnapshots ec2:DescribeVpcs
GOV-01 | lightship | - | resources of | AccessDenied sts:AssumeRole
DA-03 | management | - | sso.amazonaws.com | AccessDenied sts:AssumeRole lightship
IAM-01 IAM-02 IAM-03 IAM-04 IAM-05 IAM-06 IAM-09 IAM-10 IAM-12 IDC-08 | lightship | - | - | AccessDenied sts:AssumeRole
IAM-07 IAM-08 IAM-11 IAM-13 TA-01 | lightship | - | - | AccessDenied sts:AssumeRole
IDC-04 SRV-01 SRV-02 SRV-03 SRV-04 | lightship | - | - | AccessDenied sts:AssumeRole
XA-01 XA-02 XA-03 XA-04 XA-05 XA-06 AA-02 | lightship | - | - | AccessDenied sts:AssumeRole
TRAIL-01 TRAIL-02 TRAIL-03 TRAIL-04 TRAIL-05 | lightship | - | - | AccessDenied sts:AssumeRole
TRAIL-06 TRAIL-07 TRAIL-08 TRAIL-09 | lightship | - | - | AccessDenied sts:AssumeRole
GD-02 GD-04 GD-05 SH-01 SH-03 CFG-01 MON-01 MON-03 | lightship  | - | -      | AccessDenied sts:AssumeRole
NET-01 NET-02 NET-03 NET-04 NET-05 NET-06 NET-07 NET-08 DATA-06 | lightship  | - | -      | AccessDenied sts:AssumeRole
CFG-02 | management | - | aggregator | AccessDenied sts:AssumeRole lightship
IDC-01 | management | - | organization instance         | AccessDenied sts:AssumeRole lightship
"""
