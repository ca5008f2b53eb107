"""What the pages are measured beside: Streamlit scripts that draw, and do nothing else."""
