// Chosen photos are shown, checked for size, and can be taken out again before they are sent. Choosing a second time
// adds. Pictures are drawn on a canvas: the page allows no blob addresses.

// What a browser says of a file whose kind it does not know: the server looks inside.
const UNKNOWN = ["", "application/octet-stream"];

for (const box of document.querySelectorAll("[data-photos]")) start(box);

function start(box) {
  const words = box.dataset;
  const input = box.querySelector("input[type=file]");
  const most = Number(words.maxFiles);
  const biggest = Number(words.maxBytes);
  const list = document.createElement("ul");
  list.className = "m-files__list";
  const status = document.createElement("p");
  status.className = "m-hidden";
  status.setAttribute("role", "status");
  box.append(list, status);
  const told = document.createElement("p");
  told.className = "m-field__error";
  told.setAttribute("role", "alert");
  let files = [];
  let left = [];

  const complaint = (file, position) => {
    if (!file.type.startsWith("image/") && !UNKNOWN.includes(file.type)) return words.wordsNoPicture;
    if (file.size > biggest) return words.wordsTooBig;
    return position >= most ? words.wordsTooMany : "";
  };

  function hand() {
    const transfer = new DataTransfer();
    const troubles = [];
    left = [];
    for (const file of files) {
      const trouble = complaint(file, transfer.files.length);
      if (trouble) {
        troubles.push(`${file.name}: ${trouble}`);
        left.push(file.name);
      } else transfer.items.add(file);
    }
    input.files = transfer.files;
    const number = transfer.files.length;
    const chosen = number === 1 ? words.wordsOneChosen : words.wordsChosen.replace("{n}", number);
    status.textContent = [chosen, ...troubles].join(" ");
  }

  function show() {
    let position = 0;
    told.remove();
    list.replaceChildren(...files.map((file) => {
      const trouble = complaint(file, position);
      if (!trouble) position += 1;
      return entry(file, trouble, words, () => {
        files = files.filter((other) => other !== file);
        show();
        input.focus();
      });
    }));
    hand();
  }

  function add(chosen) {
    const known = new Set(files.map(identity));
    files = files.concat([...chosen].filter((file) => !known.has(identity(file))));
    show();
  }

  input.addEventListener("change", () => add(input.files));
  if (input.files.length) add(input.files); // chosen before this script was there, or kept by the browser
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    box.addEventListener(name, (event) => {
      event.preventDefault();
      box.classList.toggle("m-files--over", over);
      if (name === "drop" && event.dataTransfer?.files.length) add(event.dataTransfer.files);
    });
  }
  // What cannot be sent stays behind only after that was said; the server would say it, but it never comes there.
  input.form?.addEventListener("click", (event) => {
    const button = event.target.closest("button[type=submit]");
    if (!button || button.name === "remove_photo" || !left.length) return;
    if (button.name === "upload" && !input.files.length) {
      event.preventDefault();
      list.querySelector("button").focus();
    } else if (!told.isConnected) {
      event.preventDefault();
      box.append(told);
      told.textContent = words.wordsLeftOut.replace("{files}", left.join(", "));
    }
  });
  input.form?.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !input.files.length) return;
    const bar = document.createElement("progress");
    bar.className = "m-progress";
    bar.setAttribute("aria-label", words.wordsSending);
    box.append(bar);
    status.textContent = words.wordsSending;
    addEventListener("pageshow", () => bar.remove(), { once: true });
  });
}

function identity(file) {
  return `${file.name}/${file.size}/${file.lastModified}`;
}

function entry(file, trouble, words, remove) {
  const item = document.createElement("li");
  item.className = trouble ? "m-file m-file--error" : "m-file";
  const picture = document.createElement("canvas");
  picture.width = 144;
  picture.height = 112;
  picture.className = "m-file__none";
  picture.setAttribute("aria-hidden", "true");
  if (!trouble) draw(file, picture);
  const name = document.createElement("span");
  name.className = "m-file__name";
  name.textContent = file.name;
  const note = document.createElement("small");
  const [amount, unit] = file.size < 104858 ? [Math.ceil(file.size / 1024), "KB"] : [file.size / 1048576, "MB"];
  const size = `${amount.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} ${unit}`;
  note.textContent = trouble ? `${trouble} (${size})` : size;
  name.append(note);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "kern-btn kern-btn--tertiary m-btn--small";
  button.textContent = words.wordsRemove;
  button.setAttribute("aria-label", `${words.wordsRemove}: ${file.name}`);
  button.addEventListener("click", remove);
  item.append(picture, name, button);
  return item;
}

async function draw(file, canvas) {
  try {
    const image = await createImageBitmap(file, { resizeWidth: 288, resizeQuality: "medium" });
    const scale = Math.max(canvas.width / image.width, canvas.height / image.height);
    const [width, height] = [image.width * scale, image.height * scale];
    canvas.getContext("2d").drawImage(image, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    image.close();
  } catch {
    canvas.classList.add("m-file__unseen");
  }
}
