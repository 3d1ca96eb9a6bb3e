// The ground every map stands on: the town's own areas, its neighbours and their names, drawn by Leaflet (global L)
// and coloured by map.css. Used by map.js and place-picker.js.

const OWN = new Set(["town", "member"]);

export function makeMap(element, options = {}) {
  const [south, west, north, east] = element.dataset.bounds.split(",").map(Number);
  const bounds = L.latLngBounds([south, west], [north, east]);
  const still = element.querySelector(".m-map__still");
  if (still) still.remove();
  const tiled = Boolean(element.dataset.tilesUrl);
  const map = L.map(element, {
    zoomControl: false,
    attributionControl: true,
    maxZoom: 19,
    zoomSnap: tiled ? 1 : 0.25,
    wheelPxPerZoomLevel: 120,
    maxBounds: bounds.pad(1),
    maxBoundsViscosity: 0.7,
    ...options,
  });
  const words = element.dataset;
  L.control.zoom({ zoomInTitle: words.wordsZoomIn, zoomOutTitle: words.wordsZoomOut }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 110, position: "topright" }).addTo(map);
  map.attributionControl.setPrefix(false);
  if (words.attribution) map.attributionControl.addAttribution(escape(words.attribution));
  map.fitBounds(bounds, { padding: [12, 12] });
  map.setMinZoom(Math.max(6, Math.floor(map.getZoom() - 1))); // whole: clustering hides lone pins at a broken one
  if (tiled) {
    element.classList.add("m-tiled");
    L.tileLayer(words.tilesUrl, { maxZoom: 19 }).addTo(map);
  }
  map.on("popupopen", (event) => {
    const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", words.wordsClose);
  });
  return map;
}

export async function drawGround(map, url) {
  const areas = [];
  if (!url) return areas;
  const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) return areas;
  const collection = await answer.json();
  addDots();
  const names = [];
  const own = [];
  for (const feature of collection.features) {
    const { role, name, name_dsb: sorbian } = feature.properties;
    if (role === "place") {
      const [lon, lat] = feature.geometry.coordinates;
      names.push({ role, name, sorbian, at: [lat, lon] });
      continue;
    }
    if (OWN.has(role)) own.push(feature);
    else paint(map, feature, "m-area");
    areas.push({ name, role, geometry: feature.geometry });
    names.push({ role, name, sorbian, at: middle(feature.geometry) });
  }
  for (const feature of own) paint(map, feature, "m-area m-area--halo");
  for (const feature of own) paint(map, feature, "m-area m-area--town");
  for (const feature of own) paint(map, feature, "m-area m-area--dots");
  const hasMembers = own.some((feature) => feature.properties.role === "member");
  for (const feature of own) {
    const member = feature.properties.role === "member";
    if (!hasMembers || !member) paint(map, feature, "m-area m-area--edge");
    if (member) paint(map, feature, "m-area m-area--member");
  }
  writeNames(map, names);
  return areas;
}

// The own area a point lies in: its name, or null outside; undefined when no own area is known.
export function areaAt(areas, lat, lon) {
  const own = areas.filter((area) => OWN.has(area.role));
  if (!own.length) return undefined;
  const member = own.find((area) => area.role === "member" && inside(area.geometry, lat, lon));
  if (member) return member.name;
  const town = own.find((area) => inside(area.geometry, lat, lon));
  return town ? town.name : null;
}

export function pinIcon(content, label, extra = "") {
  const html = document.createElement("div");
  html.innerHTML =
    '<svg viewBox="0 0 34 44" aria-hidden="true" focusable="false"><path class="m-pin__body" d="M17 43C7.5 32 1.5 24.5 1.5 16.500a15.5 15.5 0 0 1 31 0C32.5 24.5 26.5 32 17 43z"/></svg>';
  const svg = html.firstChild;
  if (content) {
    const shape = content.cloneNode(true);
    for (const [name, value] of Object.entries({ x: 6.5, y: 6, width: 21, height: 21 })) shape.setAttribute(name, value);
    svg.append(shape);
  } else {
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of Object.entries({ class: "m-pin__dot", cx: 17, cy: 16.5, r: 5.5 })) dot.setAttribute(name, value);
    svg.append(dot);
  }
  return labelled(L.divIcon({ className: `m-pin ${extra}`, html: svg, iconSize: [34, 44], iconAnchor: [17, 43], popupAnchor: [0, -38] }), label);
}

// Leaflet makes the element late and gives it no name: say what it is when it is made.
export function labelled(icon, label) {
  const make = icon.createIcon;
  icon.createIcon = function (old) {
    const element = make.call(this, old);
    if (label) {
      element.setAttribute("role", "img");
      element.setAttribute("aria-label", label);
    }
    return element;
  };
  return icon;
}

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

function paint(map, feature, className) {
  L.geoJSON(feature, { interactive: false, style: { className } }).addTo(map);
}

function addDots() {
  if (document.getElementById("m-dots")) return;
  const box = document.createElement("div");
  box.innerHTML =
    '<svg width="0" height="0" aria-hidden="true" focusable="false"><defs><pattern id="m-dots" width="16" height="16" patternUnits="userSpaceOnUse"><circle class="m-dots__dot" cx="2" cy="2" r="1.2"/></pattern></defs></svg>';
  box.className = "m-hidden";
  document.body.append(box);
}

function writeNames(map, names) {
  if (!map.getPane("names")) map.createPane("names");
  const order = { member: 0, place: 1, town: 2, neighbour: 3 };
  const detailed = names.some((entry) => entry.role === "member" || entry.role === "place");
  const shown = names.filter((entry) => !(entry.role === "town" && detailed));
  shown.sort((one, other) => order[one.role] - order[other.role]);
  const markers = shown.map(({ role, name, sorbian, at }) => {
    const span = document.createElement("span");
    span.textContent = name;
    if (sorbian && sorbian !== name) {
      const second = document.createElement("small");
      second.lang = "dsb";
      second.textContent = sorbian;
      span.append(second);
    }
    const icon = L.divIcon({ className: `m-place m-place--${role}`, html: span, iconSize: [0, 0] });
    const marker = L.marker(at, { icon, interactive: false, keyboard: false, pane: "names" });
    marker.addTo(map);
    marker.getElement().setAttribute("aria-hidden", "true");
    return marker;
  });
  const sort = () => keepApart(markers);
  map.on("zoomend viewreset resize", sort);
  map.whenReady(() => requestAnimationFrame(sort));
  if (document.fonts) document.fonts.ready.then(sort);
}

// A name that would lie on another one is left out until there is room.
function keepApart(markers) {
  const taken = [];
  for (const marker of markers) {
    const element = marker.getElement();
    if (!element) continue;
    element.hidden = false;
    const box = element.firstChild.getBoundingClientRect();
    const free = taken.every((other) => box.right + 6 < other.left || box.left - 6 > other.right || box.bottom + 2 < other.top || box.top - 2 > other.bottom);
    element.hidden = !free;
    if (free) taken.push(box);
  }
}

function rings(geometry) {
  return geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates];
}

function middle(geometry) {
  let best = null;
  for (const [outer] of rings(geometry)) {
    let area = 0, x = 0, y = 0;
    for (let i = 0, j = outer.length - 1; i < outer.length; j = i++) {
      const cross = outer[j][0] * outer[i][1] - outer[i][0] * outer[j][1];
      area += cross;
      x += (outer[j][0] + outer[i][0]) * cross;
      y += (outer[j][1] + outer[i][1]) * cross;
    }
    if (area && (!best || Math.abs(area) > best.size)) best = { size: Math.abs(area), at: [y / (3 * area), x / (3 * area)] };
  }
  return best ? best.at : [geometry.coordinates[0][0][1], geometry.coordinates[0][0][0]];
}

function inside(geometry, lat, lon) {
  return rings(geometry).some(([outer, ...holes]) => within(outer, lat, lon) && !holes.some((hole) => within(hole, lat, lon)));
}

function within(ring, lat, lon) {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i];
    const [xj, yj] = ring[j];
    if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

function escape(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span.innerHTML;
}
