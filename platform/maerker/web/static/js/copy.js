// A button that copies a text field: only scripts can do that, so only a script brings it.

for (const field of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "kern-btn kern-btn--secondary m-btn--small";
  const words = document.createElement("span");
  words.className = "kern-label";
  words.textContent = field.dataset.copy;
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  told.className = "m-small m-muted";
  button.append(words);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    told.textContent = field.dataset.copied;
  });
  const row = document.createElement("p");
  row.className = "m-copyrow";
  row.append(button, told);
  field.after(row);
}
