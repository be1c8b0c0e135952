"""Overlay answers about settings of an account and region that moto lacks."""

from __future__ import annotations

from .scene import Answer, Content, Scene

MODE = "InternetGatewayBlockMode"


def _emr(scene: Scene) -> Content:
    blocks = scene.region not in scene.account.guardrails.emr_open
    ssh = {"MinRange": 22, "MaxRange": 22}
    return {
        "BlockPublicAccessConfiguration": {
            "BlockPublicSecurityGroupRules": blocks,
            "PermittedPublicSecurityGroupRuleRanges": [ssh],
        },
    }


def _serial_console(scene: Scene) -> Content:
    return {"SerialConsoleAccessEnabled": scene.region in scene.account.guardrails.serial_console}


def _document_sharing(scene: Scene) -> Content:
    is_open = scene.region in scene.account.guardrails.documents_public
    setting = {"SettingId": str(scene.given("SettingId")), "SettingValue": "Enable" if is_open else "Disable"}
    return {"ServiceSetting": setting}


def _vpc_block(scene: Scene) -> Content:
    mode = scene.account.guardrails.vpc_block.get(scene.region, "off")
    return {"VpcBlockPublicAccessOptions": {MODE: mode, "ManagedBy": "account"}}


SETTINGS: dict[tuple[str, str], Answer] = {
    ("emr", "GetBlockPublicAccessConfiguration"): _emr,
    ("ec2", "GetSerialConsoleAccessStatus"): _serial_console,
    ("ec2", "DescribeInstanceConnectEndpoints"): lambda _: {"InstanceConnectEndpoints": []},
    ("ec2", "DescribeVpcBlockPublicAccessOptions"): _vpc_block,
    ("ssm", "GetServiceSetting"): _document_sharing,
    ("config", "ListConfigurationRecorders"): lambda _: {"ConfigurationRecorderSummaries": []},
}
