"""Two hosts on one machine: network namespaces with a cable between them that is slow, loses, is thin or is pulled out.

They take root: `make test-namespaces`.
"""
