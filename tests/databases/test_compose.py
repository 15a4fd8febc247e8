"""The servers of compose.yaml are set up like the private ones."""

import re

import pytest
import yaml

from bench.databases import mysql, postgresql
from bench.workspace import ROOT

SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
OWN = {"postgresql": postgresql.SETTINGS, "mysql": mysql.SETTINGS}
USUAL = {
    "postgresql": {"synchronous_commit", "shared_buffers", "dynamic_shared_memory_type", "log_line_prefix"},
    "mysql": {"innodb_buffer_pool_size"},
}
"""What is the same by default, and what says where things are kept."""


def settings(name: str) -> dict[str, str]:
    command = SERVICES[name]["command"]
    return {key.replace("-", "_"): value for key, value in re.findall(r"(?:-c |--)([\w-]+)=(\S+)", command)}


@pytest.mark.parametrize("name", OWN)
def test_a_server_in_a_container_has_the_settings_of_a_private_one(name: str) -> None:
    assert settings(name) == {key: value for key, value in OWN[name].items() if key not in USUAL[name]}


@pytest.mark.parametrize("name", OWN)
def test_it_is_reached_from_this_machine_alone_and_keeps_nothing(name: str) -> None:
    (port,) = SERVICES[name]["ports"]
    assert port.startswith("127.0.0.1:")
    assert "volumes" not in SERVICES[name]
