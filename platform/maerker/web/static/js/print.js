// A button that prints the page: only scripts can do that, so only a script brings it.

for (const place of document.querySelectorAll("[data-print]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "kern-btn kern-btn--secondary m-btn--small";
  const words = document.createElement("span");
  words.className = "kern-label";
  words.textContent = place.dataset.print;
  button.append(words);
  button.addEventListener("click", () => window.print());
  place.append(button);
}
