"""What the tables of exposable resources make of an answer, each held against botocore's output shape first."""

from __future__ import annotations

import copy
import pkgutil
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from botocore.model import Shape
from botocore.validate import ParamValidator

from orienteer import tables
from orienteer.aws.rows import rows_of
from orienteer.model import Answer, Outcome, Place, Table
from orienteer.tables import shapes
from tests.each import each
from tests.tables.test_shapes import output

WHEN = datetime(2026, 11, 1, tzinfo=UTC)

ACCOUNT = "444455556666"
OPEN = '{"Statement": []}'
Case = tuple[Mapping[str, Any], Mapping[str, Any]]
"""An answer, and cells of the one row that comes of it."""

DATABASE = {
    "DBInstanceIdentifier": "db", "DBInstanceArn": "arn:db", "Engine": "neptune", "PubliclyAccessible": True,
    "Endpoint": {"Address": "db.example.com", "Port": 5432}, "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
}  # fmt: skip
SHARED = [{"AttributeName": "restore", "AttributeValues": ["all", ACCOUNT]}, {"AttributeName": "other"}]
TASKS = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "ENABLED"}}

CASES: dict[str, Case] = {
    "rds_instances": ({"DBInstances": [DATABASE]},
        {"resource_id": "db", "publicly_accessible": True, "port": 5432, "group_ids": '["sg-1"]', "engine": "neptune"}),
    "rds_clusters": ({"DBClusters": [{"DBClusterIdentifier": "c", "PubliclyAccessible": False, "Port": 3306}]},
        {"resource_id": "c", "publicly_accessible": False, "port": 3306}),
    "rds_snapshots": ({"DBSnapshots": [{"DBSnapshotIdentifier": "s", "DBSnapshotArn": "arn:s", "Engine": "mysql"}]},
        {"resource_id": "s", "resource_arn": "arn:s", "engine": "mysql"}),
    "rds_snapshot_shares": ({"DBSnapshotAttributesResult": {"DBSnapshotAttributes": SHARED}},
        {"account_ids": f'["all", "{ACCOUNT}"]'}),
    "rds_cluster_snapshots": ({"DBClusterSnapshots": [{"DBClusterSnapshotIdentifier": "s", "Engine": "docdb"}]},
        {"resource_id": "s", "engine": "docdb"}),
    "rds_cluster_snapshot_shares": ({"DBClusterSnapshotAttributesResult": {"DBClusterSnapshotAttributes": SHARED}},
        {"account_ids": f'["all", "{ACCOUNT}"]'}),
    "redshift_clusters": ({"Clusters": [{"ClusterIdentifier": "dw", "PubliclyAccessible": True,
        "Endpoint": {"Port": 5439}, "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}]}]},
        {"resource_id": "dw", "publicly_accessible": True, "port": 5439, "group_ids": '["sg-1"]'}),
    "redshift_namespace_policies": ({"ResourcePolicy": {"ResourceArn": "a", "Policy": OPEN}}, {"policy": OPEN}),
    "redshift_snapshots": ({"Snapshots": [{"SnapshotIdentifier": "s", "AccountsWithRestoreAccess":
        [{"AccountId": ACCOUNT}]}]}, {"resource_id": "s", "account_ids": f'["{ACCOUNT}"]'}),
    "redshift_data_shares": ({"DataShares": [{"DataShareArn": "arn:d", "AllowPubliclyAccessibleConsumers": True,
        "DataShareAssociations": [{"ConsumerIdentifier": ACCOUNT, "Status": "ACTIVE"},
                                  {"ConsumerIdentifier": "1", "Status": "REJECTED"}]}]},
        {"resource_id": "arn:d", "to_public_clusters": True, "consumers": f'["{ACCOUNT}"]'}),
    "redshift_serverless_workgroups": ({"workgroups": [{"workgroupName": "w", "publiclyAccessible": True,
        "endpoint": {"port": 5439}, "securityGroupIds": ["sg-1"]}]},
        {"resource_id": "w", "publicly_accessible": True, "port": 5439, "group_ids": '["sg-1"]'}),
    "redshift_serverless_snapshots": ({"snapshots": [{"snapshotName": "s", "accountsWithRestoreAccess": [ACCOUNT]}]},
        {"resource_id": "s", "account_ids": f'["{ACCOUNT}"]'}),
    "redshift_serverless_snapshot_policies": ({"resourcePolicy": {"policy": OPEN}}, {"policy": OPEN}),
    "efs_file_systems": ({"FileSystems": [{"FileSystemId": "fs-1", "FileSystemArn": "arn:fs", "OwnerId": ACCOUNT,
        "CreationToken": "t", "CreationTime": WHEN, "LifeCycleState": "available", "NumberOfMountTargets": 0,
        "SizeInBytes": {"Value": 1}, "PerformanceMode": "generalPurpose", "Tags": []}]},
        {"resource_id": "fs-1", "resource_arn": "arn:fs"}),
    "efs_file_system_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "ecs_clusters": ({"clusterArns": ["arn:c"]}, {"resource_id": "arn:c"}),
    "eks_clusters": ({"clusters": ["k"]}, {"resource_id": "k"}),
    "eks_cluster_details": ({"cluster": {"name": "k", "arn": "arn:k", "resourcesVpcConfig": {
        "endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]}}},
        {"resource_id": "k", "public_endpoint": True, "public_cidrs": '["0.0.0.0/0"]'}),
    "elbv2_load_balancers": ({"LoadBalancers": [{"LoadBalancerName": "web", "LoadBalancerArn": "arn:lb",
        "Scheme": "internet-facing", "SecurityGroups": ["sg-1"], "AvailabilityZones": [{"SubnetId": "subnet-1"}]}]},
        {"resource_id": "web", "internet_facing": True, "group_ids": '["sg-1"]', "subnet_ids": '["subnet-1"]'}),
    "elbv2_listeners": ({"Listeners": [{"ListenerArn": "arn:l", "LoadBalancerArn": "arn:lb", "Port": 443,
        "DefaultActions": [{"Type": "authenticate-oidc"}, {"Type": "forward"}]}]},
        {"resource_id": "arn:l", "port": 443, "authenticates": True, "load_balancer_arn": "arn:lb",
         "target_group_arns": "[]"}),
    "elbv2_rules": ({"Rules": [{"RuleArn": "arn:r", "Actions": [{"Type": "forward"}],
        "Conditions": [{"Field": "path-pattern", "Values": ["/open/*"]}]}]},
        {"lets_through": True, "conditions": '["/open/*"]'}),
    "elbv2_target_groups": ({"TargetGroups": [{"TargetGroupName": "tg", "TargetGroupArn": "arn:tg", "Port": 22,
        "Protocol": "TCP", "LoadBalancerArns": ["arn:lb"]}]}, {"resource_id": "tg", "port": 22, "passes_tcp": True}),
    "elbv2_targets": ({"TargetHealthDescriptions": [{"Target": {"Id": "i-1", "Port": 22}}]},
        {"target_id": "i-1", "target_port": 22}),
    "elbv2_trust_stores": ({"TrustStores": [{"Name": "t", "TrustStoreArn": "arn:t"}]}, {"resource_arn": "arn:t"}),
    "elbv2_trust_store_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "elb_tls_policies": ({"PolicyDescriptions": [
        {"PolicyName": "p", "PolicyTypeName": "SSLNegotiationPolicyType", "PolicyAttributeDescriptions": [
            {"AttributeName": "Protocol-TLSv1", "AttributeValue": "true"},
            {"AttributeName": "Protocol-TLSv1.1", "AttributeValue": "false"},
            {"AttributeName": "Protocol-TLSv1.2", "AttributeValue": "true"}]},
        {"PolicyName": "sticky", "PolicyTypeName": "LBCookieStickinessPolicyType"}]},
        {"tls_policy": "p", "old_versions": '["Protocol-TLSv1"]'}),
    "elb_load_balancers": ({"LoadBalancerDescriptions": [{"LoadBalancerName": "old", "Scheme": "internal",
        "Instances": [{"InstanceId": "i-1"}],
        "ListenerDescriptions": [{"Listener": {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 81}}]}]},
        {"resource_id": "old", "internet_facing": False, "ports": "[80]", "instance_ids": '["i-1"]',
         "instance_ports": "[[80, 81]]"}),
    "apigateway_rest_apis": ({"items": [{"id": "a", "name": "shop", "policy": OPEN,
        "endpointConfiguration": {"types": ["PRIVATE"]}}]},
        {"resource_id": "a", "is_private": True, "policy": OPEN, "title": "shop"}),
    "apigateway_stages": ({"item": [{"stageName": "prod"}]}, {"stage_name": "prod"}),
    "apigateway_methods": ({"items": [{"path": "/", "resourceMethods": {
        "GET": {"httpMethod": "GET", "authorizationType": "NONE", "apiKeyRequired": True},
        "OPTIONS": {"httpMethod": "OPTIONS", "authorizationType": "NONE"},
        "PUT": {"httpMethod": "PUT", "authorizationType": "AWS_IAM"}}}]},
        {"authorization": '["NONE", "NONE", "AWS_IAM"]', "open_methods": '["GET"]'}),
    "apigateway_domain_names": ({"items": [{"domainName": "api.example.com", "policy": OPEN,
        "mutualTlsAuthentication": {"truststoreUri": "s3://b/t.pem"}}]},
        {"resource_id": "api.example.com", "policy": OPEN, "mutual_tls": "s3://b/t.pem", "is_private": False}),
    "apigatewayv2_apis": ({"Items": [{"ApiId": "a", "Name": "n", "ProtocolType": "HTTP", "RouteSelectionExpression":
        "e", "DisableExecuteApiEndpoint": True}]}, {"resource_id": "a", "default_endpoint_off": True}),
    "apigatewayv2_routes": ({"Items": [{"RouteKey": "GET /", "AuthorizationType": "JWT"}]},
        {"route": "GET /", "authorization": "JWT"}),
    "apigatewayv2_stages": ({"Items": [{"StageName": "$default"}]}, {"stage_name": "$default"}),
    "apigatewayv2_portal_product_policies": ({"PolicyDocument": OPEN}, {"policy": OPEN}),
    "cloudfront_distributions": ({"DistributionList": {"Marker": "", "MaxItems": 1, "IsTruncated": False, "Quantity": 1,
        "Items": [{"Id": "E1", "ARN": "arn:e1", "Status": "Deployed", "LastModifiedTime": WHEN, "DomainName": "d",
          "Aliases": {"Quantity": 0}, "Comment": "", "PriceClass": "All", "Enabled": True, "WebACLId": "",
          "HttpVersion": "http2", "IsIPV6Enabled": True, "Staging": False, "CustomErrorResponses": {"Quantity": 0},
          "CacheBehaviors": {"Quantity": 0}, "ViewerCertificate": {}, "Restrictions": {"GeoRestriction":
            {"RestrictionType": "none", "Quantity": 0}},
          "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "https-only",
            "TrustedKeyGroups": {"Enabled": True, "Quantity": 1}},
          "Origins": {"Quantity": 2, "Items": [
            {"Id": "o", "DomainName": "b.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}},
            {"Id": "p", "DomainName": "c.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""},
             "OriginAccessControlId": "oac"}]}}]}},
        {"resource_id": "E1", "enabled": True, "signed_only": True, "open_s3_origins": '["b.s3.amazonaws.com"]'}),
    "cloudfront_vpc_origin_policies": ({"ResourceArn": "a", "PolicyDocument": OPEN}, {"policy": OPEN}),
    "ssm_documents": ({"DocumentIdentifiers": [{"Name": "run", "DocumentType": "Session"}]},
        {"resource_id": "run", "is_session": True}),
    "elbv2_attributes": ({"Attributes": [{"Key": "deletion_protection.enabled", "Value": "true"},
                                         {"Key": "access_logs.s3.enabled", "Value": "false"},
                                         {"Key": "access_logs.s3.bucket", "Value": "logs"}]},
        {"deletion_protection": True, "access_logs": False, "log_bucket": "logs"}),
    "route53_records": ({"ResourceRecordSets": [{"Name": "a.example.", "Type": "A",
                                                 "ResourceRecords": [{"Value": "192.0.2.1"}]}],
                         "IsTruncated": False, "MaxItems": "1"},
        {"record": "a.example.", "type": "A", "values": '["192.0.2.1"]'}),
    "ssm_session_documents": ({"Content": '{"inputs": {}}'}, {"settings": '{"inputs": {}}'}),
    "ssm_host_management": ({"ServiceSetting": {"SettingValue": "$None"}}, {"is_on": False}),
    "ssm_managed_instances": ({"InstanceInformationList": [{"InstanceId": "i-1", "PingStatus": "Online",
        "PlatformName": "Amazon Linux", "PlatformVersion": "2023"}]},
        {"resource_id": "i-1", "ping_status": "Online", "system": "Amazon Linux 2023"}),
    "ssm_document_shares": ({"AccountIds": ["all"]}, {"account_ids": '["all"]'}),
    "ssm_document_public_sharing": ({"ServiceSetting": {"SettingValue": "Disable"}}, {"new_sharing_off": True}),
    "ssm_parameters": ({"Parameters": [{"Name": "p", "ARN": "arn:p", "Type": "String"}]}, {"resource_arn": "arn:p"}),
    "ssm_parameter_policies": ({"Policies": [{"PolicyId": "1", "Policy": OPEN}]}, {"policy": OPEN}),
    "cognito_identity_pools": ({"IdentityPools": [{"IdentityPoolId": "p", "IdentityPoolName": "n"}]},
        {"resource_id": "p", "title": "n"}),
    "cognito_identity_pool_details": ({"IdentityPoolId": "p", "IdentityPoolName": "n",
        "AllowUnauthenticatedIdentities": True, "AllowClassicFlow": False}, {"guests": True, "classic_flow": False}),
    "cognito_identity_pool_roles": ({"IdentityPoolId": "p", "Roles": {"unauthenticated": "arn:guest"}},
        {"guest_role": "arn:guest"}),
    "cognito_user_pools": ({"UserPools": [{"Id": "u", "Name": "n"}]}, {"resource_id": "u"}),
    "cognito_user_pool_details": ({"UserPool": {"Arn": "arn:u", "AdminCreateUserConfig":
        {"AllowAdminCreateUserOnly": False}}}, {"sign_up": True, "resource_arn": "arn:u"}),
    "emr_block_public_access": ({"BlockPublicAccessConfiguration": {"BlockPublicSecurityGroupRules": True,
        "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22}]}, "BlockPublicAccessConfigurationMetadata":
        {"CreationDateTime": WHEN, "CreatedByArn": "a"}}, {"blocked": True, "excepted_ports": '[{"MinRange": 22}]'}),
    "emr_clusters": ({"Clusters": [{"Id": "j-1", "Name": "n", "ClusterArn": "arn:j"}]}, {"resource_id": "j-1"}),
    "emr_cluster_details": ({"Cluster": {"Name": "n", "MasterPublicDnsName": "ec2-1.example", "Ec2InstanceAttributes":
        {"EmrManagedMasterSecurityGroup": "sg-1", "AdditionalMasterSecurityGroups": ["sg-2"]}}},
        {"primary_host": "ec2-1.example", "group_ids": '["sg-1", "sg-2"]'}),
    "emr_cluster_instances": ({"Instances": [{"Ec2InstanceId": "i-1", "PublicIpAddress": "198.51.100.7"}]},
        {"public_ip": "198.51.100.7"}),
    "emr_studios": ({"Studios": [{"StudioId": "es-1", "Url": "https://e", "AuthMode": "SSO"}]},
        {"resource_id": "es-1", "authentication": "SSO"}),
    "apprunner_services": ({"ServiceSummaryList": [{"ServiceName": "n", "ServiceArn": "arn:s"}]},
        {"resource_id": "n", "resource_arn": "arn:s"}),
    "elasticbeanstalk_environments": ({"Environments": [{"EnvironmentName": "e", "EnvironmentArn": "arn:e",
        "EndpointURL": "lb.example", "Tier": {"Name": "WebServer"}}]}, {"is_web": True, "endpoint": "lb.example"}),
    "globalaccelerator_accelerators": ({"Accelerators": [{"Name": "a", "AcceleratorArn": "arn:a", "Enabled": True,
        "IpSets": [{"IpAddresses": ["192.0.2.1"]}]}]}, {"enabled": True, "addresses": '["192.0.2.1"]'}),
    "globalaccelerator_listeners": ({"Listeners": [{"PortRanges": [{"FromPort": 80, "ToPort": 80}]}]},
        {"ports": '[{"FromPort": 80, "ToPort": 80}]'}),
    "globalaccelerator_cross_account_attachments": ({"CrossAccountAttachments": [{"Name": "x", "AttachmentArn": "arn:x",
        "Principals": [ACCOUNT]}]}, {"principals": f'["{ACCOUNT}"]'}),
    "appsync_graphql_apis": ({"graphqlApis": [{"apiId": "a", "arn": "arn:a", "name": "n", "visibility": "GLOBAL",
        "authenticationType": "AWS_IAM", "additionalAuthenticationProviders": [{"authenticationType": "API_KEY"}]}]},
        {"authorization": '["AWS_IAM", "API_KEY"]', "takes_key": True, "is_private": False}),
    "appsync_api_keys": ({"apiKeys": [{"id": "da2-secret", "expires": 5}, {"id": "x", "expires": 9}]}, {"keys": 2}),
    "appsync_event_apis": ({"apis": [{"apiId": "e", "apiArn": "arn:e", "eventConfig": {"authProviders": [],
        "connectionAuthModes": [{"authType": "API_KEY"}], "defaultPublishAuthModes": [{"authType": "AWS_IAM"}],
        "defaultSubscribeAuthModes": [{"authType": "AWS_IAM"}]}}]}, {"takes_key": True}),
    "amplify_apps": ({"apps": [{"appId": "d1", "appArn": "arn:d1", "name": "n", "description": "", "repository": "",
        "platform": "WEB", "createTime": WHEN, "updateTime": WHEN, "environmentVariables": {"TOKEN": "hunter2"},
        "defaultDomain": "d1.example", "enableBranchAutoBuild": False, "enableBasicAuth": True,
        "basicAuthCredentials": "hunter2"}]}, {"resource_id": "d1", "asks_password": True}),
    "transfer_servers": ({"Servers": [{"Arn": "arn:s", "ServerId": "s-1", "EndpointType": "PUBLIC"}]},
        {"resource_id": "s-1", "is_public": True}),
    "transfer_server_details": ({"Server": {"Arn": "arn:s", "Protocols": ["SFTP"], "EndpointDetails":
        {"AddressAllocationIds": ["eipalloc-1"], "SecurityGroupIds": ["sg-1"]}}},
        {"in_vpc_public": True, "group_ids": '["sg-1"]', "protocols": '["SFTP"]'}),
    "transfer_web_apps": ({"WebApps": [{"Arn": "arn:w", "WebAppId": "w", "AccessEndpoint": "https://w"}]},
        {"url": "https://w"}),
    "lightsail_instances": ({"instances": [{"name": "blog", "arn": "arn:b", "publicIpAddress": "198.51.100.7",
        "networking": {"ports": [{"fromPort": 22, "toPort": 22, "protocol": "tcp", "cidrs": ["0.0.0.0/0"]}]}}]},
        {"public_ip": "198.51.100.7", "ports":
         '[{"cidrs": ["0.0.0.0/0"], "first": 22, "from": null, "ipv6": null, "last": 22, "protocol": "tcp"}]'}),
    "lightsail_static_ips": ({"staticIps": [{"name": "ip", "arn": "arn:ip", "isAttached": True}]}, {"attached": True}),
    "lightsail_databases": ({"relationalDatabases": [{"name": "db", "arn": "arn:db", "publiclyAccessible": True,
        "masterEndpoint": {"port": 3306}}]}, {"publicly_accessible": True, "port": 3306}),
    "lightsail_buckets": ({"buckets": [{"name": "b", "arn": "arn:b", "accessRules": {"getObject": "public",
        "allowPublicOverrides": False}, "readonlyAccessAccounts": [ACCOUNT]}]},
        {"objects_public": True, "objects_may_be_public": False, "account_ids": f'["{ACCOUNT}"]'}),
    "lightsail_block_public_access": ({"buckets": [], "accountLevelBpaSync": {"bpaImpactsLightsail": True,
        "status": "InSync"}}, {"blocked": True}),
    "lightsail_load_balancers": ({"loadBalancers": [{"name": "l", "arn": "arn:l", "publicPorts": [80]}]},
        {"ports": "[80]"}),
    "lightsail_distributions": ({"distributions": [{"name": "d", "arn": "arn:d", "isEnabled": True}]},
        {"enabled": True}),
    "lightsail_container_services": ({"containerServices": [{"containerServiceName": "c", "arn": "arn:c", "url": "u",
        "currentDeployment": {"publicEndpoint": {"containerName": "web"}}}]}, {"public_container": "web"}),
    "route53_zone_authorizations": ({"HostedZoneId": "Z1", "VPCs": [{"VPCId": "vpc-1", "VPCRegion": "eu-west-1"}]},
        {"vpc_id": "vpc-1"}),
    "opensearchserverless_network_policies": ({"securityPolicySummaries": [{"name": "p"}]}, {"resource_id": "p"}),
    "opensearchserverless_network_policy_rules": ({"securityPolicyDetail": {"policy": [{"AllowFromPublic": True}]}},
        {"rules": '[{"AllowFromPublic": true}]'}),
    "opensearchserverless_access_policy_rules": ({"accessPolicyDetail": {"policy": [{"Principal": ["*"]}]}},
        {"rules": '[{"Principal": ["*"]}]'}),
    "dynamodb_table_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "dynamodb_streams": ({"Streams": [{"StreamArn": "arn:s"}]}, {"resource_arn": "arn:s"}),
    "dynamodb_stream_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "kinesis_streams": ({"StreamNames": ["s"], "HasMoreStreams": False, "StreamSummaries": [
        {"StreamName": "s", "StreamARN": "arn:s", "StreamStatus": "ACTIVE"}]},
        {"resource_id": "s", "resource_arn": "arn:s"}),
    "kinesis_stream_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "kinesis_consumers": ({"Consumers": [{"ConsumerName": "c", "ConsumerARN": "arn:c", "ConsumerStatus": "ACTIVE",
        "ConsumerCreationTimestamp": WHEN}]}, {"resource_id": "arn:c"}),
    "kinesis_consumer_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "backup_vaults": ({"BackupVaultList": [{"BackupVaultName": "v", "BackupVaultArn": "arn:v", "Locked": True}]},
        {"resource_id": "v", "locked": True}),
    "backup_vault_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "glue_catalog_policies": ({"GetResourcePoliciesResponseList": [{"PolicyInJson": OPEN, "PolicyHash": "h"}]},
        {"policy": OPEN, "resource_id": "h"}),
    "glue_dev_endpoints": ({"DevEndpoints": [{"EndpointName": "e", "PublicAddress": "p.example"}]},
        {"public_address": "p.example"}),
    "lakeformation_permissions": ({"PrincipalResourcePermissions": [{"Principal": {"DataLakePrincipalIdentifier":
        ACCOUNT}, "Permissions": ["SELECT"]}]}, {"principal": ACCOUNT, "permissions": '["SELECT"]'}),
    "lakeformation_settings": ({"DataLakeSettings": {"AllowFullTableExternalDataAccess": True,
        "ExternalDataFilteringAllowList": [{"DataLakePrincipalIdentifier": ACCOUNT}]}},
        {"full_external_access": True, "account_ids": f'["{ACCOUNT}"]'}),
    "dms_replication_instances": ({"ReplicationInstances": [{"ReplicationInstanceIdentifier": "r",
        "PubliclyAccessible": True, "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}]}]},
        {"publicly_accessible": True, "group_ids": '["sg-1"]'}),
    "dms_instance_profiles": ({"InstanceProfiles": [{"InstanceProfileName": "p", "InstanceProfileArn": "arn:p",
        "PubliclyAccessible": True}]}, {"publicly_accessible": True}),
    "kafka_clusters": ({"ClusterInfoList": [{"ClusterName": "k", "ClusterArn": "arn:k", "Provisioned": {
        "BrokerNodeGroupInfo": {"ClientSubnets": [], "InstanceType": "m", "SecurityGroups": ["sg-1"],
          "ConnectivityInfo": {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}}}, "NumberOfBrokerNodes": 3,
        "ClientAuthentication": {"Unauthenticated": {"Enabled": True}}}}]},
        {"is_public": True, "takes_strangers": True, "group_ids": '["sg-1"]'}),
    "kafka_cluster_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "mq_brokers": ({"BrokerSummaries": [{"BrokerId": "b", "BrokerArn": "arn:b", "DeploymentMode": "SINGLE_INSTANCE",
        "EngineType": "RABBITMQ"}]}, {"resource_id": "b"}),
    "mq_broker_details": ({"PubliclyAccessible": True, "SecurityGroups": ["sg-1"]},
        {"publicly_accessible": True, "group_ids": '["sg-1"]'}),
    "ecr_public_repositories": ({"repositories": [{"repositoryName": "r", "repositoryArn": "arn:r"}]},
        {"resource_id": "r", "region": "eu-central-1"}),
    "ecr_public_repository_policies": ({"policyText": OPEN}, {"policy": OPEN}),
    "ecr_registry_policy": ({"registryId": ACCOUNT, "policyText": OPEN}, {"policy": OPEN}),
    "ecr_creation_templates": ({"repositoryCreationTemplates": [{"prefix": "ROOT", "repositoryPolicy": OPEN}]},
        {"resource_id": "ROOT", "policy": OPEN}),
    "codeartifact_domains": ({"domains": [{"name": "d", "arn": "arn:d", "owner": ACCOUNT}]},
        {"owner_account": ACCOUNT}),
    "codeartifact_domain_policies": ({"policy": {"document": OPEN}}, {"policy": OPEN}),
    "codeartifact_repositories": ({"repositories": [{"name": "r", "arn": "arn:r", "domainName": "d"}]},
        {"resource_id": "arn:r", "domain": "d"}),
    "codeartifact_repository_policies": ({"policy": {"document": OPEN}}, {"policy": OPEN}),
    "codebuild_project_policies": ({"policy": OPEN}, {"policy": OPEN}),
    "codebuild_report_groups": ({"reportGroups": ["arn:g"]}, {"resource_id": "arn:g"}),
    "codebuild_report_group_policies": ({"policy": OPEN}, {"policy": OPEN}),
    "serverlessrepo_applications": ({"Applications": [{"ApplicationId": "arn:a", "Author": "a", "Description": "d",
        "Name": "n"}]}, {"resource_arn": "arn:a", "title": "n"}),
    "serverlessrepo_application_policies": ({"Statements": [{"Actions": ["Deploy"], "Principals": ["*"],
        "PrincipalOrgIDs": ["o-1"]}]}, {"account_ids": '["*"]', "organization_ids": '["o-1"]'}),
    "events_event_buses": ({"EventBuses": [{"Name": "default", "Arn": "arn:b", "Policy": OPEN}]}, {"policy": OPEN}),
    "schemas_registries": ({"Registries": [{"RegistryName": "r", "RegistryArn": "arn:r"}]}, {"resource_id": "r"}),
    "schemas_registry_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "ses_identities": ({"EmailIdentities": [{"IdentityName": "example.com"}]}, {"resource_id": "example.com"}),
    "ses_identity_policies": ({"Policies": {"send": OPEN}}, {"policies": '["{\\"Statement\\": []}"]'}),
    "logs_resource_policies": ({"resourcePolicies": [{"policyName": "p", "policyDocument": OPEN}]}, {"policy": OPEN}),
    "logs_group_policies": ({"resourcePolicies": [{"policyName": "of the account", "policyScope": "ACCOUNT"},
        {"policyName": "p", "policyDocument": OPEN, "policyScope": "RESOURCE", "resourceArn": "arn:g"}]},
        {"policy": OPEN, "resource_id": "arn:g"}),
    "logs_destinations": ({"destinations": [{"destinationName": "d", "arn": "arn:d", "accessPolicy": OPEN}]},
        {"policy": OPEN}),
    "logs_delivery_destinations": ({"deliveryDestinations": [{"name": "d", "arn": "arn:d"}]}, {"resource_id": "d"}),
    "logs_delivery_destination_policies": ({"policy": {"deliveryDestinationPolicy": OPEN}}, {"policy": OPEN}),
    "oam_sinks": ({"Items": [{"Name": "s", "Arn": "arn:s", "Id": "1"}]}, {"resource_arn": "arn:s"}),
    "oam_sink_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "quicksight_account_settings": ({"AccountSettings": {"PublicSharingEnabled": True}}, {"public_sharing": True}),
    "quicksight_dashboards": ({"DashboardSummaryList": [{"DashboardId": "d", "Arn": "arn:d"}]}, {"resource_id": "d"}),
    "quicksight_dashboard_permissions": ({"LinkSharingConfiguration": {"Permissions": [{"Principal": "arn:ns",
        "Actions": ["quicksight:DescribeDashboard"]}]}}, {"link_principals": '["arn:ns"]'}),
    "sagemaker_notebooks": ({"NotebookInstances": [{"NotebookInstanceName": "n", "NotebookInstanceArn": "arn:n"}]},
        {"resource_id": "n"}),
    "sagemaker_notebook_details": ({"DirectInternetAccess": "Enabled", "SecurityGroups": ["sg-1"]},
        {"direct_internet": True, "group_ids": '["sg-1"]'}),
    "sagemaker_domains": ({"Domains": [{"DomainId": "d-1", "DomainArn": "arn:d"}]}, {"resource_id": "d-1"}),
    "sagemaker_domain_details": ({"AppNetworkAccessType": "VpcOnly", "AuthMode": "SSO"},
        {"network": "VpcOnly", "authentication": "SSO"}),
    "sagemaker_model_package_groups": ({"ModelPackageGroupSummaryList": [{"ModelPackageGroupName": "g",
        "ModelPackageGroupArn": "arn:g", "CreationTime": WHEN, "ModelPackageGroupStatus": "Completed"}]},
        {"resource_id": "g"}),
    "sagemaker_model_package_group_policies": ({"ResourcePolicy": OPEN}, {"policy": OPEN}),
    "sagemaker_endpoints": ({"Endpoints": [{"EndpointName": "e", "EndpointArn": "arn:e", "CreationTime": WHEN,
        "LastModifiedTime": WHEN, "EndpointStatus": "InService"}]}, {"resource_id": "e"}),
    "sagemaker_endpoint_policies": ({"ResourcePolicy": OPEN}, {"policy": OPEN}),
    "bedrock_agentcore_gateways": ({"items": [{"gatewayId": "g", "name": "n", "status": "READY", "createdAt": WHEN,
        "updatedAt": WHEN, "authorizerType": "NONE", "protocolType": "MCP"}]}, {"authorization": "NONE"}),
    "bedrock_agentcore_gateway_policies": ({"policy": OPEN}, {"policy": OPEN}),
    "bedrock_agentcore_runtimes": ({"agentRuntimes": [{"agentRuntimeArn": "arn:r", "agentRuntimeId": "r",
        "agentRuntimeVersion": "1", "agentRuntimeName": "n", "description": "", "lastUpdatedAt": WHEN,
        "status": "READY"}]}, {"resource_arn": "arn:r"}),
    "bedrock_agentcore_runtime_details": ({"agentRuntimeArn": "arn:r", "agentRuntimeId": "r", "createdAt": WHEN,
        "agentRuntimeVersion": "1", "agentRuntimeName": "n", "lastUpdatedAt": WHEN, "status": "READY",
        "roleArn": "arn:x", "lifecycleConfiguration": {}, "networkConfiguration": {"networkMode": "PUBLIC"},
        "authorizerConfiguration": {"customJWTAuthorizer": {"discoveryUrl": "https://i"}}},
        {"issuer": "https://i", "network": "PUBLIC"}),
    "bedrock_agentcore_harnesses": ({"harnesses": [{"harnessId": "h", "harnessName": "n", "arn": "arn:h",
        "status": "READY", "createdAt": WHEN, "updatedAt": WHEN}]}, {"resource_arn": "arn:h", "title": "n"}),
    "bedrock_agentcore_runtime_policies": ({"policy": OPEN}, {"policy": OPEN}),
    "bedrock_guardrail_policies": ({"resourcePolicy": OPEN}, {"policy": OPEN}),
    "bedrock_custom_models": ({"modelSummaries": [{"modelArn": "arn:m", "modelName": "m", "creationTime": WHEN,
        "baseModelArn": "b", "baseModelName": "b"}]}, {"resource_arn": "arn:m"}),
    "bedrock_custom_model_policies": ({"resourcePolicy": OPEN}, {"policy": OPEN}),
    "bedrock_knowledge_base_policies": ({"resourceArn": "a", "policy": OPEN, "revisionId": "1"}, {"policy": OPEN}),
    "mwaa_environments": ({"Environments": ["air"]}, {"resource_id": "air"}),
    "mwaa_environment_details": ({"Environment": {"Arn": "arn:air", "WebserverAccessMode": "PUBLIC_ONLY"}},
        {"is_public": True, "resource_arn": "arn:air"}),
    "elasticache_clusters": ({"CacheClusters": [{"CacheClusterId": "c", "CacheSubnetGroupName": "g"}]},
        {"resource_id": "c", "subnet_group": "g"}),
    "glacier_vaults": ({"VaultList": [{"VaultName": "v", "VaultARN": "arn:v"}]}, {"resource_arn": "arn:v"}),
    "glacier_vault_policies": ({"policy": {"Policy": OPEN}}, {"policy": OPEN}),
    "mediastore_containers": ({"Containers": [{"Name": "c", "ARN": "arn:c"}]}, {"resource_arn": "arn:c"}),
    "mediastore_container_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "ec2_vpc_block_public_access": ({"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "block-ingress"}},
        {"ingress_blocked": True, "mode": "block-ingress"}),
    "ec2_vpc_block_exclusions": ({"VpcBlockPublicAccessExclusions": [{"ExclusionId": "x", "ResourceArn": "arn:vpc"}]},
        {"excluded_arn": "arn:vpc"}),
    "ec2_addresses": ({"Addresses": [{"AllocationId": "eipalloc-1", "PublicIp": "198.51.100.7",
        "AssociationId": "eipassoc-1"}]}, {"resource_id": "eipalloc-1", "association": "eipassoc-1"}),
    "ec2_key_pairs": ({"KeyPairs": [{"KeyName": "ops", "KeyType": "rsa", "PublicKey": "hunter2"}]},
        {"resource_id": "ops", "key_type": "rsa"}),
    "ec2_endpoint_services": ({"ServiceConfigurations": [{"ServiceId": "vpce-svc-1", "AcceptanceRequired": False}]},
        {"acceptance_required": False}),
    "ec2_endpoint_service_shares": ({"AllowedPrincipals": [{"Principal": "*"}]}, {"principal": "*"}),
    "ec2_vpc_peerings": ({"VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"},
        "RequesterVpcInfo": {"OwnerId": "1"}, "AccepterVpcInfo": {"OwnerId": ACCOUNT}}]},
        {"account_ids": f'["1", "{ACCOUNT}"]', "state": "active"}),
    "ec2_transit_gateways": ({"TransitGateways": [{"TransitGatewayId": "tgw-1", "TransitGatewayArn": "arn:t",
        "OwnerId": ACCOUNT, "Options": {"AutoAcceptSharedAttachments": "enable"}}]}, {"accepts_by_itself": True}),
    "ec2_transit_attachments": ({"TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "a",
        "TransitGatewayId": "tgw-1", "TransitGatewayOwnerId": "1", "ResourceOwnerId": ACCOUNT}]},
        {"attached_account": ACCOUNT, "gateway_id": "tgw-1"}),
    "ec2_fpga_images": ({"FpgaImages": [{"FpgaImageId": "afi-1", "Public": True}]}, {"is_public": True}),
    "ec2_fpga_image_shares": ({"FpgaImageAttribute": {"LoadPermissions": [{"UserId": ACCOUNT}]}},
        {"account_ids": f'["{ACCOUNT}"]'}),
    "ec2_interface_permissions": ({"NetworkInterfacePermissions": [{"NetworkInterfacePermissionId": "p",
        "AwsAccountId": ACCOUNT, "PermissionState": {"State": "granted"}}]},
        {"account_ids": f'["{ACCOUNT}"]', "state": "granted"}),
    "ec2_launch_template_versions": ({"LaunchTemplateVersions": [{"LaunchTemplateId": "lt-1", "VersionNumber": 2,
        "LaunchTemplateData": {"UserData": "hunter2", "NetworkInterfaces": [{"AssociatePublicIpAddress": True}]}}]},
        {"public_ip": True, "version": 2}),
    "ec2_client_vpn_endpoints": ({"ClientVpnEndpoints": [{"ClientVpnEndpointId": "c", "AuthenticationOptions":
        [{"Type": "certificate-authentication"}]}]}, {"authentication": '["certificate-authentication"]'}),
    "ec2_verified_access_endpoints": ({"VerifiedAccessEndpoints": [{"VerifiedAccessEndpointId": "v",
        "EndpointDomain": "v.example"}]}, {"domain": "v.example"}),
    "ec2_verified_access_policies": ({"PolicyEnabled": True, "PolicyDocument": "permit(principal, action, resource);"},
        {"has_policy": True}),
    "lambda_function_urls": ({"FunctionUrlConfigs": [{"FunctionUrl": "https://u", "FunctionArn": "arn:f",
        "CreationTime": "t", "LastModifiedTime": "t", "AuthType": "NONE"}]},
        {"resource_id": "parent", "resource_arn": "arn:f", "authorization": "NONE"}),
    "lambda_function_url_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "lambda_aliases": ({"Aliases": [{"AliasArn": "arn:f:live", "Name": "live"}]},
        {"alias": "live", "resource_arn": "arn:f:live"}),
    "lambda_alias_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "lambda_versions": ({"Versions": [{"FunctionArn": "arn:f:$LATEST", "Version": "$LATEST"},
        {"FunctionArn": "arn:f:1", "Version": "1"}]}, {"version": "1", "resource_arn": "arn:f:1"}),
    "lambda_version_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "lambda_layers": ({"Layers": [{"LayerName": "l", "LayerArn": "arn:l"}]}, {"resource_arn": "arn:l"}),
    "lambda_layer_versions": ({"LayerVersions": [{"LayerVersionArn": "arn:l:2", "Version": 2}]}, {"version": 2}),
    "lambda_layer_version_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "lambda_web_function_policies": ({"policy": OPEN, "revisionId": "1"}, {"policy": OPEN}),
    "kms_grants": ({"Grants": [{"GrantId": "g", "GranteePrincipal": "arn:p", "Operations": ["Decrypt"],
        "Constraints": {"EncryptionContextSubset": {"a": "b"}}}]},
        {"grantee": "arn:p", "operations": '["Decrypt"]', "constraints": '{"EncryptionContextSubset": {"a": "b"}}'}),
    "s3_bucket_websites": ({"IndexDocument": {"Suffix": "index.html"}}, {"is_website": True}),
    "s3_access_points": ({"AccessPointList": [{"Name": "a", "NetworkOrigin": "Internet", "Bucket": "b",
        "AccessPointArn": "arn:a"}]}, {"from_internet": True, "bucket": "b"}),
    "s3_access_point_details": ({"PublicAccessBlockConfiguration": {"RestrictPublicBuckets": True}},
        {"restrict_public": True}),
    "s3_access_point_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "s3_access_point_policy_status": ({"PolicyStatus": {"IsPublic": True}}, {"is_public": True}),
    "s3_multi_region_access_points": ({"AccessPoints": [{"Name": "m", "PublicAccessBlock":
        {"RestrictPublicBuckets": False}}]}, {"restrict_public": False}),
    "s3_multi_region_access_point_policies": ({"Policy": {"Established": {"Policy": OPEN}}}, {"policy": OPEN}),
    "s3_object_lambda_access_points": ({"ObjectLambdaAccessPointList": [{"Name": "o"}]}, {"resource_id": "o"}),
    "s3_object_lambda_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "s3_directory_access_points": ({"AccessPointList": [{"Name": "d", "NetworkOrigin": "VPC", "Bucket": "b"}]},
        {"resource_id": "d"}),
    "s3_directory_access_point_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "s3_directory_buckets": ({"Buckets": [{"Name": "b", "BucketArn": "arn:b"}]}, {"resource_arn": "arn:b"}),
    "s3_directory_bucket_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "s3_access_grants_policies": ({"Policy": OPEN}, {"policy": OPEN}),
    "s3_access_grants_instances": ({"AccessGrantsInstancesList": [{"AccessGrantsInstanceId": "default",
        "AccessGrantsInstanceArn": "arn:i", "IdentityCenterArn": "arn:application"}]},
        {"resource_id": "default", "directory": "arn:application"}),
    "s3_access_grants": ({"AccessGrantsList": [{"AccessGrantId": "g", "AccessGrantArn": "arn:g", "Permission": "READ",
        "Grantee": {"GranteeType": "IAM", "GranteeIdentifier": "arn:r"}, "GrantScope": "s3://b/*"}]},
        {"resource_id": "g", "resource_arn": "arn:g", "grantee_type": "IAM", "grantee": "arn:r", "scope": "s3://b/*"}),
    "wellarchitected_workload_shares": ({"WorkloadShareSummaries": [
        {"SharedWith": ACCOUNT, "Status": "ACCEPTED"}, {"SharedWith": "o-1", "Status": "ASSOCIATED"},
        {"SharedWith": "ou-1", "Status": "ASSOCIATING"}, {"SharedWith": "2", "Status": "REVOKED"},
        {"SharedWith": "3", "Status": "EXPIRED"}, {"SharedWith": "4", "Status": "FAILED"}]},
        {"shared_with": f'["{ACCOUNT}", "o-1", "ou-1"]'}),
    "mediaconnect_flow_details": ({"Flow": {"Entitlements": [
        {"EntitlementArn": "a", "Name": "n", "Subscribers": [ACCOUNT], "EntitlementStatus": "ENABLED"},
        {"EntitlementArn": "b", "Name": "m", "Subscribers": ["1"], "EntitlementStatus": "DISABLED"},
        {"EntitlementArn": "c", "Name": "o", "Subscribers": ["2"]}], "AvailabilityZone": "z", "FlowArn": "f",
        "Name": "flow", "Outputs": [], "Source": {"Name": "s", "SourceArn": "s", "WhitelistCidr": "10.0.0.0/8"},
        "Status": "ACTIVE"}}, {"account_ids": f'["{ACCOUNT}", "2"]', "cidrs": '["10.0.0.0/8"]'}),
    "omics_shares": ({"shares": [{"shareId": "s", "principalSubscriber": ACCOUNT, "status": "ACTIVE"},
        {"shareId": "t", "principalSubscriber": ACCOUNT, "status": "DELETED"}]},
        {"resource_id": "s", "account_ids": f'["{ACCOUNT}"]'}),
    "ds_shared_directories": ({"SharedDirectories": [{"SharedAccountId": ACCOUNT, "ShareStatus": "Shared"},
        {"SharedAccountId": "1", "ShareStatus": "Rejected"}, {"SharedAccountId": "2", "ShareStatus": "Deleted"}]},
        {"account_id_shared": ACCOUNT}),
    "location_keys": ({"Entries": [{"KeyName": "k", "ExpireTime": WHEN, "CreateTime": WHEN, "UpdateTime": WHEN,
        "Restrictions": {"AllowActions": ["geo:GetMap*"], "AllowResources": ["arn:m"],
                         "AllowAppleApps": [{"BundleId": "com.example.shop"}]}}]},
        {"resource_id": "k", "apps": '["com.example.shop"]', "referers": None}),
    "vpc_lattice_network_services": ({"items": [{"serviceArn": "arn:s", "status": "ACTIVE"}]},
        {"service_arn": "arn:s"}),
    "route53_zones": ({"HostedZones": [{"Id": "/hostedzone/Z1", "Name": "example.com.", "CallerReference": "c",
        "Config": {"PrivateZone": True}}], "Marker": "", "IsTruncated": False, "MaxItems": "1"}, {"is_private": True}),
}  # fmt: skip


def row(name: str, page: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one row that the table makes of a page; the page fits botocore's output shape, ids and ARNs may be short."""
    report = ParamValidator().validate(page, output(tables.registry()[name].call)).generate_report()
    assert [line for line in report.splitlines() if not line.startswith("Invalid length")] == []
    return made(name, page)


def made(name: str, page: Mapping[str, Any]) -> Mapping[str, Any]:
    table = tables.registry()[name]
    place = Place("111122223333", "eu-central-1", {"resource_id": "parent", "region": "eu-central-1"})
    (found,) = rows_of(table, Answer(table.call, Outcome.OK, (page,)), place)
    return dict(zip(table.schema, found, strict=True))


OWNED: dict[str, tuple[Mapping[str, Any], str]] = {
    "vpc_lattice_services": ({"items": [{"id": "s"}]}, "arn"),
    "vpc_lattice_networks": ({"items": [{"id": "s"}]}, "arn"),
    "networkmanager_core_networks": ({"CoreNetworks": [{"CoreNetworkId": "s"}]}, "OwnerAccountId"),
    "refactor_spaces_environments": ({"EnvironmentSummaryList": [{"EnvironmentId": "s"}]}, "OwnerAccountId"),
    "wellarchitected_workloads": ({"WorkloadSummaries": [{"WorkloadId": "s"}]}, "Owner"),
}
"""Tables of lists that show what others share, too: a page with one thing, and what says whose it is."""


@each("name", OWNED)
def test_what_others_share_with_the_account_is_none_of_its_own(name: str) -> None:
    (items, (one,)), said = next(iter(OWNED[name][0].items())), OWNED[name][1]
    table, place = tables.registry()[name], Place("111122223333", "eu-central-1")
    form = "arn:aws:x:eu-central-1:{}:thing/s" if said == "arn" else "{}"
    for owner, rows in (({said: form.format("111122223333")}, 1), ({said: form.format(ACCOUNT)}, 0), ({}, 1)):
        page = {items: [one | owner]}
        report = ParamValidator().validate(page, output(table.call)).generate_report()
        assert [line for line in report.splitlines() if not line.startswith("Invalid length")] == []
        assert table.read is not None
        told = list(table.read(lambda call, page=page: Answer(call, Outcome.OK, (page,)), place))  # type: ignore[misc]
        assert [not isinstance(row, Answer) for row in told] == [True] * rows + [False]


def test_a_pool_that_says_nothing_of_sign_up_is_as_it_comes_and_lets_people_sign_up() -> None:
    for config, open_ in (({}, True), ({"AllowAdminCreateUserOnly": True}, False)):
        assert row("cognito_user_pool_details", {"UserPool": {"AdminCreateUserConfig": config}})["sign_up"] is open_
    assert row("cognito_user_pool_details", {"UserPool": {"Arn": "a"}})["sign_up"] is True


def test_one_path_without_a_signature_leaves_a_distribution_open() -> None:
    page, _ = CASES["cloudfront_distributions"]
    whole = copy.deepcopy(page)
    open_path = {"PathPattern": "/open/*", "TargetOriginId": "o", "ViewerProtocolPolicy": "https-only",
                 "TrustedKeyGroups": {"Enabled": False, "Quantity": 0}}  # fmt: skip
    whole["DistributionList"]["Items"][0]["CacheBehaviors"] = {"Quantity": 1, "Items": [open_path]}
    assert row("cloudfront_distributions", whole)["signed_only"] is False
    open_path["TrustedKeyGroups"] = {"Enabled": True, "Quantity": 1}
    assert row("cloudfront_distributions", whole)["signed_only"] is True


@pytest.mark.parametrize(
    ("kind", "mode", "asked"),
    [("jwt-validation", "off", (True, True)), ("forward", "verify", (True, False)), ("forward", "off", (False, False))],
)
def test_what_a_listener_asks_for(kind: str, mode: str, asked: tuple[bool, bool]) -> None:
    listener = {"ListenerArn": "arn:l", "LoadBalancerArn": "arn:lb", "Port": 443,
                "DefaultActions": [{"Type": kind}], "MutualAuthentication": {"Mode": mode}}  # fmt: skip
    found = row("elbv2_listeners", {"Listeners": [listener]})
    assert (found["authenticates"], found["asks_token"]) == asked


@each("name", sorted(CASES))
def test_the_row_of_an_answer(name: str) -> None:
    page, expected = CASES[name]
    found = row(name, page)
    assert {column: found[column] for column in expected} == expected
    assert found["outcome"] == "OK"
    assert "hunter2" not in repr(found)
    assert "da2-secret" not in repr(found)


def sample(shape: Shape, depth: int = 0) -> Any:
    """An answer with one of everything that the shape has."""
    if shape.type_name == "structure":
        members = shape.members.items() if depth < 9 else ()
        return {name: sample(member, depth + 1) for name, member in members}
    if shape.type_name in ("list", "map"):
        one = sample(shape.member if shape.type_name == "list" else shape.value, depth + 1)
        return [one] if shape.type_name == "list" else {"key": one}
    plain = {"boolean": True, "timestamp": WHEN, "blob": b"", "double": 1.0, "float": 1.0, "integer": 1, "long": 1}
    return plain.get(shape.type_name, (shape.metadata.get("enum") or ["x"])[0])


MODULES = [import_module(f"{tables.__name__}.{m.name}") for m in pkgutil.iter_modules(tables.__path__)]
SHAPED = sorted(
    table.name for module in MODULES if (hasattr(module, "listed") or hasattr(module, "owned")) and module is not shapes
    for table in vars(module).values() if isinstance(table, Table) and table.name not in CASES and not table.read
)  # fmt: skip


@each("name", SHAPED)
def test_every_column_is_found_in_a_full_answer(name: str) -> None:
    """Of the tables that need no case of their own: nothing but names, policies and flags."""
    found = made(name, sample(output(tables.registry()[name].call)))
    assert found["outcome"] == "OK"
    assert [c.name for c in tables.registry()[name].columns if found[c.name] is None] == []
