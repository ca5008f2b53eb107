// The card of an order without a video: how far it is, or why it came to nothing, and what can be done about it. Stands
// below course.js, by which its bar moves on between two messages of the server.
const EVERY_MS = 1000;

function newOrder(template) {
  const card = template.content.firstElementChild.cloneNode(true), track = card.querySelector(".track");
  let data = null, seen = 0;
  const draw = () => {
    if (!card.isConnected) return clearInterval(timer);
    if (!data.course) return;
    const now = moved(data.id, data.stage, data.course, (performance.now() - seen) / 1000);
    track.firstElementChild.style.transform = `scaleX(${now})`;
    track.setAttribute("aria-valuenow", Math.floor(100 * now));
  };
  let timer = null;
  return {
    card,
    fill(one, tell) {
      [data, seen] = [one, performance.now()];
      card.dataset.order = one.id;
      card.classList.toggle("is-failed", one.is_failed);
      card.setAttribute("aria-label", one.name);
      const picture = card.querySelector("img");
      if (picture.getAttribute("src") !== one.picture) picture.src = one.picture;
      for (const part of ["stage", "words", "said"]) put(card.querySelector(`.${part}`), one[part]);
      track.hidden = one.course === null;
      track.setAttribute("aria-label", one.stage);
      track.setAttribute("role", "progressbar");
      const row = card.querySelector(".row"), there = [...row.children].map(({ dataset }) => dataset.wish);
      // A button that is pressed stays the one that it is.
      if (there.join() !== one.acts.map(([wish]) => wish).join()) {
        row.replaceChildren(...one.acts.map(([wish, label]) => {
          const button = document.createElement("button");
          [button.type, button.textContent, button.dataset.wish] = ["button", label, wish];
          return button;
        }));
      }
      for (const button of row.children) button.onclick = () => tell(button.dataset.wish, [data.id]);
      clearInterval(timer);
      timer = one.course === null ? null : setInterval(draw, EVERY_MS);
    },
    draw,
  };
}
