"""What may be reported and how it is measured."""
