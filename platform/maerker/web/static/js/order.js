// Lists whose order can be changed (`data-order`): every step has its button already; this adds dragging.
// The new order is sent by the form `data-order-form` after the list, which shows itself when something has moved.

const list = document.querySelector("[data-order]");
const form = document.querySelector("[data-order-form]");

if (list && form) {
  let dragged = null;

  for (const item of list.children) {
    item.draggable = true;
    item.classList.add("m-order__item--movable");
    item.title = list.dataset.wordsHandle;
  }

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-key]");
    if (dragged) {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.key);
      dragged.classList.add("m-order__item--dragged");
    }
  });

  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-key]");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    const below = event.clientY > box.top + box.height / 2;
    list.insertBefore(dragged, below ? over.nextElementSibling : over);
  });

  list.addEventListener("dragend", () => {
    dragged?.classList.remove("m-order__item--dragged");
    dragged = null;
    for (const old of form.querySelectorAll("input[name=key]")) old.remove();
    for (const item of list.children) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "key";
      field.value = item.dataset.key;
      form.append(field);
    }
    form.hidden = false;
    list.classList.add("m-order--changed"); // one step by a button would leave the dragging unsaved
  });
}
