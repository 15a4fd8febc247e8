"""Tests of the combined report."""
