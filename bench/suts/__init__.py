"""Systems under test: manifests, environments, editions, and how one is served."""
