"""Ports that no stranger should reach, with what listens on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Port:
    """What listens on a port, by which protocols."""

    service: str
    protocols: tuple[str, ...] = ("tcp",)


BOTH = Port("", ("tcp", "udp"))
_TCP: Mapping[int, str] = {
    20: "FTP data",
    21: "FTP",
    22: "SSH",
    23: "Telnet",
    25: "SMTP",
    110: "POP3",
    135: "Windows RPC",
    139: "NetBIOS",
    143: "IMAP",
    445: "SMB",
    512: "rexec",
    513: "rlogin",
    514: "rsh",
    636: "LDAP over TLS",
    873: "rsync",
    1433: "SQL Server",
    1521: "Oracle",
    2375: "Docker",
    2376: "Docker over TLS",
    2379: "etcd",
    2380: "etcd peers",
    3000: "development server",
    3306: "MySQL",
    4333: "mini SQL",
    5000: "development server",
    5432: "PostgreSQL",
    5439: "Redshift",
    5500: "VNC listener",
    5601: "OpenSearch Dashboards",
    5900: "VNC",
    5901: "VNC",
    5984: "CouchDB",
    5985: "WinRM",
    5986: "WinRM over TLS",
    6379: "Redis",
    6443: "Kubernetes",
    7000: "Cassandra nodes",
    7199: "Cassandra JMX",
    7474: "Neo4j",
    7687: "Neo4j Bolt",
    8020: "Hadoop",
    8080: "HTTP proxy",
    8086: "InfluxDB",
    8088: "Hadoop",
    8182: "Neptune",
    8888: "Jupyter",
    9042: "Cassandra",
    9092: "Kafka",
    9094: "Kafka over TLS",
    9160: "Cassandra Thrift",
    9200: "OpenSearch",
    9300: "OpenSearch nodes",
    10250: "kubelet",
    15672: "RabbitMQ",
    27017: "MongoDB",
    27018: "MongoDB",
    27019: "MongoDB",
    28017: "MongoDB",
    50000: "Db2",
    50070: "Hadoop",
}
_UDP: Mapping[int, str] = {
    69: "TFTP",
    137: "NetBIOS names",
    138: "NetBIOS datagrams",
    161: "SNMP",
    162: "SNMP traps",
    623: "IPMI",
    1434: "SQL Server Browser",
    1900: "SSDP",
}
_EITHER: Mapping[int, str] = {111: "portmapper", 389: "LDAP", 2049: "NFS", 3389: "RDP", 11211: "memcached"}
PORTS: Mapping[int, Port] = {
    **{number: Port(service) for number, service in _TCP.items()},
    **{number: Port(service, ("udp",)) for number, service in _UDP.items()},
    **{number: Port(service, ("tcp", "udp")) for number, service in _EITHER.items()},
    1434: Port("SQL Server Browser", ("tcp", "udp")),
    514: Port("rsh and syslog", ("tcp", "udp")),
}
"""Ports of administration, of databases and of what nobody means to offer to the internet.

https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19
https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml
"""
SENSITIVE_PORTS = tuple(sorted(PORTS))
