"""Planted faults of Example Harbour; the columns are those of faults_nordlicht.py."""

HARBOUR_ROWS = """
ORG-03   | -                | -            | exception
ORG-04   | -                | -            | Workloads
ORG-04   | ledger           | -            | -              | -      | MANUAL
CON-02   | pier             | -            | OPERATIONS
DA-01    | -                | -            | cloudtrail.amazonaws.com
DA-04    | -                | -            | -              | -      | MANUAL
ROOT-01  | -                | -            | -              | high
ROOT-02  | crane pier       | -            | -              | medium
ROOT-03  | pier
ROOT-06  | pier
SCP-04   | audit archive platform crane crane-test ledger pier play
SCP-07   | -                | -            | -              | -      | MANUAL
SCP-08   | audit archive platform crane crane-test ledger pier play
RCP-01   | -
IAM-05   | crane            | -            | pier-bot       | medium
IAM-06   | crane            | -            | pier-bot       | high
IAM-12   | crane            | -            | access_keys
IAM-12   | crane            | -            | saml
IAM-12   | pier             | -            | root
IAM-12   | management crane | -            | root           | -      | FAIL?
XA-04    | platform crane crane-test ledger pier play | - | OrganizationAccountAccessRole | - | MANUAL
TRAIL-02 | -                | -            | -              | high
TRAIL-04 | -                | -            | -              | medium
TRAIL-05 | -                | -            | -              | high
GD-02    | crane-test       | eu-west-1
SH-01    | -                | all
NET-01   | crane            | eu-central-1 | crane-database | high
CMP-01   | -                | -            | -              | -      | MANUAL?
"""

HARBOUR_PASSES = """
ORG-01   | management
ORG-02   | -
CON-01   | management audit archive platform crane crane-test ledger pier play
CON-02   | management audit archive platform crane crane-test ledger play
ROOT-02  | audit archive platform crane-test ledger play
ROOT-03  | management crane audit
ROOT-05  | management audit crane pier
ROOT-06  | management crane
SCP-01   | -
SCP-02   | audit archive platform crane crane-test ledger pier play
SCP-03   | audit archive platform crane crane-test ledger pier play
SCP-06   | audit archive platform crane crane-test ledger pier play
INV-01   | management audit archive platform crane crane-test pier play
INV-02   | management audit archive platform crane ledger pier play | all
INV-03   | management audit archive platform crane crane-test ledger pier play | all
IDC-01   | -
XA-02    | pier             | -            | partner-sync
XA-03    | pier             | -            | partner-sync
XA-04    | audit archive    | -            | OrganizationAccountAccessRole
AA-01    | -                | all
TRAIL-01 | -
TRAIL-03 | -
GD-01    | -                | all
GD-02    | management audit archive platform crane ledger pier play | all
GD-03    | -                | all
NET-03   | management audit archive platform crane crane-test ledger play | all
"""
