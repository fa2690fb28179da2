"""The public HTTP interface: authentication, shapes, composition, streams, pages. It holds no rules and no data."""
