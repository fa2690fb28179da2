"""What every service may import: values, message shapes, plumbing and city profiles; never a service."""
