"""The databases that the contract's own tests use."""

from tests.contract.conftest import small, small_template

__all__ = ["small", "small_template"]
