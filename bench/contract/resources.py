"""The resources of the contract and the methods that each of them has, besides HEAD and OPTIONS."""

RESOURCES: dict[str, frozenset[str]] = {
    "/plaintext": frozenset({"GET"}),
    "/json": frozenset({"GET"}),
    "/items": frozenset({"GET", "POST"}),
    "/items/{id}": frozenset({"GET", "PUT", "DELETE"}),
    "/catalog": frozenset({"GET"}),
    "/catalog/{id}": frozenset({"GET"}),
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
