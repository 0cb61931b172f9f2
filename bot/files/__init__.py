"""Files that a person takes along."""
