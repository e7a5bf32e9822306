"""The chapter's notebook: run, collected to one document, and exported from JupyterLab."""
