"""Routers of others, run by their own code on the outcomes and the conditions of `mess replay`."""
