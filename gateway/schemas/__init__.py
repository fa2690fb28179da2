"""What the public interface takes and gives: dataclasses of its own, mapped field by field to and from messages."""
