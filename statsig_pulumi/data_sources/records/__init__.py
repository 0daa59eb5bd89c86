"""Records: objects as the API returned them, in the names that programs use; one module a subject."""
