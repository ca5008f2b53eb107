"""What the browser fetches besides pages: videos and posters, /healthz, the visitor cookie, headers."""
