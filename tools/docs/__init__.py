"""Generated documentation: pages and tables made from the declarations, and the hooks of the site."""
