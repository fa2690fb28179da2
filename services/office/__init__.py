"""What an office publishes: cities, business types, notices, hints. Read from the city profiles."""
