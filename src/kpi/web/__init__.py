"""The Streamlit shell."""
