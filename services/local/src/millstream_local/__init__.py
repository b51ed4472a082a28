"""Everything on one port: the composition root of `millstream dev`."""
