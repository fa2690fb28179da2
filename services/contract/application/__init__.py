"""The use cases of contract, one a file: the order of steps. Rules are the domain's, technology the adapters'."""
