"""Planted faults about resilience, compliance and incident response, of both clients; the columns are those of
faults_nordlicht.py and, of what could not be seen, those of faults_harbour.py.
"""

NORDLICHT_PROCEDURAL = """
RES-01  | shop               | eu-central-1 | catalogue       | high
RES-01  | dev                | eu-central-1 | fs-0demo0builds | medium
RES-01  | shop               | eu-central-1 | vol-            | high
RES-01  | sandbox            | eu-central-1 | vol-            | medium
RES-01  | legacy             | eu-central-1 | vol-            | high
RES-01  | shop               | eu-central-1 | nordlicht-demo-shop-assets | high
RES-01  | shop               | eu-central-1 | nordlicht-demo-shop-orders | high
RES-01  | shop               | eu-west-1 | nordlicht-demo-shop-exports | high
RES-01  | legacy             | eu-central-1 | nordlicht-demo-erp-exchange | high
RES-02  | legacy             | eu-central-1 | Default         | high
RES-03  | archive legacy
RES-03  | audit              | -         | -                  | -        | MANUAL
RES-04  | shop               | eu-central-1 | catalogue       | medium
RES-04  | shop               | eu-central-1 | bare            | medium
RES-04  | shop               | eu-central-1 | front           | medium
RES-04  | shop               | eu-central-1 | old             | medium
CMP-02  | -
CMP-03  | -                  | -         | cloudtrail/nordlicht-demo-org-logs
CMP-03  | -                  | -         | dns
CMP-03  | -                  | -         | config/nordlicht-demo-config-410200000015 | - | MANUAL
CMP-03  | -                  | -         | config/nordlicht-demo-config-410200000018 | - | MANUAL
CMP-03  | -                  | -         | vpc_flow//vpc/erp | -      | MANUAL
CMP-03  | -                  | -         | vpc_flow//vpc/shop | -     | MANUAL
IR-04   | audit              | eu-central-1 eu-west-1 | - | -         | MANUAL
IR-04   | audit              | us-east-1
"""

NORDLICHT_PROCEDURAL_PASSES = """
RES-01   | shop              | eu-central-1 | orders
RES-01   | audit             | eu-central-1 | fs-0demo0cases
RES-02   | shop archive      | eu-central-1
RES-03   | shop
RES-04   | shop              | eu-central-1 | orders
IR-05    | -
"""

HARBOUR_PROCEDURAL = """
RES-01   | crane            | eu-central-1 | vol-           | high
RES-03   | crane            | -            | -              | -      | MANUAL
DATA-01  | platform         | eu-central-1 | harbour-demo-incident-evidence | low
DATA-05  | platform         | eu-central-1
"""

HARBOUR_PROCEDURAL_PASSES = """
CMP-03   | -                | -            | cloudtrail/harbour-demo-org-logs
IR-04    | -                | all
"""

HARBOUR_PROCEDURAL_UNSEEN = """
RES-01 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeVolumes
RES-03 | ledger | - | - | UnauthorizedOperation ec2:DescribeVolumes
RES-01 RES-02 RES-04 CMP-03 IR-05 | lightship | - | - | AccessDenied sts:AssumeRole
CMP-03 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeFlowLogs
CMP-02 | management | - | standards | AccessDenied sts:AssumeRole lightship
IR-05 | management | - | organization | AccessDenied sts:AssumeRole lightship
"""
