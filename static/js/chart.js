/** Bars by day, drawn by uPlot, which is fetched where a page has a chart only. The page has the figures as a table too. */

import { gettext, language } from "./texts.js";

const DAY_S = 86_400;
const HEIGHT = 220;

export async function drawCharts(main) {
  for (const element of main.querySelectorAll("[data-chart]:empty")) await draw(element);
}

async function draw(element) {
  const { days, minutes } = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  await library(element.dataset.library);
  if (!element.isConnected || element.firstChild) return;
  const [accent, muted, line] = ["--accent", "--muted", "--line"].map((name) => colour(element, name));
  const font = `12px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: muted, grid: { stroke: line, width: 1 }, ticks: { show: false }, font };
  const { uPlot } = window;
  const chart = new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      scales: { x: { range: [days[0] - DAY_S / 2, days.at(-1) + DAY_S / 2] }, y: { range: (_, low, high) => [0, Math.max(high * 1.1, 1)] } },
      axes: [{ ...axis, grid: { show: false }, space: 70, values: (_, ticks) => ticks.map(named), incrs: [1, 2, 7, 14, 30, 60, 180, 365].map((count) => count * DAY_S) }, { ...axis, size: 56, values: (_, ticks) => ticks.map((each) => gettext("{minutes} min", { minutes: each })) }],
      series: [{}, { fill: accent, stroke: accent, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.7, 60], radius: 0.15 }) }],
    },
    [days, minutes],
    element,
  );
  new ResizeObserver(() => element.isConnected && chart.setSize({ width: element.clientWidth, height: HEIGHT })).observe(element);
}

/** As a canvas can read it, which knows nothing of custom properties. */
function colour(element, name) {
  element.style.color = `var(${name})`;
  const found = getComputedStyle(element).color;
  element.style.color = "";
  return found;
}

function named(seconds) {
  return new Date(seconds * 1000).toLocaleDateString(language === "en" ? "en-GB" : language, { day: "numeric", month: "short", timeZone: "UTC" });
}

let loading = null;

function library(address) {
  loading ??= new Promise((loaded, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: loaded, onerror: () => failed(new Error(address)) });
    document.head.append(script);
  });
  return loading;
}
