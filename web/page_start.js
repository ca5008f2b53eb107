// Where the server is, which Streamlit would otherwise look for below each page's own address first.
window.__streamlit = { BACKEND_BASE_URL: window.location.origin };
