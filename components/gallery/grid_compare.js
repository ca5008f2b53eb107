// Two to four videos side by side, played in step under one scrubber, one of them heard; what differs in how they were
// made is marked. Two of one shape can lie on each other, with an edge between them that is drawn to and fro.
const COMPARED_MIN = 2, COMPARED_MAX = 4, APART_S = 0.08, BEFORE_THE_END_S = 0.05, SAME_SHAPE = 0.01;

// How each was made, and in which of it they are not all alike.
function differences(all, words) {
  const told = all.map((one) => [...one.settings, [words.description, one.words]]);
  const names = [...new Set(told.flatMap((pairs) => pairs.map(([name]) => name)))];
  return all.map((_one, at) => names.map((name) => {
    const values = told.map((pairs) => pairs.find(([other]) => other === name)?.[1] ?? "");
    return { name, value: values[at] || "–", differs: values.some((value) => value !== values[0]) };
  }));
}

function newCompare(dialog, words) {
  const part = (name) => dialog.querySelector(name), films = part(".films"), told = part(".told");
  const [play, scrub, wipe, edge, close] = [".play", ".scrub", ".wipe", ".edge", ".close"].map(part);
  const back = backCloses(dialog);
  let videos = [], opener = null, frame = null;
  scrub.setAttribute("aria-label", words.position);
  edge.setAttribute("aria-label", words.edge);
  wipe.textContent = words.wipe;
  named(close, words.close);
  part("h2").textContent = words.compare;

  // The longest leads; the others stay at their end until it begins anew.
  const lead = () => videos.reduce((longest, one) => ((one.duration || 0) > (longest.duration || 0) ? one : longest));
  const at = (video, second) => Math.min(second, Math.max(0, (video.duration || second) - BEFORE_THE_END_S));
  const seek = (second) => videos.forEach((video) => (video.currentTime = at(video, second)));
  const start = () => videos.forEach((video) => void video.play().catch(() => {}));
  const pause = () => videos.forEach((video) => video.pause());
  const drawPlay = () => (play.textContent = lead().paused ? words.play : words.pause);

  const inStep = () => {
    if (!dialog.open) return;
    const leader = lead(), second = leader.currentTime;
    for (const video of videos) {
      if (video !== leader && !video.seeking && Math.abs(video.currentTime - at(video, second)) > APART_S) video.currentTime = at(video, second);
    }
    scrub.value = String(second);
    scrub.setAttribute("aria-valuetext", `${second.toFixed(1)} / ${(leader.duration || 0).toFixed(1)} s`);
    frame = requestAnimationFrame(inStep);
  };
  const hear = (one) => {
    for (const video of videos) {
      video.muted = video !== one;
      video.parentElement.querySelector(".hear").setAttribute("aria-pressed", String(video === one));
    }
  };
  const setWipe = (isOn) => {
    films.classList.toggle("is-wiped", isOn);
    wipe.setAttribute("aria-pressed", String(isOn));
    edge.hidden = !isOn;
  };

  const newFilm = (one) => {
    const film = part(".one-film").content.firstElementChild.cloneNode(true), video = film.querySelector("video");
    [video.width, video.height, video.poster, video.src] = [one.width, one.height, one.poster, one.film];
    video.setAttribute("aria-label", one.name);
    film.querySelector(".hear").onclick = () => hear(video);
    named(film.querySelector(".hear"), words.hear);
    return film;
  };
  const newTold = (one, pairs) => {
    const list = part(".one-told").content.firstElementChild.cloneNode(true);
    put(list.querySelector(".name"), one.name);
    list.querySelector("dl").replaceChildren(...pairs.flatMap(({ name, value, differs }) => {
      const [term, meaning] = ["dt", "dd"].map((kind) => document.createElement(kind));
      [term.textContent, meaning.dir] = [name, "auto"];
      const told = differs ? meaning.appendChild(document.createElement("mark")) : meaning;
      told.textContent = value;
      return [term, meaning];
    }));
    return list;
  };

  play.onclick = () => (lead().paused ? start() : pause());
  scrub.oninput = () => {
    pause();
    seek(Number(scrub.value));
  };
  wipe.onclick = () => setWipe(!films.classList.contains("is-wiped"));
  edge.oninput = () => films.style.setProperty("--edge", `${edge.value}%`);
  close.onclick = () => dialog.close();
  dialog.onclick = ({ target }) => target === dialog && dialog.close();
  dialog.onclose = () => {
    cancelAnimationFrame(frame);
    films.replaceChildren();
    told.replaceChildren();
    back.closed();
    opener?.focus();
  };

  return {
    canShow: (number) => number >= COMPARED_MIN && number <= COMPARED_MAX,
    isOpen: () => dialog.open,
    open(all) {
      opener = document.activeElement;
      films.replaceChildren(...all.map(newFilm));
      const pairs = differences(all, words);
      told.replaceChildren(...all.map((one, place) => newTold(one, pairs[place])));
      videos = [...films.querySelectorAll("video")];
      const [first, second] = all.map(({ width, height }) => width / height);
      wipe.hidden = all.length !== 2 || Math.abs(first - second) > SAME_SHAPE;
      setWipe(false);
      edge.value = "50";
      films.style.setProperty("--edge", "50%");
      for (const video of videos) {
        video.onplay = video.onpause = drawPlay;
        video.onloadedmetadata = () => (scrub.max = String(lead().duration || 0));
        video.onended = () => {
          if (video !== lead()) return;
          seek(0);
          start();
        };
      }
      hear(videos[0]);
      drawPlay();
      dialog.showModal();
      back.opened();
      if (!REDUCED.matches) start();
      inStep();
    },
  };
}
