// The map of reports. Reads everything from data attributes (see docs/look.md); without it the page shows the list.

import { drawGround, fill, labelled, makeMap, pinIcon } from "./ground.js";

for (const element of document.querySelectorAll("[data-map]")) start(element);

async function start(element) {
  const words = element.dataset;
  const shapes = element.querySelector("template[data-shapes]");
  const shapeOf = (state) => shapes?.content.querySelector(`.m-shape--${state}`) ?? null;
  const map = makeMap(element);
  drawGround(map, words.areaUrl).catch(() => {});
  if (words.lat) {
    const at = [Number(words.lat), Number(words.lon)];
    L.marker(at, { icon: pinIcon(shapeOf(words.state), element.getAttribute("aria-label")), keyboard: false, interactive: false }).addTo(map);
    map.setView(at, Math.max(map.getZoom() + 2, 13));
  }
  if (!words.geojsonUrl) return;
  const status = element.parentElement.querySelector("[data-map-status]");
  try {
    const answer = await fetch(words.geojsonUrl, { headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { features } = await answer.json();
    addPins(map, features, words, shapeOf);
    if (status) status.textContent = features.length === 1 ? words.wordsOne : fill(words.wordsMany, { n: features.length.toLocaleString(document.documentElement.lang) });
  } catch {
    if (status) status.textContent = words.wordsFailed;
  }
}

function addPins(map, features, words, shapeOf) {
  const group = L.markerClusterGroup
    ? L.markerClusterGroup({
        showCoverageOnHover: false,
        maxClusterRadius: 66,
        spiderfyDistanceMultiplier: 1.6,
        chunkedLoading: true,
        polygonOptions: { interactive: false },
        iconCreateFunction: (cluster) => clusterIcon(cluster.getChildCount(), words),
      })
    : L.layerGroup();
  for (const { geometry, properties } of features) {
    const [lon, lat] = geometry.coordinates;
    const stateWord = words[`words${properties.state[0].toUpperCase()}${properties.state.slice(1)}`] ?? properties.state;
    const label = [properties.category, properties.place, stateWord].filter(Boolean).join(", ");
    const marker = L.marker([lat, lon], { icon: pinIcon(shapeOf(properties.state), label) });
    marker.bindPopup(() => popup(properties, stateWord, words, shapeOf), { maxWidth: 300, minWidth: 210 });
    marker.on("popupopen", (event) => takeFocus(event.popup, marker));
    group.addLayer(marker);
  }
  map.addLayer(group);
}

// Who opens a popup by keyboard is led into it, and back to the pin by Escape or the closing cross.
function takeFocus(popup, marker) {
  const element = popup.getElement();
  element.querySelector("a.m-popup__link")?.focus({ preventScroll: true });
  const back = () => marker.getElement()?.focus({ preventScroll: true });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    marker.closePopup();
    back();
  });
  element.querySelector(".leaflet-popup-close-button")?.addEventListener("click", back);
}

function clusterIcon(count, words) {
  const size = count < 10 ? 40 : count < 100 ? 46 : 54;
  const html = document.createElement("span");
  html.textContent = count.toLocaleString(document.documentElement.lang);
  return labelled(L.divIcon({ className: "m-cluster", html, iconSize: [size, size] }), fill(words.wordsCluster, { n: count }));
}

function popup(report, stateWord, words, shapeOf) {
  const box = document.createElement("div");
  const add = (tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    box.append(element);
    return element;
  };
  add("p", "m-popup__over", [report.category, report.number].filter(Boolean).join(" · "));
  add("p", "m-popup__title", report.place);
  if (report.excerpt) add("p", "m-popup__text", report.excerpt);
  const light = add("p", "m-light", "");
  const shape = shapeOf(report.state);
  if (shape) light.append(shape.cloneNode(true));
  const word = document.createElement("span");
  word.textContent = stateWord;
  light.append(word);
  const line = add("p", "m-popup__end", "");
  const link = document.createElement("a");
  link.className = "m-popup__link";
  link.href = report.href;
  link.textContent = words.wordsOpen;
  line.append(link);
  return box;
}
