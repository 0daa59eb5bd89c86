"""One module per resource. ``REGISTRY`` imports a module when its resource is first needed."""
