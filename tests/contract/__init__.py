"""The contract checker, checked: against servers that keep the contract and servers that break it in one place."""
