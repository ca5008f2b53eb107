// Hears from the server when a job of this visitor's has moved, and then asks for a rerun of the fragment it stands in.
//
// All tabs of a browser share one line: over HTTP/1.1 a browser opens six connections to a server, and with a line each
// the seventh tab would load nothing. Where locks are not to be had (plain http in a network at home), only tabs in view
// have a line.
const NAME = "kineograph-events", FIRST_MS = 1000, LAST_MS = 30000, DOWN_AFTER_MS = 3000, LINGER_MS = 1000;

let turn = 0;
let page = null; // what was last drawn: how to tell it, and what it takes the line for
let following = null; // ends it

function hear({ up, moved }) {
  if (page === null) return;
  if (up !== undefined && up !== page.up) {
    page.up = up;
    page.setStateValue("up", up);
  }
  if (moved) page.setTriggerValue("moved", true);
}

function open(address, say) {
  let source, again, down, tries = 0, wasOpen = false;
  const connect = () => {
    source = new EventSource(address);
    source.onopen = () => {
      clearTimeout(down);
      down = undefined;
      tries = 0;
      // What happened while nobody could say so is looked for.
      say({ up: true, moved: wasOpen });
      wasOpen = true;
    };
    source.onmessage = () => say({ moved: true });
    source.onerror = () => {
      source.close();
      down ??= setTimeout(() => say({ up: false }), DOWN_AFTER_MS);
      const wait = Math.min(LAST_MS, FIRST_MS * 2 ** tries++);
      again = setTimeout(connect, wait * (0.5 + Math.random() / 2));
    };
  };
  connect();
  return () => {
    clearTimeout(again);
    clearTimeout(down);
    source.close();
  };
}

function shareOne(address) {
  const channel = new BroadcastChannel(NAME), ending = new AbortController();
  let up, close, release;
  const say = (news) => {
    up = news.up ?? up;
    channel.postMessage(news);
    hear(news);
  };
  channel.onmessage = ({ data }) => {
    if (!data.asks) hear(data);
    else if (close && up !== undefined) channel.postMessage({ up });
  };
  channel.postMessage({ asks: true });
  navigator.locks
    .request(NAME, { signal: ending.signal }, () => new Promise((done) => {
      release = done;
      close = open(address, say);
    }))
    .catch(() => {}); // ended while it waited for its turn
  return () => {
    ending.abort();
    close?.();
    release?.();
    channel.close();
  };
}

function whileInView(address) {
  let close = null, isFirst = true;
  const change = () => {
    const wanted = document.visibilityState === "visible";
    if (wanted && close === null) {
      close = open(address, hear);
      if (!isFirst) hear({ moved: true });
      isFirst = false;
    } else if (!wanted && close !== null) {
      close();
      close = null;
    }
  };
  document.addEventListener("visibilitychange", change);
  change();
  return () => {
    document.removeEventListener("visibilitychange", change);
    close?.();
  };
}

export default function ({ data, setStateValue, setTriggerValue }) {
  const mine = ++turn;
  page = { up: data.up, setStateValue, setTriggerValue };
  following ??= navigator.locks ? shareOne(data.address) : whileInView(data.address);
  return () => setTimeout(() => {
    // Drawn again meanwhile: it is still wanted.
    if (mine !== turn) return;
    page = null;
    following();
    following = null;
  }, LINGER_MS);
}
