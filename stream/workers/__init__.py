"""The Faust app: thin shells that move records in and out of the deciding packages."""
