"""What the service does, one module per noun: commands in, changes kept and told."""
