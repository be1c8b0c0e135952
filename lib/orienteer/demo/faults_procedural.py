"""Planted faults about risk, resilience, compliance and incident response, of both clients; the columns are those of
faults_nordlicht.py and, of what could not be seen, those of faults_harbour.py.
"""

NORDLICHT_PROCEDURAL = """
RES-01  | legacy             | eu-central-1 | erp-db          | high
RES-04  | legacy             | eu-central-1 | erp-db          | medium
RES-04  | legacy             | eu-central-1 | erp-tools       | medium
RES-04  | legacy             | eu-central-1 | erp-web         | medium
RISK-01 | management         | -         | Amazon SageMaker
RISK-01 | management         | -         | AWS Support        | -        | MANUAL
RISK-01 | management         | -         | services called    | -        | MANUAL
RISK-02 | legacy
RISK-03 | lab                | us-east-1
RISK-04 | management         | -         | 900100000014
RISK-04 | management         | -         | 900300000031
RISK-04 | management         | -         | GitHub
RISK-04 | management         | -         | legacy-idp
RISK-05 | -                  | -         | assurance_reports  | -        | MANUAL
RISK-05 | -                  | -         | agreements         | -        | MANUAL
RISK-05 | -                  | -         | crown_jewels       | -        | MANUAL
RISK-05 | -                  | -         | risk_register      | -        | MANUAL
RISK-05 | -                  | -         | threat_model
RES-05  | legacy             | -         | erp-demo.example
RES-05  | -                  | -         | identity_provider  | -        | MANUAL
RES-05  | -                  | -         | recovery_objectives | -        | MANUAL
RES-05  | -                  | -         | regional_failover  | -        | MANUAL
RES-05  | -                  | -         | infrastructure_code | -        | MANUAL
RES-05  | -                  | -         | other_domains      | -        | MANUAL
CMP-04  | -                  | -         | access_review      | -        | MANUAL
CMP-04  | -                  | -         | exception_register | -        | MANUAL
CMP-04  | -                  | -         | internal_audit     | -        | MANUAL
IR-01   | -
IR-02   | hub dev sandbox legacy lab | - | - | high
IR-02   | shop               | -         | support-breakglass | medium
IR-03   | -                  | -         | quarantine
IR-06   | management         | -         | 410200000011
IR-06   | audit archive hub legacy
IR-06   | -                  | -         | tabletop
IR-06   | -                  | -         | leaked_key         | -        | MANUAL
IR-06   | -                  | -         | public_data        | -        | MANUAL
IR-06   | -                  | -         | ransomware         | -        | MANUAL
IR-06   | -                  | -         | revoke_sessions    | -        | MANUAL
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
RISK-01  | -                 | -         | AWS Lambda
RISK-02  | shop
RISK-03  | shop              | eu-central-1 eu-west-1
RISK-04  | -                 | -         | Demo Backup Vendor
RES-05   | management        | -         | nordlicht-demo.example
IR-02    | management audit archive
IR-03    | -                 | -         | containment
IR-06    | shop
IR-06    | -                 | -         | support plan
RES-01   | shop              | eu-central-1 | orders
RES-01   | audit             | eu-central-1 | fs-0demo0cases
RES-02   | shop archive      | eu-central-1
RES-03   | shop
RES-04   | shop              | eu-central-1 | orders
IR-05    | -
"""

HARBOUR_PROCEDURAL = """
IR-03    | -                | -            | containment policy | -  | MANUAL
RISK-01  | management       | -            | services called | -     | MANUAL
RISK-02  | -                | -            | crown jewels   | -      | MANUAL
RISK-04  | management       | -            | 900100000014   | -      | MANUAL
RISK-04  | management       | -            | 900200000028   | -      | MANUAL
RISK-04  | management       | -            | harbour-directory | -   | MANUAL
RISK-05  | -                | -            | assurance_reports | -      | MANUAL
RISK-05  | -                | -            | agreements     | -      | MANUAL
RISK-05  | -                | -            | crown_jewels   | -      | MANUAL
RISK-05  | -                | -            | threat_model   | -      | MANUAL
RISK-05  | -                | -            | risk_register  | -      | MANUAL
RES-05   | -                | -            | identity_provider | -      | MANUAL
RES-05   | -                | -            | recovery_objectives | -      | MANUAL
RES-05   | -                | -            | regional_failover | -      | MANUAL
RES-05   | -                | -            | infrastructure_code | -      | MANUAL
RES-05   | -                | -            | other_domains  | -      | MANUAL
CMP-04   | -                | -            | access_review  | -      | MANUAL
CMP-04   | -                | -            | exception_register | -      | MANUAL
CMP-04   | -                | -            | internal_audit | -      | MANUAL
IR-02    | management audit archive platform crane crane-test ledger pier play | - | - | high
IR-06    | management audit archive platform crane ledger
IR-06    | -                | -            | support plan   | -      | MANUAL
IR-06    | -                | -            | tabletop       | -      | MANUAL
IR-06    | -                | -            | leaked_key     | -      | MANUAL
IR-06    | -                | -            | public_data    | -      | MANUAL
IR-06    | -                | -            | ransomware     | -      | MANUAL
IR-06    | -                | -            | revoke_sessions | -      | MANUAL
RES-01   | crane            | eu-central-1 | vol-           | high
RES-03   | crane            | -            | -              | -      | MANUAL
"""

HARBOUR_PROCEDURAL_PASSES = """
RISK-03  | crane            | eu-central-1
IR-01    | -
CMP-03   | -                | -            | cloudtrail/harbour-demo-org-logs
IR-04    | -                | all
"""

HARBOUR_PROCEDURAL_UNSEEN = """
RISK-03 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeNetworkInterfaces
RISK-04 | ledger | eu-central-1 | harbour-demo-ledger-books | AccessDenied s3:GetBucketPolicy
RISK-03 RISK-04 RES-05 IR-02 | lightship  | - | -      | AccessDenied sts:AssumeRole
RES-01 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeVolumes
RES-03 | ledger | - | - | UnauthorizedOperation ec2:DescribeVolumes
RES-01 RES-02 RES-04 CMP-03 IR-05 | lightship | - | - | AccessDenied sts:AssumeRole
CMP-03 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeFlowLogs
CMP-02 | management | - | standards | AccessDenied sts:AssumeRole lightship
IR-05 | management | - | organization | AccessDenied sts:AssumeRole lightship
"""
