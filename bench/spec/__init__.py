"""The contract: schema, data, operations, and checks from outside over HTTP."""
