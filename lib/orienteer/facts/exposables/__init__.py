"""The types of resource that can be opened to others: a module per service, each with its `EXPOSABLES`, values only."""
