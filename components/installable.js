// Names the app's manifest in the page, which is Streamlit's own file: a phone then offers to install it, and to share
// photos with it.
export default function ({ data }) {
  if (document.querySelector("link[rel=manifest]") !== null) return;
  const link = document.createElement("link");
  link.rel = "manifest";
  link.href = data.manifest;
  document.head.append(link);
}
