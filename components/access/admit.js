// Sends the browser where it is given a cookie. Then the page is loaded anew: only a new connection brings it along.
const asked = new Set();

function isSecondTime(name) {
  // What happens without a click must not go on for ever in a browser that does not keep the cookie.
  const key = "kineograph-asked", now = Date.now();
  try {
    const [before, at] = JSON.parse(sessionStorage.getItem(key) || "[null, 0]");
    sessionStorage.setItem(key, JSON.stringify([name, now]));
    return before === name && now - at < 15000;
  } catch {
    return true;
  }
}

function go(address) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  document.body.append(form);
  form.submit();
}

export default function ({ data, setTriggerValue }) {
  if (asked.has(data.once)) return;
  asked.add(data.once);
  const failed = () => setTriggerValue("failed", true);
  if (data.unasked && isSecondTime(data.unasked)) return failed();
  if (data.leaves) return go(data.address);
  const there = data.address
    ? fetch(data.address, { method: "POST", credentials: "same-origin", redirect: "error" })
    : Promise.resolve({ ok: true });
  there.then((answer) => (answer.ok ? window.location.reload() : failed()), failed);
}
