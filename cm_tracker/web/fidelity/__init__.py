"""Pages of training, readiness of a site and observed sessions."""
