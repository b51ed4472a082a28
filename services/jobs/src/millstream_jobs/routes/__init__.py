"""The REST face, one module per noun."""
