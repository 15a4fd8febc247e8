"""The checkout that is tested, with the environments that it has."""

from bench.workspace import from_environment

HERE = from_environment()
