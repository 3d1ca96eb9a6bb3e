// Saves each detail while one types. What could not be saved stays on this device and is offered again.

const room = document.querySelector("[data-autosave]");
if (room) {
  const words = room.dataset;
  const store = `maerker-akte-${words.owner}`;
  const KEEP_DAYS = 14;
  const states = new Map();

  const read = () => { try { return JSON.parse(localStorage.getItem(store)) ?? {}; } catch { return {}; } };
  const write = (kept) => {
    try {
      if (Object.keys(kept).length) localStorage.setItem(store, JSON.stringify(kept));
      else localStorage.removeItem(store);
    } catch { /* a full or closed store: the text stands in the field */ }
  };
  const keep = (key, value) => write({ ...read(), [key]: { value, at: Date.now() } });
  const forget = (key) => { const kept = read(); delete kept[key]; write(kept); };

  const controls = (box) => [...box.querySelectorAll("input:not([type=hidden]), textarea, select")];
  const valueOf = (box) => {
    const all = controls(box);
    if (all[0]?.type === "radio") return all.find((one) => one.checked)?.value ?? "";
    return all[0]?.value ?? "";
  };
  // What the server sent. More may stand there already: typed before this script came, and saved on leaving the field.
  const sentValue = (box) => {
    const all = controls(box);
    if (all[0]?.type === "radio") return all.find((one) => one.defaultChecked)?.value ?? "";
    if (all[0] instanceof HTMLSelectElement) {
      const options = [...all[0].options];
      return (options.find((one) => one.defaultSelected) ?? options[0])?.value ?? "";
    }
    return all[0]?.defaultValue ?? "";
  };
  const setValue = (box, value) => {
    for (const one of controls(box)) {
      if (one.type === "radio") one.checked = one.value === value;
      else one.value = value;
    }
  };
  const version = (box) => box.querySelector("input[type=hidden]");

  function say(box, text, kind = "") {
    const line = box.querySelector("[data-said]");
    line.className = `j-said${kind && ` j-said--${kind}`}`;
    line.textContent = text;
    return line;
  }

  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "kern-btn kern-btn--secondary m-btn--small";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  function invalid(box, wrong) {
    for (const one of controls(box)) {
      if (wrong) one.setAttribute("aria-invalid", "true");
      else one.removeAttribute("aria-invalid");
    }
    if (!wrong) {
      box.querySelector(".m-field__error")?.remove();
      box.querySelector(".m-field--error")?.classList.remove("m-field--error");
    }
  }

  function later(box, wait) {
    const state = states.get(box);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(box), wait);
  }

  async function save(box) {
    const state = states.get(box);
    clearTimeout(state.timer);
    if (state.saving) { state.again = true; return; }
    const value = valueOf(box);
    if (value === state.saved) { if (state.typed) forget(box.dataset.field); return; }
    state.saving = true;
    say(box, words.wordsSaving);
    try {
      const answer = await fetch(`/akte/angaben/${encodeURIComponent(box.dataset.field)}`, {
        method: "POST", redirect: "manual",
        body: new URLSearchParams({ csrf_token: words.token, value, version: version(box).value }),
      });
      await heard(box, state, value, answer);
    } catch {
      say(box, words.wordsOffline, "bad");
      state.tries += 1;
      later(box, Math.min(60000, 3000 * 2 ** state.tries));
    } finally {
      state.saving = false;
    }
    if (state.again) { state.again = false; later(box, 50); }
  }

  async function heard(box, state, value, answer) {
    if (answer.ok) {
      const told = await answer.json();
      state.saved = value;
      state.tries = 0;
      version(box).value = told.version;
      if (valueOf(box) === value) forget(box.dataset.field);
      invalid(box, false);
      say(box, words.wordsSaved.replace("{time}", told.at), "good");
      left(box, told.missing);
      mark(box, told);
      return;
    }
    if (answer.status === 422) {
      say(box, (await answer.json()).error, "bad");
      invalid(box, true);
      return;
    }
    if (answer.status === 409) { both(box, state, await answer.json()); return; }
    if (answer.status === 403 || answer.status === 400 || answer.type === "opaqueredirect") {
      const line = say(box, `${words.wordsEnded} `, "bad");
      const link = document.createElement("a");
      link.href = "/anmelden?weiter=/akte/angaben";
      link.textContent = words.wordsSignIn;
      line.append(link);
      return;
    }
    say(box, words.wordsFault, "bad");
    state.tries += 1;
    later(box, Math.min(60000, 3000 * 2 ** state.tries));
  }

  // Somebody else was faster: both versions, and a person decides.
  function both(box, state, theirs) {
    const told = words.wordsBoth.replace("{name}", theirs.by || words.wordsSomebody)
      .replace("{value}", theirs.words || words.wordsEmpty);
    const line = say(box, told, "bad");
    line.append(document.createElement("br"), button(words.wordsMine, () => {
      version(box).value = theirs.version;
      save(box);
    }), button(words.wordsTheirs, () => {
      version(box).value = theirs.version;
      state.saved = theirs.value;
      setValue(box, theirs.value);
      forget(box.dataset.field);
      say(box, "");
    }));
  }

  function left(box, number) {
    const section = box.closest("[data-section]");
    const line = document.querySelector(`[data-left="${section.dataset.section}"]`);
    if (!line) return;
    line.textContent = number === 0 ? words.wordsComplete
      : number === 1 ? words.wordsLeftOne : words.wordsLeft.replace("{n}", number);
  }

  // One answer may make another field needed: each says for itself whether it is still missing.
  function mark(box, told) {
    for (const one of box.closest("[data-section]").querySelectorAll("[data-field]")) {
      const lacks = one.querySelector("[data-lacks]");
      const optional = one.querySelector(".m-field__optional");
      if (lacks) lacks.hidden = !told.lacking.includes(one.dataset.field);
      if (optional) optional.hidden = told.needed.includes(one.dataset.field);
    }
  }

  for (const box of room.querySelectorAll("[data-field]")) {
    states.set(box, { saved: sentValue(box), timer: 0, saving: false, again: false, tries: 0, typed: false });
    // A field that came back with an error or with two versions holds what is not saved.
    if (box.querySelector(".m-field__error, .j-both")) states.get(box).saved = null;
    const typing = (wait) => () => {
      states.get(box).typed = true;
      keep(box.dataset.field, valueOf(box));
      later(box, wait);
    };
    box.addEventListener("input", typing(900));
    box.addEventListener("change", typing(50));
  }

  addEventListener("online", () => {
    for (const [box, state] of states) if (state.typed && valueOf(box) !== state.saved) later(box, 50);
  });

  // The button saves a whole section; what it sends need not be kept any more.
  for (const form of room.querySelectorAll("form[data-section]")) {
    form.addEventListener("submit", (event) => {
      if (navigator.onLine === false) {
        event.preventDefault();
        for (const box of form.querySelectorAll("[data-field]")) {
          if (valueOf(box) !== states.get(box).saved) say(box, words.wordsOffline, "bad");
        }
        return;
      }
      for (const box of form.querySelectorAll("[data-field]")) clearTimeout(states.get(box).timer);
    });
  }

  offer();

  function offer() {
    const kept = read();
    const open = [...states.keys()].filter((box) => {
      const one = kept[box.dataset.field];
      if (!one) return false;
      if (one.value === valueOf(box) || Date.now() - one.at > KEEP_DAYS * 86400000) {
        forget(box.dataset.field);
        return false;
      }
      return true;
    });
    const place = document.querySelector("[data-kept]");
    if (!open.length || !place) return;
    const title = document.createElement("p");
    title.className = "m-notice__title";
    title.textContent = words.wordsKept;
    const list = document.createElement("ul");
    for (const box of open) {
      const item = document.createElement("li");
      item.textContent = `${box.dataset.label}: ${kept[box.dataset.field].value || words.wordsEmpty}`;
      list.append(item);
    }
    const row = document.createElement("div");
    row.className = "m-buttons";
    row.append(button(words.wordsTake, () => {
      for (const box of open) {
        states.get(box).typed = true;
        setValue(box, kept[box.dataset.field].value);
        save(box);
      }
      place.hidden = true;
    }), button(words.wordsDrop, () => {
      for (const box of open) forget(box.dataset.field);
      place.hidden = true;
    }));
    const notice = document.createElement("div");
    notice.className = "m-notice m-notice--warning j-kept__notice";
    const body = document.createElement("div");
    body.className = "m-notice__body";
    body.append(title, list, row);
    notice.append(body);
    place.append(notice);
    place.setAttribute("role", "status");
    place.hidden = false;
  }
}

// On other pages of the file: what is kept on this device waits at the details.
for (const line of document.querySelectorAll("[data-kept-link]")) {
  try {
    line.hidden = !localStorage.getItem(`maerker-akte-${line.dataset.owner}`);
  } catch { /* a closed store keeps nothing */ }
}
