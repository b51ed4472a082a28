"""Log records in, server-sent events out."""
