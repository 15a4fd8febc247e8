"""The checks, a module for each part of `apps/SPEC.md`."""
