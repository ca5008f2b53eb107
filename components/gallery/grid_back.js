// A dialog that the browser's own way back closes: while it is open, the history has one entry more.
const OVER_THE_PAGE = "kineographOver";

function backCloses(dialog) {
  const back = () => dialog.open && dialog.close();
  return {
    opened() {
      history.pushState({ ...history.state, [OVER_THE_PAGE]: true }, "");
      addEventListener("popstate", back);
    },
    closed() {
      removeEventListener("popstate", back);
      if (history.state?.[OVER_THE_PAGE]) history.back();
    },
  };
}
