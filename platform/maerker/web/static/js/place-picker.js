// Picks a point on the map: by click, by arrow keys, or from the device. Writes the hidden fields lat and lon.
// Without it the form asks for street and district in words, which is enough.

import { areaAt, drawGround, fill, makeMap, pinIcon } from "./ground.js";

const STEP = 10;
const STRIDE = 60;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

for (const element of document.querySelectorAll("[data-place-picker]")) start(element);

function start(root) {
  const words = root.dataset;
  const body = root.querySelector("[data-picker-body]");
  const lat = root.querySelector("[data-lat]");
  const lon = root.querySelector("[data-lon]");
  const box = root.querySelector("[data-picker-map]");
  const status = root.querySelector("[data-picker-status]");
  const remove = root.querySelector("[data-remove]");
  const locate = root.querySelector("[data-locate]");
  body.hidden = false;
  for (const key of ["bounds", "tilesUrl", "attribution", "wordsZoomIn", "wordsZoomOut", "wordsClose"]) {
    if (words[key] !== undefined) box.dataset[key] = words[key];
  }
  const map = makeMap(box, { keyboard: false });
  let areas = [];
  let pin = null;
  let waiting = 0;
  drawGround(map, words.areaUrl).then((drawn) => {
    areas = drawn;
    if (pin) say();
  }).catch(() => {});

  function say() {
    const { lat: north, lng: east } = pin.getLatLng();
    const number = (value) => value.toLocaleString(document.documentElement.lang, { minimumFractionDigits: 5, maximumFractionDigits: 5 });
    const name = areaAt(areas, north, east);
    const sentences = [fill(words.wordsSet, { lat: number(north), lon: number(east) })];
    if (name) sentences.push(fill(words.wordsInside, { name }));
    if (name === null) sentences.push(words.wordsOutside);
    status.textContent = sentences.join(" ");
    status.classList.toggle("m-picker__status--outside", name === null);
  }

  function put(at, { quietly = false } = {}) {
    if (!pin) {
      pin = L.marker(at, { icon: pinIcon(null, "", "m-pin--picked"), keyboard: false, interactive: false }).addTo(map);
    }
    pin.setLatLng(at);
    lat.value = at.lat.toFixed(6);
    lon.value = at.lng.toFixed(6);
    remove.hidden = false;
    root.dispatchEvent(new CustomEvent("place-picked", { bubbles: true, detail: { lat: at.lat, lon: at.lng } }));
    clearTimeout(waiting);
    waiting = setTimeout(say, quietly ? 500 : 0);
  }

  // A point far outside is said in words: the map shows nothing there but grey.
  function lookAt(at, zoom) {
    if (map.options.maxBounds.contains(at)) map.setView(at, Math.max(map.getZoom(), zoom));
  }

  function takeAway() {
    if (!pin) return;
    pin.remove();
    pin = null;
    lat.value = lon.value = "";
    remove.hidden = true;
    status.classList.remove("m-picker__status--outside");
    status.textContent = words.wordsRemoved;
  }

  map.on("click", (event) => put(event.latlng));
  box.addEventListener("keydown", (event) => {
    if (event.target !== box || event.ctrlKey || event.altKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const from = map.latLngToContainerPoint(pin ? pin.getLatLng() : map.getCenter());
      const step = pin ? (event.shiftKey ? STRIDE : STEP) : 0;
      const to = map.containerPointToLatLng(from.add(L.point(arrow).multiplyBy(step)));
      put(to, { quietly: true });
      map.panInside(to, { padding: [50, 50] });
    } else if (event.key === "Delete" || event.key === "Backspace") takeAway();
    else if (event.key === "+") map.zoomIn();
    else if (event.key === "-") map.zoomOut();
    else return;
    event.preventDefault();
  });
  remove.addEventListener("click", () => {
    takeAway();
    box.focus();
  });
  if (!navigator.geolocation) locate.hidden = true;
  locate.addEventListener("click", () => {
    status.textContent = words.wordsAsking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const at = L.latLng(coords.latitude, coords.longitude);
        lookAt(at, 15);
        put(at);
      },
      () => { status.textContent = words.wordsRefused; },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
  if (lat.value && lon.value) {
    const at = L.latLng(Number(lat.value), Number(lon.value));
    put(at);
    lookAt(at, 14);
  } else {
    status.textContent = words.wordsNone;
  }
}
