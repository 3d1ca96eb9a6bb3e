// A page on which something is being made asks again by itself until it is there; nothing else on it changes.

const EVERY = 1500;
const MOST = 60;
const said = document.querySelector("[data-live-said]");

async function again(left) {
  const here = document.querySelector("[data-live]");
  if (!here || here.dataset.live !== "pending" || left === 0) return;
  await new Promise((done) => setTimeout(done, document.hidden ? EVERY * 4 : EVERY));
  const next = await fetched();
  if (next && next.outerHTML !== here.outerHTML && !here.contains(document.activeElement?.closest("form"))) {
    here.replaceWith(document.adoptNode(next));
    if (said && next.dataset.live !== "pending") said.textContent = said.dataset.wordsDone;
  }
  again(left - 1);
}

async function fetched() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[data-live]");
  } catch {
    return null;
  }
}

again(MOST);
