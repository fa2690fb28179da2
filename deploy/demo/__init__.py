"""A whole sale, carried over HTTP as its people's phones would: the demonstration, and the journey the fault tests disturb."""
