"""Planted faults about workloads, applications and data, of both clients; the columns are those of faults_nordlicht.py
and, of what could not be seen, those of faults_harbour.py.
"""

NORDLICHT_WORK = """
WRK-01  | dev                | eu-west-1 | lt-preview-nodes   | medium
WRK-01  | sandbox            | eu-central-1 | i-              | critical
WRK-01  | legacy             | eu-central-1 | i-              | high
DATA-01 | archive            | eu-central-1 | nordlicht-demo-org-logs | low
DATA-01 | shop               | eu-central-1 | nordlicht-demo-shop-assets | low
DATA-01 | sandbox            | eu-central-1 | nordlicht-demo-sandbox-share | critical
DATA-01 | legacy             | eu-central-1 | nordlicht-demo-erp-exchange | low
DATA-01 | lab                | us-east-1 | nordlicht-demo-lab-data | critical
DATA-04 | archive            | eu-central-1 | 11111111-2222-4333-8444-555555555555 | high
DATA-04 | dev                | eu-central-1 | dev-data        | low
DATA-04 | legacy             | eu-central-1 | erp-backup      | high
DATA-02 | shop               | eu-central-1 | nordlicht-demo-shop-assets | high
DATA-02 | shop               | eu-west-1 | nordlicht-demo-shop-exports | high
DATA-02 | legacy             | eu-central-1 | nordlicht-demo-erp-exchange | medium
DATA-03 | shop               | eu-central-1 | catalogue       | high
DATA-03 | dev                | eu-central-1 | fs-0demo0builds | medium
DATA-03 | hub shop sandbox legacy | eu-central-1 | vol-       | medium
DATA-03 | hub shop dev sandbox legacy | eu-central-1 | snap-  | low
DATA-05 | shop               | eu-west-1
APP-01  | shop               | eu-central-1 | order-intake    | critical
APP-01  | shop               | eu-central-1 | metrics-agent   | high
APP-02  | shop               | eu-central-1 | shop/backup-vendor | medium
APP-02  | sandbox            | eu-central-1 | lab/playground-token | critical
APP-03  | shop               | eu-central-1 | catalog0api     | high
APP-03  | shop               | eu-central-1 | shop-users      | medium
APP-03  | dev                | eu-central-1 | demo-guests     | high
APP-04  | shop               | eu-central-1 | loadbalancer/app/bare | high
APP-04  | shop               | eu-central-1 | loadbalancer/app/old | low
APP-04  | shop               | -         | E0DEMOSHOP         | high
APP-04  | shop               | -         | E0DEMOFILES        | high
APP-05  | shop               | eu-central-1 | certificate/partner | medium
APP-05  | shop               | eu-central-1 | listener/app/bare/1/80 | high
APP-05  | shop               | eu-central-1 | listener/app/old/1/443 | medium
APP-05  | shop               | -         | E0DEMOSHOP         | high
RES-04  | shop               | eu-central-1 | loadbalancer/app/ | medium
APP-06  | management         | -         | review of changes  | -        | MANUAL
APP-06  | hub                | eu-central-1 | network-old     | medium
APP-06  | shop               | eu-central-1 | token/github    | medium
APP-06  | shop               | eu-central-1 | shop-release    | critical
APP-06  | shop               | eu-central-1 | shop-tests      | high
WRK-02  | hub dev sandbox legacy | eu-central-1 | -           | high
WRK-02  | dev                | eu-west-1 | -                  | high
WRK-02  | lab                | us-east-1 | -                  | high
WRK-03  | shop               | eu-central-1 | catalogue       | low
WRK-03  | legacy             | eu-central-1 | i-              | medium
WRK-04  | sandbox            | eu-central-1 | i-              | high
WRK-04  | legacy             | eu-central-1 | i-              | medium
WRK-05  | shop               | -         | order-worker       | medium
WRK-05  | shop legacy        | eu-central-1 | i-              | info     | MANUAL
WRK-05  | sandbox            | -         | ec2-playground     | critical
WRK-06  | hub                | eu-central-1 | base-images     | low
WRK-06  | lab                | us-east-1 | lab-tools          | low
WRK-06  | shop               | eu-central-1 | shop/checkout   | low
WRK-06  | shop               | eu-central-1 | metrics-agent   | high
WRK-06  | shop               | eu-central-1 | storefront      | high
DATA-05 | sandbox            | eu-central-1
DATA-05 | lab                | us-east-1
"""

NORDLICHT_WORK_PASSES = """
WRK-01   | shop              | eu-central-1 | i-
WRK-01   | shop              | eu-central-1 | lt-shop-nodes
WRK-01   | dev               | eu-west-1 | lt-build-agents
DATA-01  | shop              | eu-west-1 | nordlicht-demo-shop-exports
DATA-04  | shop              | eu-central-1 | shop-data
DATA-01  | shop              | eu-central-1 | nordlicht-demo-shop-orders
DATA-02  | shop              | eu-central-1 | nordlicht-demo-shop-orders
DATA-03  | shop              | eu-central-1 | orders
DATA-03  | audit             | eu-central-1 | fs-0demo0cases
DATA-05  | archive shop      | eu-central-1
APP-01   | shop              | eu-central-1 | checkout
APP-01   | dev               | eu-west-1 | lt-preview-nodes
APP-02   | audit             | eu-central-1 | audit/ticket-webhook
APP-03   | shop              | eu-central-1 | orders0api
APP-03   | shop              | eu-central-1 | shop-staff
APP-04   | shop              | eu-central-1 | loadbalancer/app/front
APP-04   | shop              | eu-central-1 | orders0api/prod
APP-06   | hub               | eu-central-1 | network-modules
APP-06   | shop              | eu-central-1 | shop-lint
WRK-02   | shop              | eu-central-1
WRK-03   | shop              | eu-central-1 | i-
WRK-03   | shop              | eu-central-1 | orders
WRK-04   | shop              | eu-central-1 | i-
APP-05   | shop              | eu-central-1 | certificate/shop
APP-05   | shop              | eu-central-1 | listener/app/front/1/443
WRK-05   | dev               | -         | preview-worker
WRK-06   | shop              | eu-central-1 | batch
WRK-06   | shop              | eu-central-1 | checkout
DATA-05  | legacy            | eu-central-1
"""

HARBOUR_WORK = """
DATA-01  | management       | eu-central-1 | harbour-demo-org-logs | low
DATA-01  | management       | eu-central-1 | harbour-demo-access-logs | low
DATA-01  | pier             | eu-central-1 | harbour-demo-pier-files | low
APP-02   | ledger           | eu-central-1 | ledger/partner | medium
APP-06   | management       | -            | review of changes | - | MANUAL
WRK-02   | crane            | eu-central-1 | -              | high
WRK-04   | crane            | eu-central-1 | i-             | medium
WRK-05   | crane            | eu-central-1 | i-             | info | MANUAL
DATA-02  | management       | -            | classification | -    | MANUAL
DATA-03  | crane            | eu-central-1 | vol-           | medium
DATA-03  | crane            | eu-central-1 | snap-          | low
DATA-01  | platform         | eu-central-1 | incident-evidence | low
DATA-05  | management platform ledger pier | eu-central-1
"""

HARBOUR_WORK_PASSES = """
WRK-01   | crane            | eu-central-1 | i-
WRK-03   | crane            | eu-central-1 | i-
DATA-04  | platform         | eu-central-1 | platform
"""

HARBOUR_WORK_UNSEEN = """
DATA-01 | ledger | eu-central-1 | harbour-demo-ledger-books | AccessDenied s3:GetBucketPolicy
WRK-01 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeInstances ec2:DescribeLaunchTemplateVersions
APP-01 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeInstances ec2:DescribeLaunchTemplateVersions
WRK-02 WRK-04 WRK-05 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeInstances
DATA-03 | ledger | us-east-1 | - | UnauthorizedOperation ec2:DescribeSnapshots ec2:DescribeVolumes
APP-01 APP-02 APP-03 APP-04 APP-05 APP-06 WRK-02 WRK-03 WRK-04 | lightship | - | - | AccessDenied sts:AssumeRole
WRK-05 WRK-06 WRK-01 DATA-01 DATA-02 DATA-03 DATA-04 DATA-05 ORG-09 | lightship | - | - | AccessDenied sts:AssumeRole
"""
