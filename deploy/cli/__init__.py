"""`guohu`, the operators' command: speaks to services over the bus like anyone else."""
