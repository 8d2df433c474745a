"""Pure: figures and words for people."""
