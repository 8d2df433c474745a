"""Pure: records in, measurements out."""
