"""The operations of the contract, by name."""

OPERATIONS = (
    "plaintext",
    "json",
    "list-items",
    "read-item",
    "create-item",
    "update-item",
    "delete-item",
    "browse",
    "view-item",
)
