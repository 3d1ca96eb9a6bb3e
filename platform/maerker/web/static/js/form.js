// Small helps for forms: the error summary gets the focus, characters are counted, nothing is sent twice.

const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.labels?.[0] ?? field.closest("fieldset") ?? field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });
}

for (const field of document.querySelectorAll("textarea[data-counter]")) {
  const line = document.querySelector(`[data-counter-for="${CSS.escape(field.id)}"]`);
  if (!line) continue;
  const most = Number(field.dataset.counter);
  const heard = document.createElement("span");
  heard.className = "m-hidden";
  heard.setAttribute("role", "status");
  line.after(heard);
  let waiting = 0;
  const count = () => {
    const left = most - [...field.value].length;
    const words = left < 0 ? field.dataset.counterOver : field.dataset.counterLeft;
    line.textContent = words.replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
    line.classList.toggle("m-field__count--over", left < 0);
    clearTimeout(waiting);
    waiting = setTimeout(() => { heard.textContent = left < most * 0.1 ? line.textContent : ""; }, 900);
  };
  field.addEventListener("input", count);
  count();
}

// A form is on its way once; coming back by the browser's button makes it usable again.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (navigator.onLine === false && form.dataset.wordsOffline) {
      event.preventDefault();
      sayOffline(form);
      return;
    }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
  });
}
// Without a connection the browser would leave for a page of its own, and coming back what was typed would be gone.
function sayOffline(form) {
  const line = form.querySelector("[data-offline]") ?? document.createElement("p");
  line.className = "m-field__error";
  line.dataset.offline = "";
  line.setAttribute("role", "alert");
  line.textContent = "";
  form.append(line);
  line.textContent = form.dataset.wordsOffline;
  addEventListener("online", () => line.remove(), { once: true });
}

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once][data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});
