"""What declarations can express and no shipped resource uses yet, each proved by a resource of its own."""
