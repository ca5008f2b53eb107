// Which videos are chosen, with the one from which a range goes on. They stay chosen when the page is drawn anew, for as
// long as they are on it, until one is done.
const CHOSEN_MAX = 200; // their numbers stand in an address

function newChoice(changed) {
  const chosen = new Map(); // how many bytes each has, by its id
  let isOn = false, from = null;
  const set = (id, bytes, isChosen) => {
    if (!isChosen) chosen.delete(id);
    else if (chosen.size < CHOSEN_MAX) chosen.set(id, bytes);
  };
  return {
    isOn: () => isOn,
    has: (id) => chosen.has(id),
    ids: () => [...chosen.keys()],
    bytes: () => [...chosen.values()].reduce((sum, bytes) => sum + bytes, 0),
    begin() {
      isOn = true;
      changed();
    },
    end() {
      isOn = false;
      from = null;
      chosen.clear();
      changed();
    },
    // Of `shown`, the videos in the order in which they are seen, one; or all from the last one to this.
    take(id, shown, isRange) {
      const isChosen = !chosen.has(id), ids = shown.map((one) => one.id);
      const [begin, end] = [isRange && from !== null ? ids.indexOf(from) : ids.indexOf(id), ids.indexOf(id)].sort((a, b) => a - b);
      if (isRange && begin >= 0) for (const one of shown.slice(begin, end + 1)) set(one.id, one.bytes, true);
      else set(id, shown[ids.indexOf(id)]?.bytes ?? 0, isChosen);
      from = id;
      changed();
    },
    // What is no longer there is no longer chosen.
    forget(ids) {
      for (const id of ids) chosen.delete(id);
    },
  };
}
